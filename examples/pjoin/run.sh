#!/usr/bin/env bash
# Where do flights go from airports of Alaska? Two CSV and JSON files joined by airport.
pscan -c iata,city -w "state = 'AK'" ../data/airports.csv >alaska.arrows
pjoin -k origin=iata ../data/flights-20k.json alaska.arrows |
  pagg -k city,destination 'count(*) as flights' |
  psort -k flights:desc,city,destination -n 8 -t csv
rm alaska.arrows
