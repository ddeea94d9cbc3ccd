#!/usr/bin/env bats

load ../setup
load ../flows
load ../assert_rows_equal

two() {
  printf 'id,city,price\n1,Bern,2.5\n2,Oslo,\n3,Bern,10\n' >a.csv
  printf 'price,id,city\n10.25,3,Bern\n2.5,1,Biel\n7,4,Rom\n' >b.csv
}

@test "rows removed, added and changed, with the column and both values" {
  two
  run -1 --separate-stderr pdiff -k id -t csv a.csv b.csv
  same $'change,id,column,left,right\nchanged,1,city,Bern,Biel\nremoved,2,,,\nchanged,3,price,10,10.25\nadded,4,,,' "$output"
  same "" "$stderr"
  run -1 pdiff -k id --tolerance 0.25 -t csv a.csv b.csv
  same $'change,id,column,left,right\nchanged,1,city,Bern,Biel\nremoved,2,,,\nadded,4,,,' "$output"
  run -1 bash -c 'pdiff -k id -t csv b.csv <a.csv'
  same 4 "$(grep -c . <<<"${output#*$'\n'}")"
  gives 'change,id,column,left,right' pdiff -k id -t csv a.csv a.csv
}

@test "rows as a whole, and one by one" {
  printf 'a\nx\ny\nx\n' >a.csv
  printf 'a\ny\nx\nx\n' >b.csv
  gives 'change,a,column,left,right' pdiff -t csv a.csv b.csv
  run -1 pdiff --ordered -t csv a.csv b.csv
  same $'change,row,column,left,right\nchanged,1,a,x,y\nchanged,2,a,y,x' "$output"
  gives 'change,a,column,left,right' pdiff --multiset -k a -t csv a.csv b.csv
}

@test "trouble has the status 2" {
  two
  printf 'id\n1\n1\n' >twice.csv
  fails 2 "pdiff: twice.csv: two rows have the key id = 1; use more keys, or --multiset" pdiff -k id a.csv twice.csv
  fails 2 "pdiff: no-such-file: No such file or directory" pdiff -k id a.csv no-such-file
  fails 2 "pdiff: key 'ids' is not a column of both a.csv and b.csv" pdiff -k ids a.csv b.csv
  fails 2 "pdiff: an input is missing (see pdiff --help)" pdiff -k id
  fails 2 "pdiff: --ordered excludes --key (see pdiff --help)" pdiff --ordered -k id a.csv b.csv
  fails 2 "pdiff: --ordered excludes --multiset (see pdiff --help)" pdiff --ordered --multiset a.csv b.csv
  fails 2 "pdiff: --tolerance needs rows that belong together, by --key or --ordered (see pdiff --help)" \
    pdiff --tolerance 1 a.csv b.csv
  for tolerance in -1 nan x; do
    fails 2 "pdiff: --tolerance: '$tolerance' is not a number from 0 on (see pdiff --help)" \
      pdiff -k id "--tolerance=$tolerance" a.csv b.csv
  done
}

@test "under pflow the rows are the shell's, and a difference is not a failure" {
  two
  for line in 'pdiff -k id a.csv b.csv -t csv' 'pscan a.csv | pdiff -k id b.csv | pfilter true -t csv' \
    'pscan a.csv | psort -k city,id | pdiff --ordered b.csv -t csv'; do
    wanted=$(eval "$line") || true
    for workers in 1 3; do gives "$wanted" pflow -q -n "$workers" "$line"; done
  done
}

@test "assert_rows_equal is for users' tests" {
  two
  assert_rows_equal -k id a.csv <(head -n 1 a.csv; tail -n +2 a.csv | sort -r)
  run -1 --separate-stderr assert_rows_equal -k id a.csv b.csv
  same "" "$output"
  [[ $stderr == "the rows are not equal:"$'\n'*changed*city*Bern*Biel* ]]
  run -2 --separate-stderr assert_rows_equal -k id a.csv no-such-file
}
