#!/usr/bin/env bats
# bats file_tags=conformance
# The 22 queries of TPC-H (examples/tpch) at scale factor 0.01: the known answers, decimals to the
# last digit, from each format, in a plain shell and on any number of workers.

load ../setup

setup_file() {
  export tables="$BATS_TEST_DIRNAME/../data/tpch-sf0.01"
  export examples="$BATS_TEST_DIRNAME/../../examples/tpch"
  mkdir "$BATS_FILE_TMPDIR/tbl" "$BATS_FILE_TMPDIR/csv" "$BATS_FILE_TMPDIR/arrow"
  local file name names
  for file in "$tables"/*.tbl.gz; do
    name=$(basename "$file" .tbl.gz)
    names=$(sed -n "s/^$name=//p" "$examples"/q*.sh | head -n 1)
    gunzip -c "$file" >"$BATS_FILE_TMPDIR/tbl/$name.tbl"
    pscan --decimals --names "$names" "$file" -o "$BATS_FILE_TMPDIR/csv/$name.csv"
    pscan --decimals --names "$names" "$file" -o "$BATS_FILE_TMPDIR/arrow/$name.arrow"
  done
}

# answers FORMAT COMMAND…: COMMAND followed by a query's file gives its answer, for all of them.
answers() {
  export TPCH="$BATS_FILE_TMPDIR/$1"
  shift
  local query wrong=0 count=0
  for query in "$examples"/q*.sh; do
    count=$((count + 1))
    "$@" "$query" >answer.csv || wrong=$((wrong + 1))
    diff "$tables/answers/$(basename "$query" .sh).csv" answer.csv || wrong=$((wrong + 1))
  done
  [ "$count" = 22 ] && [ "$wrong" = 0 ]
}

@test "22 queries in sh, from .tbl" { answers tbl sh; }
@test "22 queries in sh, from CSV" { answers csv sh; }
@test "22 queries in sh, from Arrow files" { answers arrow sh; }
@test "22 queries in sh, from compressed .tbl" {
  ln -s "$tables" "$BATS_FILE_TMPDIR/gz"
  answers gz sh
}
@test "22 queries under pflow -n 1, from .tbl" { answers tbl pflow -n 1 -f; }
@test "22 queries under pflow -n 2, from .tbl" { answers tbl pflow -n 2 -f; }
@test "22 queries under pflow -n 2, from CSV" { answers csv pflow -n 2 -f; }
@test "22 queries under pflow -n 2, from Arrow files" { answers arrow pflow -n 2 -f; }
@test "22 queries under pflow -n 5, from .tbl" { answers tbl pflow -n 5 -f; }

@test "no query is longer than twice its SQL" {
  local query sql words
  for query in "$examples"/q*.sh; do
    sql=$(wc -w <"$BATS_TEST_DIRNAME/../bench/tpch/$(basename "$query" .sh).sql")
    words=$(grep -v '^#' "$query" | wc -w)
    [ "$words" -le $((2 * sql)) ] || {
      echo "$query has $words words, its SQL $sql"
      return 1
    }
  done
}
