#!/usr/bin/env bash
# The last three airports of the file.
ptail -n 3 -t csv ../data/airports.csv
