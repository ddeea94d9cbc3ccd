#!/usr/bin/env bats
# pupsert: rows that are replaced, added, and read.

load ../setup

make_table() {
  { echo id,city,price; seq 100 | awk '{ print $1 ",city " $1 % 7 "," $1 ".5" }'; } >rows.csv
  ppartition --hash -k id -n 8 -o t/ rows.csv
}

files_now() {
  (cd t && find . -name '*.arrow' -printf '%i %p\n' | sort)
}

@test "rows of keys that are there are replaced, and others are added" {
  make_table
  printf 'id,city,price\n42,new,1.5\n101,new,2.5\n' >new.csv
  run -0 --separate-stderr pupsert -v -k id t new.csv
  [[ ${stderr_lines[-1]} == "pupsert: 1 row inserted and 1 updated in "*" of t, 1 file written again, version 1" ]]
  { pfilter 'id <> 42' rows.csv -t csv; sed 1d new.csv; } >wanted.csv
  same "$(psort -k id -t csv wanted.csv)" "$(psort -k id -t csv t)"
  gives $'n\n100' pagg 'count(*) as n' --as-of 0 -t csv t
}

@test "files without such keys stay" {
  make_table
  files_now >before
  printf 'id,city,price\n42,new,1.5\n' | pupsert -k id t -
  files_now >after
  same "" "$(comm -23 before after)"
  same 1 "$(comm -13 before after | wc -l)"
}

@test "keys of several columns, and of partition columns" {
  make_table
  ppartition --by city -o c/ rows.csv
  printf 'id,city,price\n42,city 0,1.5\n42,city 1,2.5\n' >new.csv
  run -0 --separate-stderr pupsert -v -k id,city c new.csv
  [[ ${stderr_lines[-1]} == "pupsert: 1 row inserted and 1 updated in 2 partitions of c, 1 file written again, version 1" ]]
  gives $'price\n1.5\n2.5' pscan -c price -w 'id = 42' -t csv c
}

@test "a key that comes twice, or is null, is an error" {
  make_table
  printf 'id,city,price\n1,x,1.5\n2,x,1.5\n1,y,1.5\n' >twice.csv
  fails 1 "pupsert: the key id = 1 comes twice in the input; keep one row of each key with puniq" \
    pupsert -k id t twice.csv
  printf 'id,city,price\n,x,1.5\n2,x,1.5\n' >null.csv
  fails 1 "pupsert: the key column 'id' of the input has a null; leave out such rows with pfilter" \
    pupsert -k id t null.csv
  fails 2 "pupsert: the keys are missing; use -k (see pupsert --help)" pupsert t null.csv
  run -1 --separate-stderr pupsert -k nosuch t rows.csv
  [[ $stderr == "pupsert: "*"unknown column 'nosuch'"* ]]
  same 1 "$(find t/_delta_log -name '*.json' | wc -l)"
}

@test "the same rows again change nothing that is read" {
  make_table
  pupsert -k id t rows.csv
  same "$(psort -k id -t csv rows.csv)" "$(psort -k id -t csv t)"
  run -0 --separate-stderr pupsert -v -k id t <<<'id,city,price' --types id=int64,price=float64
  [[ ${stderr_lines[-1]} == "pupsert: 0 rows inserted and 0 updated in 0 partitions of t, 0 files written again, version 1" ]]
}

@test "many at once keep one row of each key" {
  make_table
  for writer in 1 2 3 4 5 6; do
    printf 'id,city,price\n42,w,%s\n%s,w,1.5\n' $writer.5 $((200 + writer)) |
      pupsert --retries 1000 -k id t - &
  done
  wait
  gives $'n\n106' pagg 'count(*) as n' -t csv t
  same $'n\n1' "$(pscan -w 'id = 42' t | pagg 'count(*) as n' -t csv)"
}
