#!/usr/bin/env bash
# The aircraft that birds hit most: groups with counts, sums, a filter and a median.
pscan --types '"Cost Total $"=int64' -c '"Wildlife Size","Cost Total $","Time of day"' \
  ../data/birdstrikes.csv |
  pagg -k '"Wildlife Size"' 'count(*) as strikes,
    count(*) filter (where "Time of day" = $$Night$$) as at_night,
    sum("Cost Total $") as cost, max("Cost Total $") as most' |
  psort -k strikes:desc -t csv
