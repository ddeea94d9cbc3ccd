#!/usr/bin/env bash
# New columns from old ones, for the first rows that a filter lets through.
pfilter "origin = 'JFK' and destination = 'SFO'" ../data/flights-20k.json |
  pproject "replace(date, '/', '-')::timestamp as departure, distance * 1.609344 as kilometres,
    case when delay > 15 then 'late' else 'in time' end as verdict" |
  phead -n 5 -t csv
