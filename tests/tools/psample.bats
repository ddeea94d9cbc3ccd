#!/usr/bin/env bats
# each: psample -n 1 left.csv

load ../setup
load ../flows

@test "so many rows, in their order, the same each time" {
  seq 100000 >in
  psample -n 1000 -f lines -t lines in >out
  same 1000 "$(wc -l <out)"
  sort -n out | cmp - out
  psample -n 1000 -f lines -t lines in | cmp - out
  run ! cmp out <(psample -n 1000 --seed 1 -f lines -t lines in)
  psample -n 1000 -S 64K -f lines -t lines in | cmp - out
  psample -n 200000 -f lines -t lines in | cmp - in
}

@test "each row with a probability" {
  seq 100000 >in
  psample -p 0.1 -f lines -t lines in >out
  rows=$(wc -l <out)
  [ "$rows" -gt 9500 ] && [ "$rows" -lt 10500 ]
  sort -n out | cmp - out
  psample -p 1 -f lines -t lines in | cmp - in
  gives 'id,city,price' psample -p 1e-9 -t csv sales.csv
}

@test "a row that is chosen is written when it comes" {
  mkfifo in
  psample -p 1 -t csv --types a=int64 in >out &
  exec 5>in
  printf 'a\n1\n2\n' >&5
  for _ in $(seq 200); do
    [ "$(cat out)" = $'a\n1\n2' ] && break
    sleep 0.05
  done
  same $'a\n1\n2' "$(cat out)"
  exec 5>&-
  wait
}

@test "pflow gives the same" {
  tables
  everywhere 'psample -n 7 rows.csv -t csv'
  everywhere 'psample -p 0.05 --seed 9 rows.csv -t csv'
  everywhere "pscan rows.csv | pfilter 'id % 3 = 0' | psample -n 100 --seed 3 | pagg 'sum(id)' -t csv"
  everywhere "pscan rows.csv | pjoin -k city=name cities.csv | psample -p 0.5 -t csv"
}

@test "what is wrong is said" {
  fails 2 "psample: how many rows? use -n or -p (see psample --help)" psample sales.csv
  fails 2 "psample: -n excludes -p (see psample --help)" psample -n 1 -p 0.5 sales.csv
  fails 2 "psample: --rows: a sample has at least 1 row (see psample --help)" psample -n 0 sales.csv
  for fraction in 0 -0.1 1.5 nan ten; do
    fails 2 "psample: --fraction: '$fraction' is not a number above 0 and at most 1 (see psample --help)" \
      psample -p $fraction sales.csv
  done
  fails 2 "psample: --seed: 'x' is not a whole number from 0 to 2^64 - 1 (see psample --help)" \
    psample -n 1 --seed x sales.csv
  fails 2 "psample: --seed: '-1' is not a whole number from 0 to 2^64 - 1 (see psample --help)" \
    psample -n 1 --seed=-1 sales.csv
}
