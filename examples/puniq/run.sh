#!/usr/bin/env bash
# The first airport of each country in the file, with the number of its airports.
puniq -k country --count ../data/airports.csv | pproject 'country, iata, city, count' -t csv
