#!/usr/bin/env bash
# Bird strikes that are written to a table of four partitions in two runs; each is a version, and
# the first can still be read.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
strikes=../data/birdstrikes.csv
phead -n 6000 $strikes | ppartition --hash -k '"Airport Name"' -n 4 -o "$folder/strikes/" -
ptail -n 4000 $strikes | pinsert "$folder/strikes" -
pagg 'count(*) as strikes' "$folder/strikes" -t csv
pagg 'count(*) as strikes' --as-of 0 "$folder/strikes" -t csv
