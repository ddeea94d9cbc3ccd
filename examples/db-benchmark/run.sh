#!/usr/bin/env bash
# The questions of db-benchmark (h2oai, DuckDB Labs): ten group-bys and five joins. Its tables are
# made here with 10,000 rows instead of 10,000,000; scripts/bench asks some of the questions of those.
set -euo pipefail
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
cd "$TMP"

# id1 and id2 one of 10 texts, id3 one of 1,000; id4, id5 and id6 numbers alike; then the values.
awk 'function pick(n) { seed = (seed * 16807) % 2147483647; return 1 + int(seed / 2147483647 * n) }
BEGIN {
  seed = 108
  print "id1,id2,id3,id4,id5,id6,v1,v2,v3"
  for (i = 0; i < 10000; ++i)
    printf "id%03d,id%03d,id%010d,%d,%d,%d,%d,%d,%.6f\n", pick(10), pick(10), pick(1000), pick(10),
      pick(10), pick(1000), pick(5), pick(15), pick(100000000) / 1000000
}' >x.csv
# What the joins have on the right: a row for each of most keys.
awk 'BEGIN { print "id1,w"; for (i = 1; i <= 9; ++i) printf "id%03d,%d\n", i, i * 7 }' >small.csv
awk 'BEGIN { print "id2,id5,w"; for (i = 3; i <= 12; ++i) printf "id%03d,%d,%d\n", i, i, i * 7 }' >medium.csv
awk 'BEGIN { print "id3,w"; for (i = 1; i <= 900; ++i) printf "id%010d,%d\n", i, i * 7 }' >big.csv

# ask NAME PIPELINE: how many rows the answer has, and its sums, on one worker and two.
ask() {
  printf '\n# %s\n%s\n' "$1" "$2"
  eval "$2 | $3 -t csv" | tail -n 1
  cmp <(eval "$2 | $3 -t csv") <(pflow -n 2 "$2 | $3 -t csv")
}

ask 'q1: sum v1 by id1' "pagg -k id1 'sum(v1) as v1' x.csv" "pagg 'count(*), sum(v1)'"
ask 'q2: sum v1 by id1, id2' "pagg -k id1,id2 'sum(v1) as v1' x.csv" "pagg 'count(*), sum(v1)'"
ask 'q3: sum v1, mean v3 by id3' \
  "pagg -k id3 'sum(v1) as v1, avg(v3) as v3' x.csv" "pagg 'count(*), sum(v1) as v1, sum(v3) as v3'"
ask 'q4: mean of v1, v2 and v3 by id4' \
  "pagg -k id4 'avg(v1) as v1, avg(v2) as v2, avg(v3) as v3' x.csv" \
  "pagg 'count(*), sum(v1) as v1, sum(v2) as v2, sum(v3) as v3'"
ask 'q5: sum of v1, v2 and v3 by id6' \
  "pagg -k id6 'sum(v1) as v1, sum(v2) as v2, sum(v3) as v3' x.csv" \
  "pagg 'count(*), sum(v1) as v1, sum(v2) as v2, sum(v3) as v3'"
ask 'q6: median v3, standard deviation v3 by id4, id5' \
  "pagg -k id4,id5 'median(v3) as median, stddev(v3) as deviation' x.csv" \
  "pagg 'count(*), sum(median) as median, sum(deviation) as deviation'"
ask 'q7: the range of v1 and v2 by id3' \
  "pagg -k id3 'max(v1) - min(v2) as range' x.csv" "pagg 'count(*), sum(range)'"
ask 'q8: the two largest v3 by id6' \
  "pagg -k id6 'array_agg(v3 order by v3 desc) as v3' x.csv | pproject 'id6, v3[1] as first, v3[2] as second'" \
  "pagg 'count(*), sum(first) as first, sum(second) as second'"
ask 'q9: how v1 and v2 correlate (r squared) by id2, id4' \
  "pagg -k id2,id4 'count(*) as n, sum(v1) as x, sum(v2) as y, sum(v1 * v2) as xy,
    sum(v1 * v1) as xx, sum(v2 * v2) as yy' x.csv |
  pproject 'id2, id4, power(n * xy - x * y, 2) / ((n * xx - x * x) * (n * yy - y * y)) as r2'" \
  "pagg 'count(*), sum(r2)'"
ask 'q10: sum v3, count by all six' \
  "pagg -k id1,id2,id3,id4,id5,id6 'sum(v3) as v3, count(*) as n' x.csv" \
  "pagg 'count(*), sum(v3) as v3, sum(n) as n'"

ask 'j1: small, inner, on a text' "pjoin -k id1 x.csv small.csv" "pagg 'count(*), sum(v1) as v1, sum(w) as w'"
ask 'j2: medium, inner, on a text' \
  "pjoin -k id2 x.csv <(pscan -c id2,w medium.csv)" "pagg 'count(*), sum(v1) as v1, sum(w) as w'"
ask 'j3: medium, left, on a text' \
  "pjoin --type left -k id2 x.csv <(pscan -c id2,w medium.csv)" "pagg 'count(*), sum(v1) as v1, sum(w) as w'"
ask 'j4: medium, inner, on a number' \
  "pjoin -k id5 x.csv <(pscan -c id5,w medium.csv)" "pagg 'count(*), sum(v1) as v1, sum(w) as w'"
ask 'j5: big, inner, on a text' "pjoin -k id3 x.csv big.csv" "pagg 'count(*), sum(v1) as v1, sum(w) as w'"
