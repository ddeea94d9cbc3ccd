#!/usr/bin/env bash
# Three flights out of 20,000, and about how many a sample of one in a hundred has.
psample -n 3 ../data/flights-20k.json -t csv
psample -p 0.01 --seed 7 ../data/flights-20k.json | pagg 'count(*) as flights' -t csv
