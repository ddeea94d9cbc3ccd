#!/usr/bin/env bash
# Two senders and two receivers: every origin's flights meet in one of two counts, which are then
# put together.
d=$(mktemp -d)
trap 'rm -rf "$d"' EXIT
to=ipc://$d/1,ipc://$d/2
for part in 1 2; do
  pscan -c origin --partition $part/2 ../data/flights-20k.json |
    pexchange --hash -k origin --send "$to" &
done
count() { pexchange --receive "ipc://$d/$1" --senders 2 | pagg -k origin 'count(*) as flights'; }
pmerge <(count 1) <(count 2) | psort -k flights:desc,origin -n 5 -t csv
wait
