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

@test "-k gives the first rows of each group, in the order of the input" {
  printf 'k,v\na,5\nb,1\na,2\n,3\na,1\n,4\nb,7\n,9\n' >groups.csv
  gives $'k,v\na,5\nb,1\n,3' phead -k k -n 1 -t csv groups.csv
  gives $'k,v\na,5\nb,1\na,2\n,3\n,4\nb,7' phead -k k -n 2 -t csv groups.csv
  gives 'k,v' phead -k k -n 0 -t csv groups.csv
  gives $'k,v\na,5\na,2\nb,1\nb,7\n,3\n,4' bash -c 'psort -k k groups.csv | phead -k k -n 2 -t csv'
  gives $'k,v\na,5\nb,1\n,3' pflow -n 3 'phead -k k -n 1 groups.csv | pprint -t csv'
  fails 1 "phead: unknown column 'z'; the columns are k, v" phead -k z -n 1 groups.csv
  fails 2 "phead: key 'k' is named twice (see phead --help)" phead -k k,k -n 1 groups.csv
}
