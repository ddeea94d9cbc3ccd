#!/usr/bin/env bash
# The cities of airports in Alaska, in capitals by tr, beside their codes.
pscan -c iata,city -w "state = 'AK'" ../data/airports.csv | phead -n 3 |
  papply --keep iata -- tr a-z A-Z | pprint
