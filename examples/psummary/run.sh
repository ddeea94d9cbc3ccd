#!/usr/bin/env bash
# What the columns of the airports are: one row each.
psummary ../data/airports.csv | pproject 'name, type, nulls, distinct_values, min, median, max, most_frequent, frequency' -t csv
