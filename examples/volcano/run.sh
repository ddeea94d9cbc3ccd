#!/usr/bin/env bash
# How operators that know nothing of each other run in parallel by exchanges between them: the three
# compositions of Graefe's "Encapsulation of Parallelism in the Volcano Query Processing System"
# (SIGMOD 1990), and both parallel sorts. Of each: what two workers do, and what they give, which is
# what the shell gives.
flows=$PWD
d=$(mktemp -d)
trap 'rm -rf "$d"' EXIT
pscan ../data/flights-20k.json -o "$d/flights.arrow"
cp ../data/airports.csv "$d"
cd "$d" || exit
for flow in "$flows"/*.flow; do
  [ "$flow" = "$flows/1_partitioned_join.flow" ] || echo
  head -n 1 "$flow"
  pflow -n 2 --explain -f "$flow"
  pflow -n 2 -f "$flow" >parallel
  bash "$flow" | cmp - parallel
  cat parallel
done
