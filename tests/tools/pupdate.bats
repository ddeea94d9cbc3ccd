#!/usr/bin/env bats
# pupdate: values, rows that move, files that stay.

load ../setup

make_table() {
  { echo id,city,price; seq 100 | awk '{ print $1 ",city " $1 % 7 "," $1 ".5" }'; } >rows.csv
  ppartition --hash -k id -n 8 -o t/ rows.csv
}

files_now() {
  (cd t && find . -name '*.arrow' -printf '%i %p\n' | sort)
}

@test "one row by its key: one file is written again, and all others stay" {
  make_table
  files_now >before
  run -0 --separate-stderr pupdate -v --set "city = 'new', price = price * 2" -w 'id = 42' t
  same "pupdate: 1 row updated in 1 partition of t, 1 file written again, version 1" "$stderr"
  files_now >after
  same "" "$(comm -23 before after)"
  same 1 "$(comm -13 before after | wc -l)"
  gives $'id,city,price\n42,new,85' pscan -w "city = 'new'" -t csv t
  gives $'id,city,price\n42,city 0,42.5' pscan -w 'id = 42' --as-of 0 -t csv t
}

@test "values are those of the row before, in all rows without a condition" {
  make_table
  gives "" pupdate --set 'price = id, id = price + 0.5' t
  same "$(pproject 'id + 1 as id, city, id::float64 as price' rows.csv | psort -k id -t csv)" \
    "$(psort -k id -t csv t)"
}

@test "an update of the partition key moves the row" {
  make_table
  gives "" pupdate --set 'id = id + 1000' -w 'id between 10 and 20' t
  same $'n,least\n11,1010' "$(pscan -w 'id > 1000' t | pagg 'count(*) as n, min(id) as least' -t csv)"
  for id in 1010 1015 1020; do
    run -0 --separate-stderr pscan -v -c id -w "id = $id" -t csv t
    same $'id\n'$id "$output"
    [[ $stderr == *"read 1 of 8 partitions"* ]]
  done
  ppartition --by city -o c/ rows.csv
  gives "" pupdate --set "city = 'city 1'" -w 'id = 42' c
  same $'n\n16' "$(pscan -w "city = 'city 1'" c | pagg 'count(*) as n' -t csv)"
}

@test "a value that the column does not hold changes nothing" {
  make_table
  run -1 --separate-stderr pupdate --set 'id = city' t
  [[ ${stderr_lines[0]} == "pupdate: the value of column 'id' is text, not int64; cast it, as in x::int64" ]]
  run -1 --separate-stderr pupdate --set 'id = 9223372036854775807 + id' t
  [[ ${stderr_lines[0]} == "pupdate: "* ]]
  same 1 "$(find t/_delta_log -name '*.json' | wc -l)"
  same 0 "$(find t -name '.*' -not -name . | wc -l)"
}

@test "many at once lose no update" {
  printf 'id,n\n1,0\n2,0\n' | ppartition --hash -k id -n 2 -o n/ -
  for writer in 1 2 3 4 5; do
    pupdate --retries 1000 --set 'n = n + 1' -w 'id = 1' n &
    pupdate --retries 1000 --set 'n = n + 1' -w 'id = 2' n &
  done
  wait
  gives $'id,n\n1,5\n2,5' psort -k id -t csv n
}

@test "what is wrong is said" {
  make_table
  fails 2 "pupdate: which columns? use --set 'NAME = EXPR, ...' (see pupdate --help)" pupdate t
  run -1 --separate-stderr pupdate --set 'price == 2' t
  same "pupdate: an assignment is expected here, NAME = EXPR, as in price = price * 2" "${stderr_lines[0]}"
  run -1 --separate-stderr pupdate --set 'price = 1, price = 2' t
  same "pupdate: a column that is set twice" "${stderr_lines[0]}"
}

@test "rows from before a column was added are changed too" {
  ppartition --hash -k k -n 2 -o older <(printf 'k,v\n1,a\n2,b\n3,c\n')
  pinsert --add-columns older <(printf 'k,v,w\n4,d,x\n')
  pupdate older --set "w = 'new'" -w 'k = 2'
  pdelete older -w 'k = 3'
  same $'k,v,w\n1,a,\n2,b,new\n4,d,x' "$(psort -k k older -t csv)"
}
