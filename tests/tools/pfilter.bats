#!/usr/bin/env bats
# each: pfilter 'id > 0' left.csv

load ../setup

@test "keeps the rows for which the condition holds, in order" {
  gives $'id,city,price\n1,Bern,2.5\n3,Bern,10' pfilter -t csv "city like 'B%'" sales.csv
  gives $'id,city,price\n1,Bern,2.5' pfilter -t csv 'price between 1 and 3' <sales.csv
}

@test "null is not true, and neither is not null" {
  gives $'id,city,price\n3,Bern,10' pfilter -t csv 'price > 5' sales.csv
  gives $'id,city,price\n1,Bern,2.5' pfilter -t csv 'not price > 5' sales.csv
  gives $'id,city,price\n2,Oslo,' pfilter -t csv 'price is null' sales.csv
}

@test "no row left is a table without rows" {
  gives 'id,city,price' pfilter -t csv 'id > 99' sales.csv
}

@test "errors point into the expression" {
  fails 1 $'pfilter: unknown column \'prise\'; did you mean \'price\'?\n  id > 1 and prise > 2\n             ^' \
    pfilter 'id > 1 and prise > 2' sales.csv
  fails 1 $'pfilter: there is no int64 + text; cast the text, as in x::float64\n  id + city > 1\n     ^' \
    pfilter 'id + city > 1' sales.csv
  fails 1 $'pfilter: syntax error at end of input\n  id >\n      ^' pfilter 'id >' sales.csv
  fails 1 $'pfilter: the condition is int64, not true or false\n  id\n  ^' pfilter 'id' sales.csv
}

@test "the expression comes first" {
  fails 2 "pfilter: EXPR is missing (see pfilter --help)" pfilter
  fails 2 "pfilter: too many operands: 'b.csv' (see pfilter --help)" pfilter 'id > 1' sales.csv b.csv
}
