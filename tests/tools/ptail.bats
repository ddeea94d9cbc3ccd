#!/usr/bin/env bats
# each: ptail -n 1 left.csv

load ../setup
load ../flows

@test "the last rows" {
  gives $'id,city,price\n2,Oslo,\n3,Bern,10' ptail -n 2 -t csv sales.csv
  gives 'id,city,price' ptail -n 0 -t csv sales.csv
  gives $'id,city,price\n1,Bern,2.5\n2,Oslo,\n3,Bern,10' ptail -n 99 -t csv sales.csv
}

@test "with little memory it gives the same" {
  seq 1000000 >numbers
  for rows in 1 70000 999999; do
    ptail -n $rows -S 2M -f lines -t lines numbers | cmp - <(tail -n $rows numbers)
  done
}

@test "pflow gives the same, each worker keeping the last rows of its part" {
  tables
  everywhere 'ptail -n 7 rows.csv -t csv'
  everywhere "pscan rows.csv | pfilter 'id % 3 = 0' | ptail -n 100 -t csv"
  everywhere "pscan rows.csv | psort -k price,id | ptail -n 3 | pprint"
  everywhere "ptail -n 5000 rows.csv | pagg 'count(*), min(id)' -t csv"
  [[ $(pflow -n 2 --explain 'pscan rows.csv | ptail -n 7') == *"ptail -n 7 |"*"pmerge --in-turn - |"*"ptail -n 7"* ]]
}

@test "an input that is cut is an error, and no row comes out" {
  pscan sales.csv | head -c 500 >cut.arrows
  run -1 --separate-stderr ptail -n 1 -t csv cut.arrows
  [[ $stderr == "ptail: cut.arrows: input ended before end-of-stream"* ]]
  same "" "$output"
}

@test "how many must be said" {
  fails 2 "ptail: how many rows? use -n (see ptail --help)" ptail sales.csv
  fails 2 "ptail: --rows: '-1' is not a number of rows (see ptail --help)" ptail -n -1 sales.csv
}
