#!/usr/bin/env bash
# A table that grew in three runs: its versions, its partitions with their skew, and the small files
# of each partition as one.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
table="$folder/strikes"
phead -n 2500 ../data/birdstrikes.csv >"$folder/part.arrow"
ppartition --hash -k '"Airport Name"' -n 4 -o "$table/" "$folder/part.arrow"
pinsert "$table" "$folder/part.arrow"
pinsert "$table" "$folder/part.arrow"
ptable --history "$table" | pproject version,operation,files_added,rows_added -t csv
ptable --compact "$table"
ptable --stats "$table" | pproject partition,files,rows,share -t csv
ptable --vacuum --older-than 1d "$table"
ptable --check "$table"
