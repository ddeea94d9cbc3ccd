#!/usr/bin/env bats

load ../setup

@test "computes, renames and keeps columns" {
  gives $'city,twice\nBern,5\nOslo,\nBern,20' pproject -t csv 'city, price * 2 as twice' sales.csv
  gives $'id,city,price,n\n1,Bern,2.5,4\n2,Oslo,,4\n3,Bern,10,4' \
    pproject -t csv '*, length(city) as n' sales.csv
}

@test "a row-making function repeats the others" {
  printf 'n,text\n1,a b\n2,c\n' >t.csv
  gives $'n,word\n1,a\n1,b\n2,c' pproject -t csv "n, regexp_split_to_table(text, ' ') as word" t.csv
}

@test "what a row cannot compute is an error at its place" {
  for expression in 'id / 0' '1 % (id - 1)'; do
    run -1 --separate-stderr pproject -t csv "$expression" sales.csv
    [[ ${stderr_lines[0]} == "pproject: division by zero" ]]
    same "  $expression" "${stderr_lines[1]}"
    [[ ${stderr_lines[2]} =~ ^\ +\^$ ]]
  done
  run -1 --separate-stderr pproject -t csv '9223372036854775807 + id' sales.csv
  same $'pproject: integer overflow: 9223372036854775807 + 1 is beyond int64\n  9223372036854775807 + id\n                      ^' "$stderr"
}
