#!/usr/bin/env bash
# Bird strikes in a table by airport: those of one airport are deleted from the one file that has
# them, and the version before still has them.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
ppartition --hash -k '"Airport Name"' -n 4 -o "$folder/strikes/" ../data/birdstrikes.csv
pdelete -w "\"Airport Name\" = 'DENVER INTL AIRPORT'" "$folder/strikes"
pagg 'count(*) as strikes' "$folder/strikes" -t csv
pagg 'count(*) as strikes' --as-of 0 "$folder/strikes" -t csv
