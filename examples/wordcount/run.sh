#!/usr/bin/env bash
# The words that stand most often in the names of airports: lines to rows of words, counted, sorted.
# The same text, as a flow, gives the same on any number of workers.
set -euo pipefail
cd "$(dirname "$0")/../data"

words="pscan -c name airports.csv |
  pproject \"string_to_table(lower(name), ' ') as word\" |
  pagg -k word 'count(*) as n' |
  psort -k n:desc,word -n 8 -t table"

eval "$words"
pflow -n 2 "$words"
