#!/usr/bin/env bash
# Which airports are in Hawaii? Only the columns and rows that are asked for are read and converted.
pscan -c iata,name,city -w "state = 'HI'" -t csv ../data/airports.csv
