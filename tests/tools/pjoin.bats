#!/usr/bin/env bats

load ../setup

setup_join() {
  printf 'city,country\nBern,CH\nRoma,IT\n' >cities.csv
}

@test "inner, left, semi and anti" {
  setup_join
  gives $'id,city,price,country\n1,Bern,2.5,CH\n3,Bern,10,CH' pjoin -k city -t csv sales.csv cities.csv
  gives $'id,city,price,country\n1,Bern,2.5,CH\n2,Oslo,,\n3,Bern,10,CH' \
    pjoin --type left -k city -t csv sales.csv cities.csv
  gives $'id,city,price\n1,Bern,2.5\n3,Bern,10' pjoin --type semi -k city -t csv sales.csv cities.csv
  gives $'id,city,price\n2,Oslo,' pjoin --type anti -k city -t csv sales.csv cities.csv
}

@test "names that differ, and the left from standard input" {
  printf 'name,country\nBern,CH\n' >cities.csv
  gives $'id,city,price,name,country\n1,Bern,2.5,Bern,CH\n3,Bern,10,Bern,CH' \
    bash -c 'pscan sales.csv | pjoin -k city=name -t csv cities.csv'
}

@test "process substitutions as both inputs" {
  setup_join
  gives $'id,city,price,country\n3,Bern,10,CH' \
    bash -c "pjoin -k city -t csv <(pfilter 'id > 1' sales.csv) <(pscan cities.csv)"
}

@test "errors" {
  setup_join
  fails 2 "pjoin: no keys; use -k (see pjoin --help)" pjoin sales.csv cities.csv
  fails 2 "pjoin: an input is missing (see pjoin --help)" pjoin -k city
  run -2 --separate-stderr pjoin --type iner -k city sales.csv cities.csv
  [[ $stderr == "pjoin: --type: unknown join type 'iner'; did you mean 'inner'?"* ]]
  run -1 --separate-stderr pjoin -k id sales.csv sales.csv
  [[ $stderr == "pjoin: "*"'city' is in both inputs"* ]]
}
