#!/usr/bin/env bash
# The first three airports of the file; the rest of it is not read.
phead -n 3 -t csv ../data/airports.csv
