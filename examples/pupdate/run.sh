#!/usr/bin/env bash
# Bird strikes in a table by airport: those of one airport get another name for it, and with it
# another partition.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
ppartition --hash -k '"Airport Name"' -n 4 -o "$folder/strikes/" ../data/birdstrikes.csv
pupdate --set "\"Airport Name\" = 'DENVER'" -w "\"Airport Name\" = 'DENVER INTL AIRPORT'" \
  "$folder/strikes"
pagg -k '"Airport Name"' 'count(*) as strikes' "$folder/strikes" |
  psort -k 'strikes:desc,Airport Name' -n 5 -t csv
