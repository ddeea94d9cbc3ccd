#!/usr/bin/env bash
# Two sorted inputs become one: departures from Honolulu and Kahului in the order of their times.
departures() { pscan -c date,origin,destination -w "origin = '$1'" ../data/flights-20k.json | psort -k date; }
pmerge -k date <(departures HNL) <(departures OGG) | phead -n 8 -t csv
