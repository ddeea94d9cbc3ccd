#!/usr/bin/env bash
# The strikes of each phase of flight by the size of the birds.
ppivot -k '"Phase of flight"' --name 'Wildlife Size' --value 'Flight Date' --agg count \
  ../data/birdstrikes.csv -t csv
