#!/usr/bin/env bash
# Bird strikes by airport as a table that is kept up to date: airports that are there get the new
# count, others are added.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
strikes=../data/birdstrikes.csv
phead -n 5000 $strikes | pagg -k '"Airport Name"' 'count(*) as strikes' |
  pinsert --create "$folder/airports" -
pagg -k '"Airport Name"' 'count(*) as strikes' $strikes |
  pupsert -k '"Airport Name"' "$folder/airports" -
psort -k 'strikes:desc,Airport Name' -n 5 "$folder/airports" -t csv
