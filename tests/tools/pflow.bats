#!/usr/bin/env bats

load ../setup
load ../flows

@test "the same bytes as the shell: scans, filters, projections" {
  tables
  everywhere 'pscan -t csv rows.csv'
  everywhere "pscan rows.csv | pfilter 'id % 3 = 0' | pprint"
  everywhere "pscan rows.csv | pproject 'id * 2 as twice, note' | pprint"
  everywhere "pproject 'id, upper(note) as note' rows.csv | pfilter 'id > 100' | phead -n 5 -t csv"
  everywhere "pscan rows.arrow | pproject 'id + 1 as next' -t csv"
  everywhere "pscan rows.csv rows.csv | pproject 'id' -t csv"
}

@test "the same bytes as the shell: aggregates" {
  tables
  everywhere "pagg 'count(*), sum(price), avg(price), min(note), max(id)' rows.csv | pprint"
  everywhere "pscan rows.csv | pfilter 'id > 10' | pagg -k city 'count(*) as n, sum(price)' | psort -k city -t csv"
  everywhere "pagg -k city 'median(price), count(distinct note)' rows.csv | psort -k city | pprint"
  everywhere "pagg -k city 'min_by(id, price) as first' rows.csv | psort -k city | pprint"
  everywhere "pagg -k price 'stddev(id)' rows.arrow | psort -k price -t ndjson"
  everywhere "pscan -w 'id < 0' rows.csv | pagg 'count(*), sum(id)' -t csv"
}

@test "the same bytes as the shell: aggregates that show the rows' order, groups as they come (12)" {
  tables
  everywhere "pagg -k city 'sum(price), count(*)' rows.csv -t csv"
  everywhere "pagg -k city 'median(price)' rows.csv -t csv"
  everywhere "pagg -k city \"String_Agg(id::text, ',') as s\" rows.csv -t csv"
  everywhere "pagg -k city 'ARRAY_AGG(id), array_agg(id order by price)' rows.csv -t ndjson"
  everywhere "pscan rows.csv | pagg 'Min_By(id, price), MAX_BY(id, price)' -t csv"
  everywhere "pscan rows.csv | pagg -k city 'any_value(id) filter (where price > 3) as v' -t csv"
  everywhere "pscan rows.csv | pagg -k city 'min_by(id, price), median(id)' -t csv"
  everywhere "pscan rows.csv | pagg --window -k city 'max_by(id, price) as m' -t csv"
  everywhere "pscan rows.csv | pagg --partial -k city 'min_by(id, price)' | pmerge - | pagg --final -k city 'min_by(id, price)' -t csv"
  everywhere "pagg -k city,price 'count(*) as n' rows.csv | psort -k n -t csv"
  everywhere "pscan rows.csv | pjoin --type full -k city=name cities.csv | pagg -k size 'count(*)' -t csv"
}

@test "what is refused is what the shell refuses, in columns and rows that nobody needs too (12)" {
  awk 'BEGIN { print "id,a,t"; for (i = 0; i < 3000; i++) print i "," (i == 1500 || i == 2500 ? "?" : i % 7) ",x" i }' >bad.csv
  awk -F, 'NR > 1 { printf "{\"id\":%s,\"a\":%s,\"t\":\"%s\"}\n", $1, $2 == "?" ? "\"?\"" : $2, $3 }' bad.csv >bad.ndjson
  for file in bad.csv bad.ndjson; do
    scan="pscan --types a=int64 $file"
    everywhere "$scan --on-error skip | pagg 'count(*)' -t csv"
    everywhere "$scan --on-error null | pagg 'count(*), count(a) as a' -t csv"
    everywhere "$scan --on-error skip | pfilter 'id < 2000' | pagg 'count(*), max(t)' -t csv"
    everywhere "$scan --on-error skip -c id -w 'id < 2000' | pagg 'count(*)' -t csv"
    everywhere "pagg --types a=int64 --on-error skip 'count(*)' $file -t csv"
    same 2998 "$(pflow -q -n 3 "$scan --on-error skip | pagg 'count(*)' -t csv" | tail -n 1)"
    for workers in 1 3; do
      run -1 --separate-stderr pflow -n "$workers" "$scan | pfilter 'id < 100' | pagg 'count(*)' -t csv"
      [[ $stderr == *"$file:"[12]"50"[12]": column 'a': "*" is not an integer; use --types a=text"* ]]
      run -0 pflow -n "$workers" "$scan -c id -w 'id < 100' | pagg 'count(*) as n' -t csv"
      same $'n\n100' "$output"
    done
  done
}

@test "the same bytes as the shell: rows without columns (12)" {
  printf '{}\n{}\n{}\n' >none.ndjson
  pscan none.ndjson -o none.arrow
  for file in none.ndjson none.arrow; do
    same 3 "$(pflow -n 3 "pagg 'count(*) as n' $file -t csv" | tail -n 1)"
    everywhere "pagg 'count(*) as n' $file -t csv"
    everywhere "pscan $file | pfilter '1 = 1' | pagg 'count(*)' -t csv"
    everywhere "pscan $file | pjoin --type cross - $file | pagg 'count(*)' -t csv"
    everywhere "pscan $file | pproject '1 as one' -t csv"
    everywhere "pscan $file | pexchange --round-robin | pagg 'count(*)' -t csv"
    everywhere "pscan $file -t ndjson"
  done
}

@test "the same bytes as the shell: sorts, which are stable, and heads" {
  tables
  everywhere "psort -k price:desc rows.csv -t csv"
  everywhere "pscan rows.csv | psort -k city,price -n 50 | pprint"
  everywhere "psort -k price -n 7 rows.arrow -t csv"
  everywhere "pscan rows.csv | phead -n 3 -t csv"
  everywhere "pfilter 'id % 100 = 0' rows.csv | phead -n 7 -t csv"
}

@test "the same bytes as the shell: joins" {
  tables
  everywhere "pjoin -k city=name rows.csv cities.csv | pproject 'id, size' -t csv"
  everywhere "pscan rows.csv | pjoin --type left -k city=name - <(pfilter 'size > 300' cities.csv) | pagg -k size 'count(*)' | psort -k size -t csv"
  everywhere "pscan rows.csv | pjoin --type anti -k city=name cities.csv -t csv"
  everywhere "pscan rows.csv | pjoin --type full -k city=name cities.csv | psort -k id,name -t csv"
  everywhere "pscan rows.csv | pjoin --on 'l.price > r.size' - cities.csv | pagg 'count(*)' -t csv"
  everywhere "pscan cities.csv | pjoin -k name=city rows.csv - | psort -k id -t csv"
}

@test "the same bytes as the shell: merges, programs of others, statements" {
  tables
  everywhere "pmerge -k id <(psort -k id rows.csv) <(pscan rows.arrow | psort -k id) -t csv"
  everywhere "pscan rows.csv | pproject 'city' -t csv | tail -n +2 | sort | uniq -c"
  everywhere "pscan -w 'id < 9' rows.csv > few.arrows && pagg 'count(*)' few.arrows -t csv"
  everywhere "pscan rows.csv |
    # a note
    pagg -k city 'count(*) as n' > groups.arrows

  psort -k city groups.arrows -t csv # the end"
  city=c3 everywhere "pscan -w \"city = '\$city'\" rows.csv | pagg 'count(*)' -t csv"
}

@test "--explain is a pipeline that gives the same" {
  tables
  for flow in "pscan rows.csv | pfilter 'id > 10' | pagg -k city 'count(*) as n' | psort -k city -t csv" \
    "psort -k price -n 7 rows.csv -t csv" \
    "pscan rows.csv | pjoin -k city=name - <(pfilter 'size > 300' cities.csv) | psort -k id -t csv"; do
    pflow -n 3 --explain "$flow" >explained
    same "$(bash -c "$flow")" "$(bash explained)"
    same "$(bash -c "$flow")" "$(pflow -n 2 -f explained)"
  done
}

@test "--explain tells the fragments and why" {
  tables
  gives "# pflow -n 3
# fragment 1, 3 workers: 24 chunks of the input are taken as workers become free
pscan --check-all --columns=city '--where=id > 10' rows.csv |
pagg --partial -k city 'count(*) as n' |
# fragment 2, 1 worker, exchange: each worker's part of the aggregate
pmerge - |
pagg --final -k city 'count(*) as n' |
psort -k city" pflow -n 3 --explain "pscan rows.csv | pfilter 'id > 10' | pagg -k city 'count(*) as n' | psort -k city"
  gives "# pflow -n 2
# fragment 1, 2 workers: each reads one of 2 parts of the input
pscan rows.csv |
psort -k price:desc -n 7 |
# fragment 2, 1 worker, exchange: each worker sorts its own; their streams are merged by the keys
pmerge -k price:desc - |
phead --to=csv -n 7" pflow -n 2 --explain "psort -k price:desc -n 7 rows.csv -t csv"
  gives "# pflow -n 2
# fragment 1, 1 worker: a scan has threads of its own, and keeps the rows' order by itself
pscan rows.csv |
pfilter 'id > 1' > out.arrows" pflow -n 2 --explain "pscan rows.csv | pfilter 'id > 1' > out.arrows"
  pflow -n 2 --explain=json "psort -k id rows.csv && pscan x | phead -n 1" | python3 -c '
import json, sys
plan = json.load(sys.stdin)
assert plan["workers"] == 2
assert [f["workers"] for f in plan["fragments"]] == [2, 1, 1], plan
assert [s["fragments"] for s in plan["statements"]] == [[1, 2], [3]]
assert plan["fragments"][1]["stages"][0][:3] == ["pmerge", "-k", "id"]'
  run -0 pflow -n 2 --explain=dot "psort -k id rows.csv"
  [[ $output == "digraph flow {"*"f1 -> f2;"*"}" ]]
  fails 2 "pflow: --explain: 'jsno' is not text, dot or json; did you mean 'json'? (see pflow --help)" \
    pflow --explain=jsno 'pscan x'
}

# bats test_tags=slow
@test "the same bytes as the shell: joins that share out both sides" {
  tables
  { echo name,owner; for i in $(seq 0 3 30); do echo "c$i,o$((i % 4))"; done; } >owners.csv
  for type in inner left right full semi anti; do
    everywhere "pscan rows.csv | pjoin --type $type -k city=name owners.csv | pagg 'count(*), sum(id)' -t csv"
    everywhere "pscan rows.csv | pexchange --hash -k city | pjoin --type $type -k city=name - <(pscan owners.csv | pexchange --hash -k name) | pagg 'count(*), sum(id)' -t csv"
  done
  everywhere "pscan rows.csv | pjoin --type full -k city=name owners.csv | pjoin --type full -k owner - <(pagg -k owner 'count(*) as n' owners.csv) | pagg -k owner 'count(*), sum(n), sum(id)' | psort -k owner -t csv"
  everywhere "pjoin --type full -k city=name rows.csv owners.csv -t csv | pagg -k city 'count(*) as n' | psort -k city -t csv"
  everywhere "pscan rows.csv | pexchange --hash -k city | pfilter 'id > 5' | pagg -k city,price 'median(id) as m' | psort -k city,price -t csv"
}

# bats test_tags=slow
@test "a join whose right side is large: both sides are shared out, heavy keys spread" {
  awk 'BEGIN { print "key,i"; for (i = 0; i < 200000; i++) print (i % 2 ? 7 : i) "," i }' >left.csv
  awk 'BEGIN { print "k,name,text"; for (i = 0; i < 1400000; i++) print i ",n" i % 5 ",some forty bytes of text to make the file large" }' >right.csv
  local flow="pscan left.csv | pjoin -k key=k - right.csv | pagg -k name 'count(*) as n, sum(i) as i' | psort -k name -t csv"
  run -0 pflow -n 4 --explain "$flow"
  [[ $output == *"pexchange --hash --spread=heavy-"*" -k key - |"* ]]
  [[ $output == *"--second-input -k k -"* ]]
  run -0 --separate-stderr pflow -n 4 "$flow"
  same "$(bash -c "$flow")" "$output"
  [[ $stderr == "pexchange: 1 of the keys holds about "[45][0-9]" % of the rows: they are spread over all workers" ]]
  run -0 pflow -n 4 --explain "pscan left.csv | pjoin --on 'l.key < r.k' - right.csv | pagg 'count(*)'"
  [[ $output == *"pexchange --grid 1x4 - |"* || $output == *"pexchange --grid 2x2 - |"* || $output == *"pexchange --grid 4x1 - |"* ]]
  flow="pscan left.csv -w 'i < 30' | pjoin --on 'l.i = r.k % 1000 and l.key < 50' - right.csv | pagg 'count(*), sum(i)' -t csv"
  run -0 --separate-stderr pflow -n 4 "$flow"
  same "$(bash -c "$flow")" "$output"
}

@test "the same bytes as the shell: exchanges that are written" {
  tables
  everywhere "pscan rows.csv | pexchange --range -k price,id -S 1M | psort -k price,id -t csv"
  everywhere "pscan rows.csv | psort -k price:desc | pexchange --range --merge -k price:desc | pproject 'id, price' -t csv"
  everywhere "pscan rows.csv | psort -k price:desc | pexchange --range --merge -k price | psort -k id -n 5 -t csv"
  everywhere "pscan rows.csv | pexchange --round-robin | pagg 'count(*), sum(id)' -t csv"
  everywhere "pscan rows.csv | pexchange --single | phead -n 3 -t csv"
}

@test "-S is for every process that spills" {
  awk 'BEGIN { print "k,v"; for (i = 0; i < 40000; i++) print i * 7919 % 40000 ",some text" }' >many.csv
  wanted=$(psort -k k many.csv -t csv | cksum)
  flow="pscan many.csv | psort -v -k k -t csv"
  run -0 --separate-stderr pflow -n 2 -S 64K "$flow"
  same "$wanted" "$(printf '%s\n' "$output" | cksum)"
  [[ $stderr == *"psort: the rows do not fit"* ]]
  run -0 --separate-stderr pflow -n 2 "$flow"
  [[ $stderr != *"do not fit"* ]]
  fails 2 "pflow: --memory: 'much' is not a size; write bytes, or a number with K, M, G or T as in 512M (see pflow --help)" \
    pflow -S much "$flow"
}

@test "assignments, windows, joins with text that has no header" {
  tables
  everywhere $'columns=name,size\nout=rows.csv\npscan $out | pjoin -k city=name --names $columns cities.csv | pagg -k size \'count(*) as n\' | psort -k size -t csv'
  awk -F, 'NR > 1 { print $1 "|" $2 "|" }' cities.csv >towns.tbl
  # shellcheck disable=SC2016  # variables of the flow
  flow='names=town,size
    pscan rows | pjoin -k city=town --on "size > 300 and id % 3 < 2" --names $names towns |
      pagg --window -k city "count(*) as n" | pfilter "n > 20" |
      pagg -k city "sum(n) as n, sum(size) as s" | psort -k city -t csv'
  rm rows.arrow
  everywhere "$flow"
  gives "# pflow -n 2
# fragment 1, 2 workers: 16 chunks of the input are taken as workers become free
pscan --check-all --columns=id,city rows |
pjoin --key=city=town '--on=size > 300 and id % 3 < 2' - <(
  # fragment 2, 1 worker: read once for all workers
  pscan --names=town,size towns.tbl
) |
# fragment 3, 2 workers, exchange: rows with equal keys come to one worker of the aggregate
pexchange --hash -k city - |
pagg --window -k city 'count(*) as n' |
pfilter 'n > 20' |
pagg -k city 'sum(n) as n, sum(size) as s' |
psort -k city |
# fragment 4, 1 worker, exchange: each worker sorts its own; their streams are merged by the keys
pmerge -k city --to=csv -" pflow -n 2 --explain "$flow"
}

# bats test_tags=slow
@test "--explain: rows by hash of their keys, and a right file read once" {
  tables
  gives "# pflow -n 3
# fragment 1, 3 workers: 24 chunks of the input are taken as workers become free
pscan --check-all --columns=city,price rows.csv |
# fragment 2, 3 workers, exchange: rows with equal keys come to one worker of the aggregate
pexchange --hash -k city - |
pagg --key=city 'median(price) as m' |
psort -k city |
# fragment 3, 1 worker, exchange: each worker sorts its own; their streams are merged by the keys
pmerge -k city --to=csv -" pflow -n 3 --explain "pagg -k city 'median(price) as m' rows.csv | psort -k city -t csv"
  gives "# pflow -n 2
# fragment 1, 2 workers: each reads one of 2 parts of the input
pscan --check-all --columns=id,city rows.csv |
pproject 'city, id' |
pfilter 'id > 5' |
# fragment 2, 1 worker, exchange: what comes out depends on the order of the rows; they keep the input's order
pmerge --in-turn - |
pagg -k city 'Min_By(id, id % 3), mode(id)'" pflow -n 2 --explain "pscan rows.csv | pproject 'city, id' | pfilter 'id > 5' | pagg -k city 'Min_By(id, id % 3), mode(id)'"
  awk 'BEGIN { print "name,size,text"; for (i = 0; i <= 60000; i++) print "c" i "," i ",some text for it" }' >many.csv
  gives "# pflow -n 2
# fragment 1, 2 workers: 16 chunks of the input are taken as workers become free
pscan --check-all --columns=city rows.csv |
pjoin -k city=name - <(
  # fragment 2, 1 worker: read once for all workers
  pscan --check-all --columns=name,size many.csv
) |
pagg --partial 'sum(size)' |
# fragment 3, 1 worker, exchange: each worker's part of the aggregate
pmerge - |
pagg --final 'sum(size)'" pflow -n 2 --explain "pscan rows.csv | pjoin -k city=name - many.csv | pagg 'sum(size)'"
  everywhere "pscan rows.csv | pjoin -k city=name - many.csv | pagg 'sum(size)' -t csv"
  { echo name,size,note; tail -n +2 many.csv; } >twice.csv
  for workers in 1 2; do
    run -1 --separate-stderr pflow -n "$workers" \
      "pscan rows.csv | pjoin -k city=name - twice.csv | pagg 'sum(size)' -t csv"
    [[ $stderr == "pflow: fragment 1, "*"stage 2: pjoin: column 'note' is in both inputs;"* ]]
  done
  gives "# pflow -n 2
# fragment 1, 2 workers: 16 chunks of the input are taken as workers become free
pscan --check-all --columns=city rows.csv |
# fragment 2, 2 workers, exchange: rows with equal keys of both inputs come to one worker of the join
pexchange --hash -k city - |
pjoin --type=full --key=city=name - <(
  # fragment 3, 2 workers: 16 chunks of the input are taken as workers become free
  pscan --check-all --columns=name,size many.csv |
  # fragment 4, 2 workers, exchange: rows with equal keys of both inputs come to one worker of the join
  pexchange --hash -k name -
) |
pagg --partial 'sum(size)' |
# fragment 5, 1 worker, exchange: each worker's part of the aggregate
pmerge - |
pagg --final 'sum(size)'" pflow -n 2 --explain "pscan rows.csv | pjoin --type full -k city=name - many.csv | pagg 'sum(size)'"
  everywhere "pscan rows.csv | pjoin --type full -k city=name - many.csv | pagg 'sum(size)' -t csv"
  everywhere "pscan rows.csv | pexchange --hash -k city | pagg -k city 'count(*) as n' | psort -k city -t csv"
  everywhere "pagg -k city 'median(price) as m' rows.csv | phead -n 0 -t csv"
}

@test "the same bytes as the shell: standard input by its names, keys in a condition (12)" {
  tables
  local flow
  for flow in "pjoin -k name=city cities.csv - -t csv" "pagg -k city 'count(*)' /dev/stdin -t csv" \
    "pscan /dev/stdin | pagg -k city 'max(id)' -t csv" "pagg -k city 'count(*)' link -t csv"; do
    ln -sf /dev/stdin link
    for workers in 1 3; do
      same "$(bash -c "$flow" <rows.csv)" "$(pflow -n "$workers" "$flow" <rows.csv)"
    done
  done
  for type in inner left right full semi anti; do
    everywhere "pscan rows.csv | pjoin --type $type --on 'l.city = r.name and r.size > 300' - cities.csv | pagg 'count(*), sum(id)' -t csv"
  done
  run -0 pflow -n 2 --explain "pscan rows.csv | pjoin --type full --on 'l.city = r.name' - cities.csv | pagg 'sum(size)'"
  [[ $output == *"pexchange --hash -k city -"*"pexchange --hash -k name -"* ]]
}

@test "several sorted files read together are not taken for sorted (12)" {
  { echo day,v; seq -f '%g,a' 1 300; } >one.csv
  { echo day,v; seq -f '%g,b' 100 400; } >two.csv
  for name in one two; do psort -k day $name.csv -o $name.arrow; done
  same "" "$(pscan one.arrow two.arrow | python3 -c 'import pyarrow, sys; print((pyarrow.ipc.open_stream(sys.stdin.buffer).schema.metadata or {}).get(b"penstock.order", b"").decode())')"
  everywhere "pscan one.arrow two.arrow | pagg -k day 'count(*) as n' | pagg 'count(*), sum(n)' -t csv"
  everywhere "pscan one.arrow two.arrow | pjoin -k day - <(psort -k day two.csv | pproject 'day, v as w') | pagg 'count(*)' -t csv"
  everywhere "pscan one.arrow two.arrow | pagg -k day --window 'count(*) as n' | pagg 'sum(n)' -t csv"
  everywhere "pscan one.arrow two.arrow | pagg -k day 'count(*) as n' -t csv"
  everywhere "pagg --sorted -k day 'count(*) as n' one.arrow -t csv"
  same 400 "$(pflow -n 3 "pscan one.arrow two.arrow | pagg -k day 'count(*)' -t csv" | tail -n +2 | wc -l)"
}

@test "a TMPDIR that is relative, long, or holds a comma (12)" {
  tables
  local long wanted flow="pscan rows.csv | pexchange --hash -k city | pjoin --type full -k city=name - <(pscan cities.csv | pexchange --hash -k name) | pagg 'count(*), sum(size)' -t csv"
  long=$(printf 'x%.0s' {1..150})
  mkdir relative with,comma "$long"
  wanted=$(bash -c "$flow")
  for temporary in relative with,comma "$PWD/with,comma" "$PWD/$long"; do
    same "$wanted" "$(TMPDIR=$temporary pflow -n 3 "$flow")"
    same "" "$(ls "$temporary")"
  done
}

@test "a program that is not of the family runs once, and that is said" {
  tables
  run -0 --separate-stderr pflow -n 2 'cat rows.csv | pagg "count(*)" -t csv'
  same "pflow: 'cat' is not a program of Penstock and is not listed: it runs once, on the whole stream" "$stderr"
  run -0 --separate-stderr pflow -q -n 2 'cat rows.csv | pagg "count(*)" -t csv'
  same "" "$stderr"
}

@test "15: a plan calls stages by their names where what they do has none" {
  run -0 pflow -n 2 --explain 'pscan sales.csv | pfilter "id > 1" | ptail -n 3'
  [[ $output == *"each worker's part of ptail"* ]]
  run -0 pflow -n 2 --explain 'pscan sales.csv | pfilter "id > 1" | phead -k city -n 3'
  [[ $output == *"each worker's part of phead"* ]]
}

@test "wrong usage" {
  fails 2 "pflow: PIPELINE is missing (see pflow --help)" pflow
  fails 2 "pflow: too many operands: 'b'; put the pipeline into quotes (see pflow --help)" pflow a b
  fails 2 "pflow: --workers: '0' is not a number of workers, 1 to 1024 (see pflow --help)" pflow -n 0 'pscan x'
  fails 2 "pflow: --workers: '100000' is not a number of workers, 1 to 1024 (see pflow --help)" \
    pflow -n 100000 'pscan x'
  fails 2 $'pflow: \';\' is not in a flow; use \'&&\' or a new line (see pflow --help)\n  pscan x; pscan y\n         ^' \
    pflow 'pscan x; pscan y'
  fails 2 $'pflow: a quote that is not closed (see pflow --help)\n  pfilter \'x\n          ^' pflow "pfilter 'x"
  fails 2 "pflow: pfilter: unknown option '--colums'; an operand that begins with '-' comes after '--' (see pflow --help)" \
    pflow 'pscan sales.csv | pfilter --colums x'
  fails 2 "pflow: pproject: in a flow the answer would go into the pipe; ask outside of it: pproject --functions upper (see pflow --help)" \
    pflow 'pscan sales.csv | pproject --functions upper | cat'
  fails 2 "pflow: pfilter: in a flow the answer would go into the pipe; ask outside of it: pfilter --help (see pflow --help)" \
    pflow 'pscan sales.csv | pfilter --help'
  fails 2 $'pflow: the statement reads \'sales.csv\', which it writes (see pflow --help)\n  pscan ./sales.csv > sales.csv\n                      ^' \
    pflow 'pscan ./sales.csv > sales.csv'
  fails 2 "pflow: the flow has no command (see pflow --help)" pflow -f /dev/null
  fails 125 "pflow: none.flow: No such file or directory" pflow -f none.flow
  same "$(grep -c . sales.csv)" 4
}

@test "stages of a worker share a process where there is a worker for each core" {
  tables
  local flow="pscan rows.csv | pfilter 'id > 2' | pagg -k city 'count(*) as n, sum(price) as p' | psort -k city -t csv"
  local alone=(taskset -c "$(taskset -pc $$ | sed 's/.*: //; s/[-,].*//')")
  run -0 "${alone[@]}" pflow -n 2 --log together "$flow"
  same "$(sh -c "$flow")" "$output"
  local shared='"fragment":1,"worker":[12],"stage":1,.*"words":\["pscan",.*"rows.csv","|","pagg","--partial"'
  same 2 "$(grep -c "\"start\",$shared" together)"
  same 0 "$(grep -c '"start","fragment":1,.*"stage":2' together)"
  # A stage's own words say which it was; a signal does not.
  run -1 --separate-stderr "${alone[@]}" pflow -n 2 "pscan rows.csv | pagg 'sum(1/(id - 5))'"
  [[ $stderr == "pflow: fragment 1, worker "[12]" of 2, stage 2: pagg: division by zero"* ]]
  { echo k; seq 100000; } >left.csv
  { echo j; seq 100000; } >right.csv
  "${alone[@]}" pflow -q -n 2 --log log "pscan left.csv | pjoin --on 'k + j < 0' - right.csv | pagg 'count(*)'" 2>err &
  local manager=$!
  for _ in $(seq 100); do grep -q '"start","fragment":1,"worker":2' log && break; sleep 0.05; done
  kill -9 "$(sed -n 's/.*"start","fragment":1,"worker":1,"stage":1,"pid":\([0-9]*\).*/\1/p' log)"
  status=0
  wait $manager || status=$?
  same 137 "$status"
  same "pflow: fragment 1, worker 1 of 2, stages 1 to 3: pscan | pjoin | pagg died of signal 9 (Killed)" "$(cat err)"
}

@test "--log tells what happened" {
  tables
  pflow -n 2 --log log "psort -k id rows.csv" >out
  python3 -c '
import json
events = [json.loads(line) for line in open("log")]
assert events[0]["event"] == "flow" and events[-1]["event"] == "done"
ends = [e for e in events if e["event"] == "end"]
assert len(ends) >= 3 and all(e["status"] == 0 and e["peak_bytes"] > 0 for e in ends)
assert {(e["fragment"], e["worker"]) for e in ends} == {(1, 1), (1, 2), (2, 1)}'
}

@test "--log and -v tell the rows that each fragment moved" {
  seq 1000 | awk 'BEGIN { print "k,v" } { print ($1 % 7) "," $1 }' >numbers.csv
  run -0 --separate-stderr pflow -v -n 2 --log log \
    "pscan -w 'v > 100' numbers.csv | pagg -k k 'sum(v) as s' | psort -k k | cat"
  python3 -c '
import json
events = [json.loads(line) for line in open("log")]
fragments = [e for e in events if e["event"] == "fragment"]
first, *_, last = fragments
assert first["workers"] == 2 and first["rows_in"] == 900, first
assert 7 <= first["rows_out"] <= 14 and first["bytes_out"] > 0, first
assert 1.0 <= first["skew"] <= 2.0, first
assert last["workers"] == 1 and last["rows_in"] == first["rows_out"], (first, last)
programs = [e for e in events if e["event"] == "start" and e["words"][0] == "cat"]
assert len(programs) == 1
ends = {(e["fragment"], e["worker"], e["stage"]): e for e in events if e["event"] == "end"}
cat = programs[0]
assert "rows_in" not in ends[cat["fragment"], cat["worker"], cat["stage"]]'
  [[ $stderr == *"pflow: fragment 1    2 workers    900 rows in "* ]]
  [[ $stderr == *" busiest "*" x mean"* ]]
}

@test "--help, --version, completions" {
  run -0 pflow --help
  [[ $output == "usage: pflow "* ]]
  same "" "$(awk 'NR > 1 && length > 80' <<<"$output")"
  same "${lines[0]#usage: }" "$(mandoc -T ascii "$root/man/pflow.1" | col -bx | awk '/^[A-Z]/ { on = $0 == "SYNOPSIS"; next } on' | xargs -0 | tr -s ' \n' ' ' | sed 's/^ //; s/ $//')"
  run -0 pflow --version
  [[ $output =~ ^pflow\ \(Penstock\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
  run -0 mandoc -T lint -W warning "$root/man/pflow.1"
  same "" "$output"
  bash -n <(pflow --completion bash)
}

# A stage of the flow that changes the file at its end is sure to do so between planning and the end.

@test "a scan of Arrow data with a condition reads only columns that are used" {
  tables
  flow="pscan -w 'id > 10' rows.arrow | pagg -k city 'sum(price) as s' | psort -k city -t csv"
  run -0 pflow -n 2 --explain "$flow"
  same "pscan --columns=city,price -w 'id > 10' rows.arrow |" "${lines[2]}"
  everywhere "$flow"
  # Of text --check-all would look at rows that the condition leaves out.
  run -0 pflow -n 2 --explain "${flow/arrow/csv}"
  same "pscan -w 'id > 10' rows.csv |" "${lines[2]}"
  everywhere "${flow/arrow/csv}"
}

@test "--probe measures this host" {
  run -0 --separate-stderr pflow --probe :
  same "" "$stderr"
  same 3 "${#lines[@]}"
  [[ ${lines[2]} =~ ^:\ +[0-9]+(\ +[0-9]+\.[0-9]){10}$ ]] || same "" "${lines[2]}"
  run -2 --separate-stderr pflow --probe : 'pscan x.csv'
  same "pflow: --probe runs no flow, so 'pscan x.csv' is one too many (see pflow --help)" "$stderr"
  run -2 --separate-stderr pflow --probe a,a
  [[ $stderr = "pflow: --probe: host 'a': is listed twice;"* ]]
  run -2 --separate-stderr pflow --probe ''
  [[ $stderr = "pflow: --probe: "* ]]
  TMPDIR=$PWD/missing run -125 --separate-stderr pflow --probe :
  [[ $stderr = *"$PWD/missing"* ]]
}

@test "15: patterns of file names mean what the shell means" {
  mkdir logs
  for i in 2 10 1; do printf 'n\n%s\n' $i >logs/$i.csv; done
  line='pscan logs/*.csv -t csv'
  for n in 1 3; do gives "$(eval "$line")" pflow -n "$n" "$line"; done
  run -1 --separate-stderr pflow -n 2 'pscan none/*.csv'
  [[ $stderr == *"none/*.csv: No such file or directory"* ]]
}
