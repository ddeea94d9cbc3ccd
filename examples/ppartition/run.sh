#!/usr/bin/env bash
# Bird strikes dealt out by airport to three counts that run side by side: each airport is in one of
# them, so that their answers need only be put together.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
mkfifo "$folder"/part-{1,2,3}
for part in "$folder"/part-{1,2,3}; do
  pagg -k '"Airport Name"' 'count(*) as strikes' "$part" -o "$part.arrows" &
done
ppartition --hash -k '"Airport Name"' -n 3 ../data/birdstrikes.csv "$folder/part-%d"
wait
pmerge "$folder"/part-*.arrows | psort -k 'strikes:desc,Airport Name' -n 5 -t csv
