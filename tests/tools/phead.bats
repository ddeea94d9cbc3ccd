#!/usr/bin/env bats
# each: phead -n 1 left.csv

load ../setup

@test "the first rows" {
  gives $'id,city,price\n1,Bern,2.5\n2,Oslo,' phead -n 2 -t csv sales.csv
  gives 'id,city,price' phead -n 0 -t csv sales.csv
  gives $'id,city,price\n1,Bern,2.5\n2,Oslo,\n3,Bern,10' phead -n 99 -t csv sales.csv
}

@test "it ends though its input goes on" {
  mkfifo endless
  { echo a; seq 1000000; exec sleep 60; } >endless 3>&- &
  gives $'a\n1\n2' timeout 30 phead -n 2 -t csv endless
  kill %1
}

@test "it does not read on to where the input is bad" {
  { echo n; seq 500000; echo x; } >bad.csv
  gives $'n\n1' phead -n 1 --types n=int64 -t csv bad.csv
}

@test "how many must be said" {
  fails 2 "phead: how many rows? use -n (see phead --help)" phead sales.csv
  fails 2 "phead: --rows: 'ten' is not a number of rows (see phead --help)" phead -n ten sales.csv
}
