#!/usr/bin/env bats
# Flows over partitioned tables: rows that lie together by the keys of a stage are not moved.
load ../setup

setup() {
  begin_test
  awk 'BEGIN { print "k,g,v"; for (i = 0; i < 3000; ++i) print i * 7 % 997 "," i % 13 "," i }' >left.csv
  awk 'BEGIN { print "id,name"; for (i = 0; i < 1200; ++i) print i % 1000 ",n" i }' >right.csv
  ppartition --hash -k k -n 4 -o L left.csv
  ppartition --hash -k id -n 4 -o R right.csv
  ppartition --range -k k -n 4 -o G left.csv
}

exchanges() { pflow "$@" --explain | grep -c pexchange || true; }
# The flow gives with any number of workers what a shell gives, in the same order.
as_in_sh() {
  for n in 2 3 4 8; do diff <(sh -c "$1") <(pflow -n $n "$1"); done
}

@test "an aggregate by the table's keys runs in its workers, whole" {
  for table in L G; do
    flow="pscan $table | pagg -k k 'count(*) as n, sum(v) as v' | pprint -t csv"
    pflow -n 2 --explain "$flow" | grep -q "rows with equal k are together without an exchange"
    same 0 "$(pflow -n 2 --explain "$flow" | grep -c -- '--partial' || true)"
    as_in_sh "$flow"
    # More keys than the table's are together too.
    as_in_sh "pscan $table | pagg -k g,k 'count(*) as n' | psort -k g,k | pprint -t csv"
  done
  # Fewer are not.
  pflow -n 2 --explain "pscan L | pagg -k g 'count(*) as n' | pprint -t csv" | grep -q -- '--partial'
  as_in_sh "pscan L | pagg -k g 'count(*) as n' | psort -k g | pprint -t csv"
}

@test "what changes a key ends what is known of its place" {
  flow="pscan L | pproject 'k % 10 as k, v' | pagg -k k 'count(*) as n' | psort -k k | pprint -t csv"
  same 0 "$(pflow -n 2 --explain "$flow" | grep -c 'without an exchange' || true)"
  as_in_sh "$flow"
}

@test "a join of tables by their keys has no exchange" {
  for type in inner left semi anti full right; do
    flow="pscan L | pjoin --type $type -k k=id R | pagg 'count(*) as n, sum(v) as v' | pprint -t csv"
    same 0 "$(exchanges -n 2 "$flow")"
    same 0 "$(exchanges -n 4 "$flow")"
    # Three do not divide four. All of a small table can be in each worker, unless it is asked which
    # of its rows have no partner.
    case $type in
      full | right) [ "$(exchanges -n 3 "$flow")" -gt 0 ] ;;
      *) pflow -n 3 --explain "$flow" | grep -q "read once for all workers" ;;
    esac
    as_in_sh "$flow"
  done
}

@test "a table on one side takes the other side's rows by the same hash" {
  flow="pscan left.csv | pjoin --type full -k k=id R | pagg 'count(*) as n, sum(v) as v' | pprint -t csv"
  as_in_sh "$flow"
  flow="pscan L | pjoin --type full -k k=id right.csv | pagg 'count(*) as n, sum(v) as v' | pprint -t csv"
  as_in_sh "$flow"
  # Ranges are not a hash.
  flow="pscan G | pjoin --type full -k k=id R | pagg 'count(*) as n, sum(v) as v' | pprint -t csv"
  [ "$(exchanges -n 2 "$flow")" -gt 0 ]
  as_in_sh "$flow"
}

@test "tables of other numbers of partitions, and other keys, are exchanged" {
  ppartition --hash -k id -n 8 -o R8 right.csv
  ppartition --hash -k name -n 4 -o N right.csv
  flow="pscan L | pjoin -k k=id R8 | pagg 'count(*) as n, sum(v) as v' | pprint -t csv"
  same 0 "$(exchanges -n 2 "$flow")"
  as_in_sh "$flow"
  flow="pscan L | pjoin --type full -k k=id N | pagg 'count(*) as n, sum(v) as v' | pprint -t csv"
  [ "$(exchanges -n 2 "$flow")" -gt 0 ]
  as_in_sh "$flow"
}

@test "a small table is read once, and each worker has all of it" {
  for type in inner left semi anti; do
    flow="pscan left.csv | pjoin --type $type -k k=id R | pagg 'count(*) as n, sum(v) as v' | pprint -t csv"
    same 0 "$(exchanges -n 2 "$flow")"
    pflow -n 2 --explain "$flow" | grep -q "# fragment 2, 1 worker: read once for all workers"
    as_in_sh "$flow"
  done
}

@test "partitions without rows stay in their places" {
  ppartition --hash -k k -n 4 --force -o L <(head -n 4 left.csv)
  as_in_sh "pscan L | pjoin --type full -k k=id R | pagg 'count(*) as n, sum(v) as v' | pprint -t csv"
  as_in_sh "pscan L | pagg -k k 'count(*) as n' | pprint -t csv"
}

@test "rows that another program has put beside the partitions are together with none" {
  ppartition -t parquet --hash -k k -n 4 -o P left.csv
  pscan P -w 'k < 50' -o "P/foreign.parquet"
  size=$(stat -c %s P/foreign.parquet)
  echo '{"add":{"path":"foreign.parquet","partitionValues":{},"size":'"$size"',"modificationTime":1,"dataChange":true}}' \
    >P/_delta_log/00000000000000000001.json
  flow="pscan P | pagg -k k 'count(*) as n' | psort -k k | pprint -t csv"
  same 0 "$(pflow -n 2 --explain "$flow" | grep -c 'without an exchange' || true)"
  as_in_sh "$flow"
}

@test "over files, and on hosts, the answer is the same" {
  flow="pscan L | pjoin -k k=id R | pagg -k k 'count(*) as n, sum(v) as v' | psort -k k | pprint -t csv"
  diff <(sh -c "$flow") <(pflow -n 2 --checkpoint ck "$flow")
}
