#!/usr/bin/env bash
# Bird strikes in a table by airport, where nothing says which file has the costly ones: an index
# does. Rows that come later are in it too, and a scan reads only the batches that have such costs.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
table="$folder/strikes"
ppartition --hash -k '"Airport Name"' -n 16 -o "$table/" ../data/birdstrikes.csv
pindex -k '"Cost Total $"' --name cost "$table"
phead -n 3 ../data/birdstrikes.csv | pinsert "$table"
pindex "$table" | pproject name,keys,pieces,stale -t csv
pscan -v -o /dev/null -t csv -w '"Cost Total $" between 1000000 and 9000000' "$table" 2>&1 |
  grep batches | sed "s,$folder/,,"
pindex --check "$table"
