#!/usr/bin/env bats

load ../setup

rows() { awk -v n="$1" 'BEGIN { print "k,v"; for (i = 0; i < n; ++i) print i % 97 "," i }'; }

# sorted ROWS of CSV files, without their headers.
together() { tail -q -n +2 "$@" | sort; }

@test "hash: each row comes once, equal keys together" {
  rows 5000 >in.csv
  gives "" ppartition --hash -k k -n 4 in.csv part-%d.csv
  same "$(together in.csv)" "$(together part-{1,2,3,4}.csv)"
  same 97 "$(for i in 1 2 3 4; do tail -n +2 part-$i.csv | cut -d, -f1 | sort -u; done | sort | wc -l)"
  same "" "$(cut -d, -f2 part-2.csv | tail -n +2 | sort -nc 2>&1)"
}

@test "hash: the partitions are those that PARTITIONING.md pins" {
  printf 'k\n42\n' | ppartition --hash -k k -n 16 part-%02d.csv
  same $'k\n42' "$(cat part-04.csv)"
  printf 'k\npenstock\n' | ppartition --hash -k k -n 16 part-%02d.csv
  same $'k\npenstock' "$(cat part-14.csv)"
}

@test "hash: equal keys of different types go to the same partition" {
  seq 0 300 | sed '1i k' | sed '2d' >in.csv
  for type in int16 int64 'decimal(12,3)' double; do
    ppartition --types "k=$type" --hash -k k -n 7 in.csv out-%d.arrows
    for i in 1 2 3 4 5 6 7; do pproject 'k::int as k' out-$i.arrows -t csv; done >"places-$type"
    same "$(cat places-int16)" "$(cat "places-$type")"
  done
}

@test "range: with bounds, a key equal to one begins the next partition" {
  printf 'k\n5\n10\n\n20\n15\n' >in.csv
  gives "" ppartition --range=10,20 -k k -n 3 in.csv a.csv b.csv c.csv
  same $'k\n5' "$(cat a.csv)"
  same $'k\n10\n15' "$(cat b.csv)"
  same $'k\n\n20' "$(cat c.csv)"
}

@test "range: without bounds, partitions are even and sort to the whole" {
  rows 20000 | sed 's/,.*//' | awk 'NR == 1 { print; next } { print ($1 * 7919) % 9973 }' >in.csv
  ppartition --range -k k -n 5 in.csv part-%d.csv
  same "$(tail -n +2 in.csv | sort -n)" "$(for i in 1 2 3 4 5; do tail -n +2 part-$i.csv | sort -n; done)"
  for i in 1 2 3 4 5; do
    count=$(tail -n +2 part-$i.csv | wc -l)
    ((count > 3000 && count < 5200))
  done
}

@test "range: equal keys are never cut, and less memory changes nothing" {
  yes 7 | head -n 30000 | sed '1i k' >in.csv
  ppartition --range -k k -n 3 -S 64K in.csv part-%d.csv
  same $'30000\n0\n0' "$(for i in 1 2 3; do tail -n +2 part-$i.csv | wc -l; done)"
}

@test "round-robin: rows in turn" {
  printf 'k\n1\n2\n3\n4\n5\n' | ppartition --round-robin -n 2 a.csv b.csv
  same $'k\n1\n3\n5' "$(cat a.csv)"
  same $'k\n2\n4' "$(cat b.csv)"
}

@test "an empty input gives whole outputs without rows" {
  printf 'k\n' | ppartition --range -k k -n 2 a.csv b.arrows
  same k "$(cat a.csv)"
  gives "k" pprint b.arrows
}

@test "each output has its own format, and -t is for all" {
  gives "" ppartition --round-robin -n 3 sales.csv a.csv b.ndjson.gz c.arrow
  same '{"id":2,"city":"Oslo","price":null}' "$(zcat b.ndjson.gz)"
  same ARROW1 "$(head -c 6 c.arrow)"
  ppartition --round-robin -n 1 -t tsv sales.csv d.csv
  same $'id\tcity\tprice' "$(head -n 1 d.csv)"
}

@test "hash says of its partitions what they are placed by" {
  pscan sales.csv | ppartition --hash -k city -n 1 a.arrows
  grep -qa penstock.partitioning a.arrows
  pscan a.arrows | ppartition --round-robin -n 1 b.arrows
  run -1 grep -qa penstock.partitioning b.arrows
}

@test "process substitutions and FIFOs, read side by side" {
  rows 30000 >in.csv
  mkfifo a b
  pagg 'count(*) as n' a -t csv >a.out &
  pagg 'count(*) as n' b -t csv >b.out &
  ppartition --hash -k k -n 2 in.csv a b
  wait
  same 30000 "$(tail -q -n 1 a.out b.out | awk '{ n += $1 } END { print n }')"
  mkfifo done
  ppartition --round-robin -n 2 in.csv a.arrows >(pprint -t csv >c.csv; echo >done)
  read -r <done
  same "$(awk 'NR == 1 || NR % 2 == 1' in.csv)" "$(cat c.csv)"
}

@test "readers that take the partitions one after the other do not block" {
  awk 'BEGIN { print "k,v"; for (i = 0; i < 400000; ++i) print i % 97 ",some text to fill pipes with " i }' >in.csv
  mkfifo a b c
  (for part in c b a; do pscan $part -t csv | tail -n +2; done) >out &
  run -0 timeout 60 ppartition --hash -k k -n 3 -S 1M in.csv a b c
  wait
  same "$(together in.csv | md5sum)" "$(sort out | md5sum)"
}

@test "an ordered merge of its FIFOs gives the sorted input back" {
  seq 200000 | sed '1i k' >in.csv
  mkfifo a b c
  pmerge -k k a b c -t csv >out &
  run -0 timeout 60 ppartition --range=60000,120000 -k k -n 3 -S 256K in.csv a b c
  wait
  cmp in.csv out
}

@test "an output that fails fails all, and none looks whole" {
  rows 1000 >in.csv
  mkfifo b
  (pscan b >b.out 2>b.err || echo failed >b.status) &
  fails 1 "ppartition: /dev/full: write: No space left on device" \
    ppartition --hash -k k -n 3 in.csv a.csv b /dev/full
  wait
  same failed "$(cat b.status)"
  [ ! -e a.csv ]
  echo old >a.csv
  fails 1 "ppartition: no-folder/x.csv: create: No such file or directory" \
    ppartition --hash -k k -n 2 --force in.csv a.csv no-folder/x.csv
  same old "$(cat a.csv)"
  fails 1 "ppartition: no-folder/x.csv: create: No such file or directory" \
    ppartition --hash -k k -n 2 -o a.csv,no-folder/x.csv in.csv
  same old "$(cat a.csv)"
}

@test "a cut input leaves no output" {
  rows 50000 | pscan | head -c 300000 >cut.arrows
  run -1 --separate-stderr ppartition --hash -k k -n 2 cut.arrows a.csv b.csv
  [[ $stderr == "ppartition: cut.arrows: input ended before end-of-stream"* ]]
  [ ! -e a.csv ] && [ ! -e b.csv ]
}

@test "a reader that leaves early harms no other; when all have, it ends quietly" {
  rows 300000 >in.csv
  mkfifo a
  head -c 1 a >/dev/null &
  run -0 --separate-stderr timeout 60 ppartition --round-robin -n 2 in.csv a b.csv
  wait
  same "" "$stderr"
  same 150000 "$(tail -n +2 b.csv | wc -l)"
  head -c 1 a >/dev/null &
  run -141 --separate-stderr timeout 60 ppartition --round-robin -n 1 in.csv a
  wait
  same "" "$stderr"
}

@test "more outputs than the soft limit of open files, and than the hard one" {
  rows 3000 >in.csv
  (ulimit -S -n 64 && ppartition --round-robin -n 200 in.csv part-%03d.csv)
  same "$(together in.csv)" "$(together part-*.csv)"
  run -1 --separate-stderr bash -c 'ulimit -n 100; ppartition --round-robin -n 200 in.csv x-%d.csv'
  same "ppartition: 200 outputs cannot be open at once, only 68; raise the limit (ulimit -n), or use fewer partitions" "$stderr"
  [ ! -e x-1.csv ]
}

@test "-v tells the rows of each partition and the skew" {
  run -0 --separate-stderr ppartition -v --range=3 -k id -n 2 sales.csv a.csv b.csv
  [[ $stderr == *"ppartition: 2 rows written to a.csv"* ]]
  [[ $stderr == *"ppartition: 1 row written to b.csv"* ]]
  [[ $stderr == *"ppartition: the largest partition has 1.33 times the mean of 1.5 rows"* ]]
}

@test "an operand that exists and is not empty is not taken for an output" {
  printf 'a\n1\n2\n' >in.csv
  cp in.csv kept.csv
  fails 2 "ppartition: 'in.csv' would be an output, but it exists and is not empty; name outputs with -o, or replace them with --force (see ppartition --help)" \
    sh -c 'printf "x\n5\n" | ppartition --round-robin -n 2 in.csv out.csv'
  fails 2 "ppartition: 'in.csv' would be an output, but it exists and is not empty; name outputs with -o, or replace them with --force (see ppartition --help)" \
    ppartition --round-robin -n 2 out.csv b.csv in.csv
  cmp kept.csv in.csv
  [ ! -e out.csv ] && [ ! -e b.csv ]
  : >out.csv
  gives "" ppartition --round-robin -n 2 in.csv out.csv b.csv
  same $'a\n1 a\n2' "$(cat out.csv) $(cat b.csv)"
  # Outputs that are named as such are replaced.
  gives "" ppartition --round-robin -n 2 -o b.csv,out.csv in.csv
  same $'a\n1 a\n2' "$(cat b.csv) $(cat out.csv)"
  gives "" ppartition --round-robin -n 2 --force in.csv out.csv b.csv
  same $'a\n1 a\n2' "$(cat out.csv) $(cat b.csv)"
  for again in 1 2; do
    gives "" ppartition --round-robin -n 2 in.csv p%d.csv
    gives "" ppartition --round-robin -n 2 -o q%d.csv in.csv
  done
  same $'a\n1 a\n2' "$(cat q1.csv) $(cat p2.csv)"
  gives "" sh -c 'ppartition --round-robin -n 1 -o o.csv <in.csv'
  cmp in.csv o.csv
}

@test "too few open files are reported with the true number" {
  run -1 --separate-stderr bash -c 'ulimit -n 20; ppartition --round-robin -n 100 sales.csv p%d.csv'
  same "ppartition: 100 outputs cannot be open at once, only 0; raise the limit (ulimit -n)" "$stderr"
  run -1 --separate-stderr bash -c 'ulimit -n 40; ppartition --round-robin -n 100 sales.csv p%d.csv'
  same "ppartition: 100 outputs cannot be open at once, only 8; raise the limit (ulimit -n), or use fewer partitions" "$stderr"
}

@test "wrong usage" {
  wrong() {
    local message=$1
    shift
    fails 2 "ppartition: $message (see ppartition --help)" ppartition "$@"
  }
  wrong "one of --hash, --range, --round-robin, --by and --rows must be given" -k id -n 1 sales.csv a
  wrong "one of --hash, --range, --round-robin, --by and --rows must be given" --hash --range -k id -n 1 sales.csv a
  wrong "the number of partitions is missing; use -n" --hash -k id sales.csv a b
  wrong "--partitions: '0' is not a number of partitions, 1 to 4096" --hash -k id -n 0 a
  wrong "--partitions: '4097' is not a number of partitions, 1 to 4096" --hash -k id -n 4097 a-%d
  wrong "3 partitions need as many outputs, or one with %d for their number; there are 2" --hash -k id -n 3 a b
  wrong "output 'a' is named twice" --hash -k id -n 2 sales.csv a a
  wrong "no keys; use -k" --hash -n 1 sales.csv a
  wrong "keys (-k) are for --hash and --range alone" --round-robin -k id -n 1 sales.csv a
  wrong "the bound 'x' is not a value of column 'id', whose type is int64" --range=x -k id -n 2 sales.csv a b
  wrong "2 bounds make 3 ranges, which is more than 2 partitions" --range=1,2 -k id -n 2 sales.csv a b
  fails 1 "ppartition: unknown column 'cty'; did you mean 'city'?" ppartition --hash -k cty -n 1 sales.csv a
  [ ! -e a ] && [ ! -e b ] && [ ! -e a-1 ]
}

@test "15: several inputs are read as one, in every way to split" {
  printf 'id,city,price\n4,Oslo,7\n' >more.csv
  gives "" ppartition --round-robin -n 2 sales.csv more.csv a.csv b.csv
  same $'id,city,price\n1,Bern,2.5\n3,Bern,10\nid,city,price\n2,Oslo,\n4,Oslo,7' "$(cat a.csv b.csv)"
  gives "" ppartition --range=3 -k id -n 2 -o 'r%d.csv' sales.csv more.csv
  same $'id,city,price\n3,Bern,10\n4,Oslo,7' "$(cat r2.csv)"
  gives "" ppartition --hash -k city -n 3 sales.csv more.csv 'h%d.csv'
  same $'1,Bern,2.5\n2,Oslo,\n3,Bern,10\n4,Oslo,7' "$(pscan h?.csv -t csv --out-no-header | sort)"
  gives "" ppartition --by city -o 'by/{key}.csv' sales.csv more.csv
  same $'id,city,price\n2,Oslo,\n4,Oslo,7' "$(cat by/Oslo.csv)"
  gives "" ppartition --rows 3 -o 'rows-{n}.csv' --file-name f sales.csv more.csv
  same $'id,city,price,f\n4,Oslo,7,more.csv' "$(cat rows-2.csv)"
  printf 'id,note\n5,x\n' >other.csv
  gives "" ppartition --by f -t csv -o 'from/{f}' --file-name f --union-by-name sales.csv other.csv
  same $'id,city,price,note,f\n5,,,x,other.csv' "$(cat from/other.csv)"
  gives "" sh -c 'ppartition --round-robin -n 1 sales.csv - o.csv <sales.csv'
  same $'1\n2\n3\n1\n2\n3' "$(pscan o.csv -c id -t csv --out-no-header)"
  fails 1 "ppartition: other.csv: there are 2 columns, but there are 3 in sales.csv; inputs that are read together need the same columns" \
    ppartition --round-robin -n 1 sales.csv other.csv new.csv
  fails 1 "ppartition: no.csv: No such file or directory" ppartition --round-robin -n 1 sales.csv no.csv new.csv
  [ ! -e new.csv ]
  run -0 pflow -n 3 'ppartition --round-robin -n 2 sales.csv more.csv p%d.csv'
  cmp a.csv p1.csv && cmp b.csv p2.csv
  run -0 ppartition --hash -k k -n 2 x.csv y.csv c.csv d.csv --describe
  [[ $output == *'"words":["c.csv","d.csv"],"inputs":["x.csv","y.csv"]'* ]]
}

@test "15: an output that is an input is refused, unless it is forced" {
  cp sales.csv p1.csv
  cp sales.csv p2.csv
  ln -s p2.csv link
  : >empty.csv
  refused() { fails 2 "ppartition: '$1' would be an output, but it is an input too; replace it with --force (see ppartition --help)" ppartition "${@:2}"; }
  refused p1.csv --round-robin -n 2 p1.csv p2.csv 'p%d.csv'
  refused p2.csv --round-robin -n 2 -o x.csv,p2.csv p1.csv link
  refused link --round-robin -n 1 -o link ./p1.csv ./p2
  refused empty.csv --round-robin -n 1 p1.csv empty.csv empty.csv
  cmp sales.csv p1.csv && cmp sales.csv p2.csv
  [ ! -e x.csv ]
  run -0 ppartition --force --round-robin -n 2 p1.csv p2.csv 'p%d.csv'
  same $'1\n3\n2\n2\n1\n3' "$(pscan p1.csv p2.csv -c id -t csv --out-no-header)"
}

@test "--describe tells outputs from the input" {
  run -0 ppartition --hash -k k -n 2 in.csv a.csv b.csv --describe
  [[ $output == *'"words":["a.csv","b.csv"],"inputs":["in.csv"]'* ]]
  run -0 ppartition --hash -k k -n 2 'part-%d.csv' --describe
  [[ $output == *'"words":["part-%d.csv"],"inputs":["-"]'* ]]
}

@test "15: --by writes a file for each value" {
  pscan sales.csv >s
  gives "" ppartition --by city -o 'out/by/{key}.csv' s
  same $'Bern.csv\nOslo.csv' "$(ls -A out/by)"
  same $'id,city,price\n1,Bern,2.5\n3,Bern,10' "$(cat out/by/Bern.csv)"
  same $'id,city,price\n2,Oslo,' "$(cat out/by/Oslo.csv)"
  ppartition --by city,id -o 'two/{city}/{id}.json' s
  same $'two/Bern/1.json\ntwo/Bern/3.json\ntwo/Oslo/2.json' "$(find two -type f | sort)"
  same '{"id":3,"city":"Bern","price":10}' "$(pscan -t ndjson two/Bern/3.json)"
}

@test "15: --by in every format, with more rows than memory and files than may be open" {
  rows 20000 | sed 's/^k,/k,n/' | awk -F, 'NR == 1 { print "k,v"; next } { print $2 % 700 "," $2 }' >in.csv
  for suffix in csv tsv ndjson json arrow arrows csv.gz json.zst; do
    (ulimit -n 300 && ppartition -S 64K --by k -o "$suffix/{k}.$suffix" in.csv)
    same 700 "$(ls "$suffix" | wc -l)"
    same "$(awk -F, '$1 == 698' in.csv)" "$(pscan -t csv --out-no-header "$suffix/698.$suffix")"
    same "$(tail -n +2 in.csv | sort | sha256sum)" \
      "$(pscan -t csv --out-no-header "$suffix"/* | sort | sha256sum)"
  done
  ppartition --by k -t lines -o 'never/{k}' in.csv 2>err || [ $? = 1 ]
  [ ! -e never ]
}

@test "15: --by: what a value is in the name of a file" {
  printf 'k\n""\n\n..\n/etc/passwd\nnull\n%%null\n%s\n' "$(head -c 10000 /dev/zero | tr '\0' x)" >in.csv
  ppartition --by k -o 'out/{key}' -t csv in.csv
  same $'%25null\n%2E.\n%2Fetc%2Fpasswd\n%empty\n%null\nnull' "$(ls -A out | grep -v xxx)"
  same 7 "$(ls -A out | wc -l)"
  same 10000 "$(tail -n 1 out/xxx* | tr -d '\n' | wc -c)"
}

@test "15: --rows writes files of so many rows" {
  seq 10 | sed '1i n' >in.csv
  gives "" ppartition --rows 4 -o 'out/part-{n}.csv' in.csv
  same $'part-1.csv\npart-2.csv\npart-3.csv' "$(ls out)"
  same $'n\n9\n10' "$(cat out/part-3.csv)"
  ppartition --rows 10 -o 'one-{n}.tsv' in.csv
  same "one-1.tsv" "$(ls one-*)"
  seq 100000 | sed '1i n' | ppartition -v --rows 7 -o 'many/{n}.csv' 2>err
  same "ppartition: 100000 rows written to 14286 files" "$(grep written err)"
  same $'n\n8\n9\n10\n11\n12\n13\n14' "$(cat many/2.csv)"
  head -n 1 in.csv | ppartition --rows 2 -o 'none/{n}.csv'
  [ ! -e none ]
}

@test "--by with few open files opens fewer at a time" {
  rows 5000 >in.csv
  ppartition --by k -o 'all/{k}.csv' in.csv
  for most in 64 24; do
    gives "" bash -c "ulimit -n $most; ppartition --by k -o 'few-$most/{k}.csv' in.csv"
    diff -r all "few-$most"
  done
}

@test "15: --by leaves nothing of a run that fails, and replaces nothing" {
  printf 'k,v\na,1\nb,2\n' >in.csv
  ppartition --by k -o 'out/{k}.csv' in.csv
  fails 1 "ppartition: 'out/a.csv' would be an output, but it exists and is not empty; replace such files with --force" \
    ppartition --by k -o 'out/{k}.csv' in.csv
  ppartition --force --by k -o 'out/{k}.csv' in.csv
  same $'a.csv\nb.csv' "$(ls -A out)"
  pscan in.csv | head -c 450 >cut
  run -1 --separate-stderr ppartition --by k -o 'new/{k}.csv' cut
  [ ! -e new ]
  mkdir dir && mkdir dir/a.csv
  fails 1 "ppartition: 'dir/a.csv' would be an output, but is not a regular file" ppartition --by k -o 'dir/{k}.csv' in.csv
  same a.csv "$(ls -A dir)"
  fails 1 "ppartition: the rows of two keys would be in one file, 'ab1'; put something between the keys in the name" \
    bash -c "printf 'k,v\nab,1\na,b1\n' | ppartition -t csv --by k,v -o '{k}{v}'"
}

@test "15: --by and --rows: options that are wrong" {
  wrong() { fails 2 "ppartition: $1 (see ppartition --help)" ppartition "${@:2}" sales.csv; }
  wrong "--by needs the names of its files; use -o" --by city
  wrong "--rows needs the names of its files; use -o" --rows 3
  wrong "one of --hash, --range, --round-robin, --by and --rows must be given" --by city --rows 3 -o '{key}'
  wrong "-n has no meaning with --by" --by city -n 3 -o '{key}'
  wrong "-k has no meaning with --rows" --rows 3 -k id -o '{n}'
  wrong "'{x}' has a {x}, which is not among the keys" --by city -o '{x}'
  wrong "--rows: '0' is not a number of rows, from 1 on" --rows 0 -o '{n}'
  wrong "files of rows are written as arrow, csv, tsv, ndjson, json or lines, not html" --by city -o '{key}.html'
  wrong "option '--by' is given twice" --by city --by id -o '{key}'
}
