#!/usr/bin/env bats
# each: pmerge left.csv

load ../setup

@test "sorted inputs merge in order, equal keys in the inputs' order" {
  printf 'k,v\n1,a\n3,a\n' >a.csv
  printf 'k,v\n1,b\n2,b\n4,b\n' >b.csv
  gives $'k,v\n1,a\n1,b\n2,b\n3,a\n4,b' pmerge -k k -t csv a.csv b.csv
}

@test "without keys every row comes once" {
  pmerge -t csv sales.csv sales.csv <(pscan sales.csv) | tail -n +2 | sort | uniq -c | awk '{ print $1 }' >counts
  same $'3\n3\n3' "$(cat counts)"
}

@test "a row out of order is an error with its place" {
  printf 'k\n1\n3\n2\n' >a.csv
  printf 'k\n1\n' >b.csv
  run -1 --separate-stderr pmerge -k k -t csv a.csv b.csv
  [[ $stderr == "pmerge: a.csv: "*"row 3"* ]] || same "row 3" "$stderr"
}

@test "more inputs than the soft limit of open files, and than the hard one" {
  for i in $(seq 300); do printf 'k,i\n%d,%d\n%d,%d\n' $((i % 7)) "$i" $((i % 7 + 100)) "$i" >"$i.csv"; done
  (ulimit -S -n 100 && pmerge -k k -t csv $(seq -f %g.csv 300)) >merged
  same "$(tail -q -n +2 $(seq -f %g.csv 300) | sort -s -t, -k1,1n)" "$(tail -n +2 merged)"
  run -1 --separate-stderr bash -c 'ulimit -n 100; pmerge -k k -t csv $(seq -f %g.csv 300)'
  same "pmerge: 300 inputs cannot be open at once, only 68; raise the limit (ulimit -n), or merge some of them first" "$stderr"
}

@test "inputs that differ are named" {
  printf 'x\n1\n' >a.csv
  printf 'y\n1\n' >b.csv
  run -1 --separate-stderr pmerge a.csv b.csv
  [[ $stderr == "pmerge: "*a.csv* && $stderr == *b.csv* ]]
  fails 2 "pmerge: an input is missing (see pmerge --help)" pmerge
}
