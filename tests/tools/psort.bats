#!/usr/bin/env bats

load ../setup

@test "by keys, each in its direction, nulls last unless told otherwise" {
  gives $'id,city,price\n1,Bern,2.5\n3,Bern,10\n2,Oslo,' psort -k price -t csv sales.csv
  gives $'id,city,price\n3,Bern,10\n1,Bern,2.5\n2,Oslo,' psort -k price:desc -t csv sales.csv
  gives $'id,city,price\n2,Oslo,\n3,Bern,10\n1,Bern,2.5' psort -k price:desc:nulls-first -t csv sales.csv
  gives $'id,city,price\n3,Bern,10\n1,Bern,2.5\n2,Oslo,' psort -k city,id:desc -t csv sales.csv
}

@test "-n gives the first of the sorted rows" {
  gives $'id,city,price\n3,Bern,10' psort -k price:desc -n 1 -t csv sales.csv
  gives 'id,city,price' psort -k price -n 0 -t csv sales.csv
}

@test "equal keys keep the input's order, also of many rows" {
  { echo k,n; for i in $(seq 2000); do echo "$((i % 3)),$i"; done; } >many.csv
  psort -k k -t csv many.csv >sorted
  same "$(tail -n +2 many.csv | sort -s -t, -k1,1n)" "$(tail -n +2 sorted)"
}

@test "errors" {
  fails 2 "psort: no keys; use -k (see psort --help)" psort sales.csv
  fails 1 "psort: unknown column 'prise'; did you mean 'price'?" psort -k prise sales.csv
  run -2 --separate-stderr psort -k price:down sales.csv
  [[ $stderr == "psort: --key: "*"down"*"(see psort --help)" ]]
  fails 2 "psort: --rows: '-1' is not a number of rows (see psort --help)" psort -k id -n -1 sales.csv
}

@test "--describe tells how it splits" {
  psort -k price:desc -n 5 --describe | python3 -c '
import json, sys
split = json.load(sys.stdin)["split"]
assert split == {"local": ["psort", "-k", "price:desc", "-n", "5"], "merge": "price:desc",
                 "final": ["phead", "-n", "5"]}, split'
}
