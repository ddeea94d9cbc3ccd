#!/usr/bin/env bats

load ../setup

@test "groups come in the order of their first rows" {
  gives $'city,n,sum\nBern,2,12.5\nOslo,1,' pagg -k city 'count(*) as n, sum(price)' -t csv sales.csv
}

@test "without keys all rows are one, also none" {
  gives $'n,s\n3,6' pagg 'count(*) as n, sum(id) as s' -t csv sales.csv
  gives $'n,s\n0,' bash -c "pfilter false sales.csv | pagg 'count(*) as n, sum(id) as s' -t csv"
  gives 'city,n' bash -c "pfilter false sales.csv | pagg -k city 'count(*) as n' -t csv"
}

@test "expressions over aggregates, filter and distinct" {
  gives $'mean,big,cities\n2,1,2' \
    pagg "sum(id) / count(*) as mean, count(*) filter (where price > 5) as big, count(distinct city) as cities" -t csv sales.csv
}

@test "errors" {
  fails 1 "pagg: unknown column 'ctiy'; did you mean 'city'?" pagg -k ctiy 'count(*)' sales.csv
  fails 1 $'pagg: sum takes numbers, not text; cast it, as in x::float64\n  sum(city)\n      ^' \
    pagg 'sum(city)' sales.csv
  printf 'n\n9223372036854775807\n1\n' >big.csv
  run -1 --separate-stderr pagg 'sum(n)' big.csv
  [[ $stderr == "pagg: "*"int64"* ]] || same overflow "$stderr"
}

@test "--describe tells where its rows must be" {
  pagg -k city 'count(*)' --describe | python3 -c '
import json, sys
about = json.load(sys.stdin)
assert about["needs"] == [[{"placement": "hash", "keys": ["city"]}]], about["needs"]'
  pagg 'count(*)' --describe | python3 -c '
import json, sys
assert json.load(sys.stdin)["needs"] == [[{"placement": "single"}]]'
}
