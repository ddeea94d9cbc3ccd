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
  fails 1 $'pfilter: something is missing after \'>\'\n  id >\n      ^' pfilter 'id >' sales.csv
  fails 1 $'pfilter: the condition is int64, not true or false\n  id\n  ^' pfilter 'id' sales.csv
}

@test "the expression comes first" {
  fails 2 "pfilter: EXPR is missing (see pfilter --help)" pfilter
  fails 1 "pfilter: id > 1: No such file or directory" pfilter true 'id > 1' sales.csv
}

# tells MESSAGE EXPRESSION: pfilter of f.csv fails, and the first line of its error is MESSAGE.
tells() {
  run -1 --separate-stderr pfilter "$2" f.csv
  same "pfilter: $1" "${stderr_lines[0]}"
}

@test "15: messages tell the way out" {
  printf 'id,carrier,order,day\n1,AA,5,2024-01-02\n' >f.csv
  local word
  for word in order group table where limit from end; do
    tells "'$word' is a word of SQL; a column of this name is written in double quotes, \"$word\"" "$word > 1"
  done
  tells "'user' is a value of the session in SQL, which does not exist here; a column of this name is written in double quotes, \"user\"" "user = 'x'"
  gives $'order\n5' bash -c "pfilter '\"order\" > 1' f.csv | pproject -t csv '\"order\"'"
  tells "unknown column 'AA'; the columns are id, carrier, order, day; a text is written in single quotes, 'AA'" 'carrier = "AA"'
  tells 'unknown operator ==; write =' "carrier == 'AA'"
  tells "'&&' is not known here; write and" "id > 0 && id < 3"
  tells '|| joins texts; between two conditions write or' "id = 1 || id = 2"
  tells "something is missing after 'and'" "id = 1 and"
  tells "'2024-02-30' is not a valid date32: February 2024 has 29 days" "day = '2024-02-30'"
  tells "'31.12.2024' is not a valid date32; a date is written as in 2024-02-29" "day = '31.12.2024'"
  tells "unknown column 'delay'; the columns are id, carrier, order, day" 'delay > 1'
  tells "unknown column 'carier'; did you mean 'carrier'?" "carier = 'AA'"
}

@test "15: the stages behind one that failed say that nothing came in" {
  run -1 --separate-stderr bash -c "pscan missing.csv | pfilter 'id > 1' | psort -k id -t csv"
  same 'pscan: missing.csv: No such file or directory
pfilter: standard input: nothing came in from the stage before; has it failed?
psort: standard input: nothing came in from the stage before; has it failed?' "$(sort -k 1,1 <<<"$stderr" | sed 's/^pscan/0pscan/' | sort | sed 's/^0//')"
  run -1 --separate-stderr pflow -n 2 "pscan missing.csv | pfilter 'id > 1' | psort -k id -t csv"
  same 'pflow: fragment 1, stage 1: pscan: missing.csv: No such file or directory' "$stderr"
}
