#!/usr/bin/env bash
# A table by year, and counts of each year that a Makefile keeps: rows that are added or changed make
# only the counts of their own years out of date, and the sum of all.
set -euo pipefail
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# The targets that make makes now.
made() {
  make --no-print-directory -j2 TABLE="$out/strikes" OUT="$out/made" | sed -n "s|.*-o $out/made/||p" | sort | paste -sd' '
}

pproject 'extract(year from "Flight Date") as year, "Airport Name" as airport, "Wildlife Size" as size' \
  ../data/birdstrikes.csv | pfilter 'year >= 1998' | ppartition --by year -o "$out/strikes" -
echo "# all years"
made
cat "$out/made/most.csv"
echo "# nothing is out of date"
made
echo "# rows of 2001 are added"
printf 'year,airport,size\n2001,DENVER INTL AIRPORT,%s\n' Small | pinsert "$out/strikes" -
made
echo "# rows of 1999 are changed"
pupdate --set "airport = 'SACRAMENTO'" -w "airport = 'SACRAMENTO INTL' and year = 1999" "$out/strikes"
made
cat "$out/made/most.csv"
