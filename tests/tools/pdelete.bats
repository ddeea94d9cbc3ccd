#!/usr/bin/env bats
# pdelete: which rows and files go, which stay, and what two do at once.

load ../setup

make_table() {
  { echo id,city,price; seq 100 | awk '{ print $1 ",city " $1 % 7 "," $1 ".5" }'; } >rows.csv
  ppartition --hash -k id -n 8 -o t/ rows.csv
}

# The data files of the latest version, with their inodes.
files_now() {
  (cd t && find . -name '*.arrow' -printf '%i %p\n' | sort)
}

@test "one row by its key: one file is written again, and all others stay" {
  make_table
  files_now >before
  run -0 --separate-stderr pdelete -v -w 'id = 42' t
  same "" "$output"
  same "pdelete: 1 row deleted in 1 partition of t, 1 file written again, version 1" "$stderr"
  files_now >after
  # The file before is kept for the version before.
  same "" "$(comm -23 before after)"
  same 1 "$(comm -13 before after | wc -l)"
  gives $'n\n99' pagg 'count(*) as n' -t csv t
  gives $'n\n100' pagg 'count(*) as n' -t csv --as-of 0 t
}

@test "a condition over other columns, null, and parameters" {
  make_table
  gives "" pdelete -w "city = 'city 3'" t
  same "$(pfilter "city <> 'city 3'" rows.csv | psort -k id -t csv)" "$(psort -k id -t csv t)"
  gives "" pdelete --set least=90 -w 'id >= :least' t
  gives $'most\n89' pagg 'max(id) as most' -t csv t
  run -0 --separate-stderr pdelete -v -w 'null' t
  same "pdelete: 0 rows deleted in 0 partitions of t, 0 files written again, version 2" "$stderr"
}

@test "all rows: the files are only removed" {
  make_table
  gives "" pdelete -w true t
  gives "id,city,price" pscan -t csv t
  run ! grep -q '"add"' t/_delta_log/*1.json
}

@test "two at once on different files both do it" {
  make_table
  for id in 1 2 3 4 5 6 7 8 9 10; do
    pdelete --retries 1000 -w "id = $id" t 2>said.$id &
  done
  wait
  same "" "$(cat said.*)"
  gives $'n,least\n90,11' pagg 'count(*) as n, min(id) as least' -t csv t
  same 11 "$(find t/_delta_log -name '*.json' | wc -l)"
}

@test "what a lost attempt wrote is removed" {
  make_table
  for id in 1 2 3 4 5 6; do
    pdelete --retries 1000 -w "price = $id.5" t &
  done
  wait
  gives $'n\n94' pagg 'count(*) as n' -t csv t
  # Each file of the directory is one of a version.
  (cd t && find . -name '*.arrow' | sed 's,^\./,,' | sort) >there
  grep -ho '"add":{"path":"[^"]*' t/_delta_log/*.json | cut -d '"' -f 6 | sort >added
  same "" "$(comm -23 there added)"
}

@test "a table that only grows is left as it is" {
  make_table
  sed -i 's/"configuration":{/&"delta.appendOnly":"true",/' t/_delta_log/*0.json
  fails 1 "pdelete: t: is a table that only grows (delta.appendOnly); rows can be inserted, and not be changed or deleted" \
    pdelete -w 'id = 1' t
}

@test "what is wrong is said" {
  make_table
  fails 2 "pdelete: which rows? use -w, with true for all (see pdelete --help)" pdelete t
  fails 2 "pdelete: TABLE is missing (see pdelete --help)" pdelete -w true
  fails 2 "pdelete: too many operands: 'u' (see pdelete --help)" pdelete -w true t u
  run -1 --separate-stderr pdelete -w 'nosuch = 1' t
  [[ ${stderr_lines[0]} == "pdelete: "*"unknown column 'nosuch'"* ]]
  run -1 --separate-stderr pdelete -w true nowhere
  [[ $stderr == "pdelete: nowhere: "* ]]
  same 1 "$(find t/_delta_log -name '*.json' | wc -l)"
}
