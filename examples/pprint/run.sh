#!/usr/bin/env bash
# For people: an aligned table, and Markdown.
pscan -c iata,name,latitude,longitude -w "city = 'New York'" ../data/airports.csv | pprint -t table
pscan -c iata,name -w "city = 'Honolulu'" ../data/airports.csv | pprint -t markdown
