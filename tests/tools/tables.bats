#!/usr/bin/env bats
# Tables: what ppartition makes of an input, and what every tool reads of it.
load ../setup

setup() {
  begin_test
  {
    echo 'k,city,v,at'
    for i in $(seq 1 2000); do
      echo "$i,c$((i % 5)),$((i * 7 % 1000)).5,2024-01-$((i % 28 + 1 < 10 ? 0 : 1))$((i % 9 + 1))"
    done
  } >in.csv
  pscan in.csv -t csv >all.csv
}

# refuses STATUS BEGINNING COMMAND…: the command ends with that status and says one line that begins
# so.
refuses() {
  local status=$1 beginning=$2
  shift 2
  run "-$status" --separate-stderr "$@"
  same "$beginning" "${stderr:0:${#beginning}}"
}

sorted() { tail -n +2 | sort; }

@test "a table of any partitioning has the rows of its input" {
  for how in "--hash -k k" "--range -k k" "--range=100,1500,1800 -k k" "--round-robin"; do
    # shellcheck disable=SC2086
    ppartition $how -n 4 -o T in.csv
    diff <(pscan T -t csv | sorted) <(sorted <all.csv)
    same 4 "$(ls -d T/p* | wc -l)"
    rm -r T
  done
  ppartition --by city,at -o T in.csv
  diff <(pscan T -t csv | sorted) <(sorted <all.csv)
  [ -d 'T/city=c1/at=2024-01-12' ]
}

@test "every tool reads a table" {
  ppartition --hash -k k -n 4 -o T in.csv
  diff <(pagg -k city 'count(*) as n, sum(v) as v' T -t csv | sorted) \
    <(pagg -k city 'count(*) as n, sum(v) as v' in.csv -t csv | sorted)
  diff <(psort -k k T -t csv) <(psort -k k in.csv -t csv)
  diff <(pjoin -k k T in.csv -t csv | sorted) <(pjoin -k k in.csv in.csv -t csv | sorted)
}

@test "a condition reads only the partitions that can match, and -v says so" {
  ppartition --hash -k k -n 16 -o T in.csv
  same "$(grep ^77, all.csv)" "$(pscan -v T -w "k = 77" -t csv --out-no-header 2>notes)"
  grep -q '^pscan: T: read 1 of 16 partitions, 1 of 16 batches$' notes
  ppartition --range -k k -n 4 -o R in.csv
  pscan -v R -w 'k between 10 and 20' -t csv 2>notes | sorted >found
  diff found <(awk -F, '$1 >= 10 && $1 <= 20' all.csv | sort)
  grep -q '^pscan: R: read 1 of 4 partitions, 1 of 4 batches$' notes
}

@test "the parts of a table together are the table" {
  ppartition --hash -k k -n 3 -o T in.csv
  pscan T -t csv --out-no-header >whole
  for parts in 1 2 3 5; do
    for ((i = 1; i <= parts; i++)); do pscan T --partition $i/$parts -t csv --out-no-header; done >parts
    diff whole parts
  done
}

@test "workers of a flow give what one process gives" {
  ppartition --hash -k k -n 5 --sort k:desc -o T in.csv
  flow="pscan T -w 'v > 300' | pagg -k city 'count(*) as n, sum(v) as v' | psort -k city | pprint -t csv"
  expected=$(sh -c "$flow")
  for n in 2 4; do [ "$(pflow -n $n "$flow")" = "$expected" ]; done
  flow="pscan T | pfilter 'k % 3 = 0' | pprint -t csv"
  diff <(sh -c "$flow") <(pflow -n 3 "$flow")
  pflow -n 2 --explain "$flow" | grep -q -- '--as-of=0 T'
}

@test "a flow reads one version, whatever is written meanwhile" {
  ppartition --hash -k k -n 2 -o T in.csv
  pflow -n 2 --explain "pscan T | pagg 'count(*) as n' | pprint -t csv --out-no-header" >plan
  ppartition --hash -k k -n 2 --force -o T <(head -n 11 in.csv)
  same 10 "$(pagg 'count(*) as n' T -t csv --out-no-header)"
  same 2000 "$(pflow -n 2 -f plan)"
}

@test "earlier versions are read with --as-of" {
  ppartition --hash -k k -n 2 -o T in.csv
  ppartition --hash -k k -n 2 --force -o T <(head -n 11 in.csv)
  [ "$(pagg 'count(*) as n' T -t csv --out-no-header)" = 10 ]
  [ "$(pagg 'count(*) as n' --as-of 0 T -t csv --out-no-header)" = 2000 ]
  refuses 1 'pscan: T: there is no version 2; the latest is 1' pscan T --as-of 2
  refuses 2 "pscan: --as-of: 'x' is not a version or a time" pscan T --as-of x
  refuses 2 'pscan: --as-of is for tables' pscan in.csv --as-of 0
}

@test "what cannot be a table is refused, and nothing is left" {
  mkdir full
  touch full/precious
  refuses 1 'ppartition: full: has files, but is not a table' ppartition --hash -k k -n 2 -o full in.csv
  ppartition --hash -k k -n 2 -o T in.csv
  refuses 1 'ppartition: T: is a table already' ppartition --hash -k k -n 2 -o T in.csv
  refuses 1 "ppartition: unknown column 'x'" ppartition --hash -k x -n 2 -o N in.csv
  refuses 2 'ppartition: the number of partitions is missing' ppartition --hash -k k -o N in.csv
  refuses 2 'ppartition: the data of a table is written as' ppartition --hash -k k -n 2 -o N -t csv in.csv
  refuses 2 'ppartition: --sort is for tables' ppartition --hash -k k -n 2 --sort k -o '%d.csv' in.csv
  printf 'k,v\n1,2\n3\n' >broken.csv
  refuses 1 'ppartition: broken.csv:3' ppartition --hash -k k -n 2 -o N broken.csv
  [ ! -e N ]
}

@test "a table whose files are not as its log says is an error that names the file" {
  ppartition --hash -k k -n 1 -o T/ in.csv
  file=$(echo T/p00000/*)
  cp "$file" kept
  truncate -s -8 "$file"
  refuses 1 "pscan: $file: has" pscan T
  rm "$file"
  refuses 1 "pscan: $file: of version 0 of the table: No such file" pscan T
  mv kept "$file"
  echo '{"add":' >>T/_delta_log/00000000000000000000.json
  refuses 1 'pscan: T/_delta_log/00000000000000000000.json: line' pscan T
  rm T/_delta_log/*
  refuses 1 'pscan: T: is not a table: it has no version' pscan T
}

@test "a table of a newer protocol is refused" {
  ppartition --hash -k k -n 1 -o T/ in.csv
  sed -i 's/"readerFeatures":\["penstock-arrow"\]/"readerFeatures":["deletionVectors"]/' T/_delta_log/*.json
  refuses 1 "pscan: T: the table has the feature 'deletionVectors', which Penstock cannot read" pscan T
  sed -i 's/"minReaderVersion":3/"minReaderVersion":9/' T/_delta_log/*.json
  refuses 1 'pscan: T: the table asks for readers of version 9' pscan T
}

@test "a signal while a table is written leaves nothing" {
  mkfifo slow
  ppartition --hash -k k -n 2 -o T slow &
  pid=$!
  exec 9>slow
  cat in.csv >&9
  for ((i = 0; i < 100; i++)); do
    compgen -G 'T/.penstock-*/*' >/dev/null && break
    sleep 0.05
  done
  kill -TERM $pid
  wait $pid || true
  exec 9>&-
  [ ! -e T ] || [ -z "$(find T -name '*.arrow' -o -name '.penstock-*')" ]
}
