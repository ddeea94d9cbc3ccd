#!/usr/bin/env bash
# A table as a spreadsheet prints it: the region stands only in its first row.
printf 'region,city,sales\nnorth,Oslo,3\n,Bergen,4\nsouth,Rome,\n,Bari,1\n' |
  pfill -c region | pfill -c sales --value 0 -t csv
