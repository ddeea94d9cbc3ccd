#!/usr/bin/env bash
# The months of a wide table as rows.
printf 'city,jan,feb,mar\nBern,1,2,3\nOslo,,5,6\n' |
  punpivot -c jan..mar --name month --value sold --drop-nulls -t csv
