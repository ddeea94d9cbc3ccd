#!/usr/bin/env bats
# pinsert: rows, their types, columns, writers side by side.

load ../setup

# A table of four partitions with ten rows.
make_table() {
  { echo id,city,price; seq 10 | sed 's/.*/&,city &,&.5/'; } >ten.csv
  ppartition --hash -k id -n 4 -o t/ ten.csv
}

files_of() {
  find "$1" -name '*.arrow' | sort
}

@test "rows go to their partitions, as one version" {
  make_table
  seq 11 40 | sed 's/.*/&,city &,&.5/' | pinsert -v --no-header --names id,city,price t 2>said
  same "pinsert: 30 rows inserted into 4 partitions of t, version 1" "$(grep inserted said)"
  gives $'count,sum\n40,820' pagg 'count(*) as count, sum(id) as sum' -t csv t
  gives $'count\n10' pagg 'count(*) as count' -t csv --as-of 0 t
  # As ppartition would have placed them.
  { cat ten.csv; seq 11 40 | sed 's/.*/&,city &,&.5/'; } | ppartition --hash -k id -n 4 -o whole/ -
  for part in 1 2 3 4; do
    same "$(pscan --partition $part/4 whole | psort -k id -t csv)" \
      "$(pscan --partition $part/4 t | psort -k id -t csv)"
  done
}

@test "columns are matched by name, and types that hold the values" {
  make_table
  printf 'price,id,city\n7,11,x\n' | pinsert t -
  gives $'id,city,price\n11,x,7' pscan -w 'id = 11' -t csv t
  printf 'a,b\n1,2.50\n' | pscan --types 'a=int8,b=decimal(9,2)' | pinsert --create small -
  printf 'a,b\n-128,3\n' | pinsert small -
  gives $'a,b\n1,2.50\n-128,3.00' pscan -t csv small
  printf 'a,b\n1,2\n128,3\n' >far.csv
  fails 1 "pinsert: column 'a': 128 is out of range for int8" pinsert small far.csv
  printf 'a,b\n1,2.5\n' >float.csv
  fails 1 "pinsert: column 'b' is float64, and decimal128(9,2) in the table; cast it with pproject, as in x::decimal128(9,2)" \
    pinsert small float.csv
  printf 'id,city,price\n1,x,9007199254740993\n' >exact.csv
  run -1 --separate-stderr pinsert t exact.csv
  [[ $stderr == "pinsert: column 'price': "*" has more digits than float64 holds" ]]
  gives $'rows\n2' pagg 'count(*) as rows' -t csv small
}

@test "other columns are errors, or are added" {
  make_table
  printf 'id,town\n11,x\n' >other.csv
  fails 1 "pinsert: the input has no columns 'city', 'price'; name columns as the table does with pproject, or make them null with --add-columns" \
    pinsert t other.csv
  printf 'id,city,price,town\n11,x,1,y\n' >more.csv
  fails 1 "pinsert: the table has no column 'town'; leave them out with pproject, or add them to the table with --add-columns" \
    pinsert t more.csv
  gives "" pinsert --add-columns t other.csv
  gives $'id,city,price,town\n10,city 10,10.5,\n11,,,x' pscan -w 'id >= 10' -t csv t
  gives $'id\n11' pscan -c id -w "town = 'x'" -t csv t
  gives $'rows\n10' pagg 'count(*) as rows' -t csv --as-of 0 t
  gives "id,city,price" phead -n 0 -t csv --as-of 0 t
}

@test "--create makes a table, and only where there is none" {
  fails 1 "pinsert: new: is not a table; make one with --create, or with ppartition -o" \
    pinsert new sales.csv
  run -0 --separate-stderr pinsert --create -v new sales.csv
  [[ $stderr == *"pinsert: 3 rows inserted into new, version 0" ]]
  run -0 --separate-stderr pinsert --create -v new sales.csv
  [[ $stderr == *"pinsert: 3 rows inserted into new, version 1" ]]
  gives $'rows\n6' pagg 'count(*) as rows' -t csv new
}

@test "no rows make no version" {
  make_table
  run -0 --separate-stderr pinsert -v t <<<'id,city,price' --types id=int64,price=float64
  [[ $stderr == *"pinsert: 0 rows inserted into 0 partitions of t, version 0" ]]
  same 1 "$(find t/_delta_log -name '*.json' | wc -l)"
}

@test "rows keep the order of a table that is sorted" {
  { echo a; seq 100 -1 1; } | ppartition --hash -k a -n 1 --sort a -o sorted/ -
  { echo a; seq 200 -1 101; } | pinsert sorted -
  gives "" psort --check -k a sorted || same "$(seq 1 200)" "$(pscan -t csv --out-no-header sorted)"
}

@test "many writers at once lose nothing" {
  make_table
  for writer in 1 2 3 4 5 6; do
    for round in 1 2 3; do
      echo "$((writer * 100 + round)),w,1"
    done | while read -r row; do
      echo "$row" | pinsert --no-header --names id,city,price --retries 1000 t - || echo lost
    done >said.$writer &
  done
  wait
  same "" "$(cat said.*)"
  same $'rows\n18' "$(pscan -w "city = 'w'" t | pagg 'count(*) as rows' -t csv)"
  same 19 "$(find t/_delta_log -name '*.json' | wc -l)"
  [ -z "$(find t -name '.*' -not -name . -print -quit)" ]
}

@test "two that make one table: one does, the other says so" {
  for writer in 1 2 3 4; do
    pinsert --create t sales.csv 2>said.$writer && echo made >>won &
  done
  wait
  won=$(wc -l <won)
  gives "rows"$'\n'"$((3 * won))" pagg 'count(*) as rows' -t csv t
  for said in said.*; do
    [ ! -s $said ] || grep -qE "^pinsert: t: (another program has made|has files, but)" $said
  done
  same $won "$(files_of t | wc -l)"
}

@test "a table that cannot be written is an error, and stays as it was" {
  make_table
  if [ "$(id -u)" != 0 ]; then skip "only root can become another user"; fi
  chmod -R go+rX "$BATS_TEST_TMPDIR"
  # Not with -R: other tests come and go there.
  chmod go+rX "$(dirname "$BATS_TEST_TMPDIR")" "$(dirname "$(dirname "$BATS_TEST_TMPDIR")")"
  fails 1 "pinsert: t: change the table: Permission denied" \
    setpriv --reuid=54321 --regid=54321 --clear-groups "$(command -v pinsert)" t ten.csv
  same 1 "$(find t/_delta_log -name '*.json' | wc -l)"
}

@test "what is wrong is said" {
  fails 2 "pinsert: TABLE is missing (see pinsert --help)" pinsert
  make_table
  fails 2 "pinsert: --retries: '-1' is not a whole number from 0 to 10000 (see pinsert --help)" \
    pinsert --retries=-1 t ten.csv
  fails 2 "pinsert: the data of a table is written as arrow or parquet, not csv (see pinsert --help)" \
    pinsert -t csv t ten.csv
  # What a newer program has written is left alone.
  sed -i 's/"writerFeatures":\[/&"unheard",/' t/_delta_log/*0.json
  run -1 --separate-stderr pinsert t ten.csv
  [[ $stderr == "pinsert: t: "*unheard* ]]
}
