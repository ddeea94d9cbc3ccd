#!/usr/bin/env bash
# Two flows in the background, something else meanwhile, and then their results: what
# `pflow --detach`, `--status`, `--wait`, `--attach` and `--forget` are for. All of it may happen in
# different terminals, on different days.
set -euo pipefail
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
# Where runs are kept; without it in ~/.local/state/penstock/runs.
export XDG_STATE_HOME=$TMP

strikes=$(pflow -q -n 2 --detach "pscan ../data/birdstrikes.csv | pagg -k '\"Phase of flight\"' 'count(*) as strikes' | psort -k strikes:desc -n 3")
states=$(pflow -q -n 2 --detach "pscan ../data/airports.csv | pagg -k state 'count(*) as airports' | psort -k airports:desc,state -n 3")

# Something else.
wc -l ../data/*.csv

# Both have ended well, or this ends with the status of the first that has not.
pflow --wait "$strikes" "$states"
pflow --status "$strikes" "$states" | grep -E '^(state|rows_in|rows_out|flow|$)'

pflow --attach "$strikes" | pprint -t table
pflow --attach "$states" | pprint -t table
pflow --forget "$strikes" "$states"
