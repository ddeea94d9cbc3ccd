#!/usr/bin/env bash
# What a correction changes in the airports of Delaware. (pdiff ends with 1 where it finds something.)
old=$(mktemp)
trap 'rm -f "$old"' EXIT
pfilter "state = 'DE'" ../data/airports.csv -t csv >"$old"
sed -e 's/Wilmington,DE/New Castle,DE/' -e '/^EVY,/d' "$old" | pdiff -k iata -t csv "$old" - || [ $? = 1 ]
