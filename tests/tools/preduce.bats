#!/usr/bin/env bats

load ../setup
load ../flows

# words.txt: 4000 lines of some hundred words.
begin_words() {
  awk 'BEGIN {
    srand(7)
    for (i = 0; i < 4000; i++) {
      line = ""
      for (j = rand() * 9; j > 0; j--) line = line " w" int(rand() * rand() * 300)
      print line
    }
  }' >words.txt
}

# A streaming program reads and writes lines `key TAB value`, of which the first tab is the one.
begin_programs() {
  cat >mapper.py <<'END'
import sys
for line in sys.stdin:
    for word in line.split():
        print(f"{word}\t1")
END
  cat >reducer.py <<'END'
import itertools, sys
pairs = (line.rstrip("\n").split("\t", 1) for line in sys.stdin)
for word, group in itertools.groupby(pairs, key=lambda pair: pair[0]):
    print(f"{word}\t{sum(int(count) for _, count in group)}")
END
}

in_pairs="-f tsv --no-header --no-quotes --names key,value --types *=text"

@test "rows of a key come together, with the key columns first" {
  gives $'city,id,price\nBern,1,2.5\nBern,3,10\nOslo,2,' bash -c "pscan sales.csv | preduce -k city -- cat | pprint"
  gives $'city,id\nBern,1\nBern,3\nOslo,2' bash -c "pscan -c id,city sales.csv | preduce -k city -t arrow -- cat | pprint"
  gives $'price,city,id\n2.5,Bern,1\n10,Bern,3\n,Oslo,2' \
    bash -c "pscan sales.csv | preduce -k price,city -f lines -- cat | pprint -t lines"
}

@test "rows of a key come in the order of --order, else of the input" {
  printf 'k,t,n\nb,1,x\na,2,x\na,1,x\nb,1,y\n,1,z\na,2,y\n' >in.csv
  gives $'k,t,n\na,2,x\na,2,y\na,1,x\nb,1,x\nb,1,y\n,1,z' \
    bash -c "pscan in.csv | preduce -k k --order t:desc -- cat | pprint"
  gives $'k,t,n\na,2,x\na,1,x\na,2,y\nb,1,x\nb,1,y\n,1,z' bash -c "pscan in.csv | preduce -k k -- cat | pprint"
  seq 1 100000 | awk '{ print $1 % 7 "," $1 }' | sed '1i k,n' >many.csv
  pscan many.csv | preduce -S 64K -k k --order n:desc -- cat | pprint >out.csv
  { echo k,n; tail -n +2 many.csv | sort -t, -k1,1n -k2,2nr; } | cmp - out.csv
}

@test "a null is a key of its own" {
  gives $'rows\n1\n2' bash -c "printf 'k,n\n,1\n,2\nx,3\n' | preduce --per-group -k k --out-no-header \
    --no-header --names rows --types rows=int64 -- sh -c 'wc -l' | pprint"
}

@test "--per-group runs the command for each key" {
  gives $'city,sum\nBern,12.5\nOslo,0' bash -c "pscan sales.csv | preduce --per-group -k city --out-no-header --no-header \
    --names city,sum -- awk -F, -v OFS=, '{ sum += \$3; city = \$1 } END { print city, sum }' | pprint"
  seq 1 3000 | awk '{ print int($1 / 10) "," $1 }' | sed '1i k,n' >in.csv
  gives $'groups,rows\n301,3000' bash -c "preduce --per-group -k k --out-no-header --no-header --names n --types n=int64 \
    -- awk 'END { print NR }' <in.csv | pagg 'count(*) as groups, sum(n) as rows' -t csv"
  gives 'k,n' bash -c "printf 'k,n\n' | preduce --per-group -k k --no-header --names k,n --types '*=text' -- cat | pprint"
  run -1 --separate-stderr bash -c "preduce --per-group -k city -- sh -c 'cat; exit 3' <sales.csv >out"
  same "preduce: rows 1 to 2: 'sh' failed with exit status 3" "$stderr"
  run -1 --separate-stderr bash -c "preduce --per-group -k city -- sed 2s/Oslo,/Oslo,x/ <sales.csv >out"
  [[ $stderr == "preduce: output of sed:2: column 'id': 'x2' is not "* ]]
}

@test "rows that are sorted are not sorted again, and one out of order is an error" {
  gives $'city,id\nOslo,1' bash -c "printf 'id,city\n1,Oslo\n' | psort -k city | preduce -k city -- cat | pprint"
  printf 'a\n2\n1\n' | pscan >in.arrow
  ${PENSTOCK_PYTHON:-python3} - <<'END'
import pyarrow as pa
table = pa.ipc.open_stream("in.arrow").read_all().replace_schema_metadata({"penstock.order": "a"})
with pa.ipc.new_stream("claims.arrow", table.schema) as out:
    out.write_table(table)
END
  fails 1 "preduce: input: row 2 is not in the order of the key; sort it with psort first" \
    bash -c "preduce -k a -f lines -- cat <claims.arrow"
}

@test "what a command does wrong is an error that names the rows" {
  fails 1 "preduce: 'no-such-command' cannot be run: No such file or directory; is it installed, and in PATH?" \
    bash -c "preduce -k city -- no-such-command <sales.csv"
  fails 1 "preduce: rows 1 to 3: 'sh' failed with exit status 3" bash -c "preduce -k city -- sh -c 'cat; exit 3' <sales.csv"
  fails 1 "preduce: rows 1 to 3: 'echo' ended before it had read them; a command must read its input to the end" \
    bash -c "preduce -k city -- echo x <sales.csv"
  run -1 --separate-stderr bash -c "preduce -k city -- sed '3s/,//' <sales.csv"
  [[ $stderr == "preduce: output of sed:3: row has 2 fields, expected 3; "* ]]
  run -1 --separate-stderr bash -c "preduce -k city -- sh -c 'cat >/dev/null; head -c 300 /dev/urandom' <sales.csv"
  [[ $stderr == "preduce: output of sh:"* ]]
  run -1 --separate-stderr bash -c "preduce -k city -- sh -c 'cat >/dev/null' <sales.csv"
  [[ $stderr == "preduce: output of sh: empty input; "* ]]
  run -0 --separate-stderr bash -c "preduce -k city -f lines -- sh -c 'cat >/dev/null; yes' <sales.csv | head -c 1 | wc -c"
  same "" "$stderr"
  run -0 bash -c "preduce -k city -f lines -- sh -c 'cat >/dev/null; sleep 4321.5 & echo x' <sales.csv | pprint -t lines"
  same x "$output"
  run -1 pgrep -f 'sleep 4321[.]5'
  run -1 --separate-stderr bash -c "preduce -k nope -- cat <sales.csv"
  [[ $stderr == "preduce: "*"'nope'"* ]]
}

@test "pflow divides it by the keys, with the answers in the order of the keys" {
  tables
  everywhere "pscan rows.csv | preduce -k city -f lines -- tail -n +2 | pprint -t lines"
  everywhere "pscan rows.csv | preduce -k city --order price:desc -f lines -- tail -n +2 | pprint -t lines"
  everywhere "pscan -c city,price rows.csv | preduce --per-group -k city --out-no-header --no-header --names city,n \
    --types city=text,n=int64 -- awk -F, '{ city = \$1 } END { print city \",\" NR }' | pfilter 'n > 3' | pprint"
  everywhere "pscan -c city,price rows.csv | preduce -k city -- cat | pprint"
  everywhere "pscan -c city,price rows.csv | preduce -k city,price -t arrow -- cat | pagg -k price 'count(*)' -t csv"
  run -0 pflow -n 2 --explain "pscan rows.csv | preduce -k city --order id -f lines -- cat"
  [[ $output == *"psort -k city,id"*"pexchange --range --merge -k city -"*"preduce "*"--order=id"* ]]
  run -0 pflow -n 2 --explain "pscan rows.csv | preduce -k city -- cat"
  [[ $output != *pexchange* ]]
  run -1 --separate-stderr pflow -n 2 "pscan rows.csv | preduce -k city -f lines -- sh -c 'cat; exit 3' | pprint"
  [[ $stderr == *"'sh' failed with exit status 3"* ]]
}

@test "without an order to keep it is divided by hash, and the order in a key stays" {
  tables
  flow="pscan -c city,id rows.csv | preduce -k city --order id --out-no-header -f lines -- cat"
  run -0 pflow -n 2 --unordered --explain "$flow"
  [[ $output == *"pexchange --hash --merge -k city -"* ]]
  wanted=$(bash -c "$flow | pprint -t lines")
  for workers in 1 2 7; do
    same "$wanted" "$(pflow -n "$workers" --unordered "$flow | pprint -t lines" | LC_ALL=C sort -s -t, -k1,1)"
  done
  # So it is where there is much to read, and there rows that are equal stay in the input's order.
  awk 'BEGIN { pad = sprintf("%1000s", "") ; for (i = 1; i <= 70000; i++) print i * 7919 % 13 "," i "," pad }' >much.csv
  flow="pscan --no-header --names k,n,pad -c k,n much.csv | preduce -k k --out-no-header -f lines -- cat | pprint -t lines"
  run -0 pflow -n 2 --explain "$flow"
  [[ $output == *"pexchange --hash --merge -k k -"* ]]
  pflow -n 2 "$flow" | sort -s -t, -k1,1n | cmp - <(cut -d, -f 1,2 much.csv | sort -s -t, -k1,1n)
}

@test "a combiner changes what is moved, and not the result" {
  begin_words
  begin_programs
  tr -s ' ' '\n' <words.txt | grep . | sort | uniq -c | awk '{ print $2 "\t" $1 }' | LC_ALL=C sort >wanted
  flow="pscan -f lines words.txt | papply -t lines $in_pairs -- python3 mapper.py |
    preduce -k key -t tsv --out-no-header $in_pairs --combiner 'python3 reducer.py' -- python3 reducer.py |
    pprint -t tsv --out-no-header"
  for workers in 1 2 7; do pflow -n "$workers" "$flow" | cmp - wanted; done
  eval "$flow" | cmp - wanted
  run -0 pflow -n 2 --explain "$flow"
  [[ $output == *"preduce -k key"*"--combiner="*"--partial"*"pexchange "*"preduce -k key "* ]]
}

@test "a combiner must answer with the columns of its input" {
  tables
  flow() { echo "pscan -c city,id rows.csv | preduce -k city --combiner \"$1\" -f lines -- cat"; }
  run -0 pflow -n 2 "$(flow cat)"
  run -1 --separate-stderr pflow -n 2 "$(flow 'sed s/,/,x/')"
  [[ $stderr == *"preduce: output of sh:"* ]]
  run -1 --separate-stderr pflow -n 2 "$(flow 'cut -d, -f 1')"
  [[ $stderr == *"preduce: output of sh:"* ]]
  run -1 --separate-stderr pflow -n 2 "$(flow 'cat; exit 4')"
  [[ $stderr == *"'sh' failed with exit status 4"* ]]
  fails 1 "preduce: the combiner answers with other columns, or types, than its input" \
    bash -c "pscan sales.csv | preduce -k city -t arrow --partial --combiner 'pproject city,id'"
  gives $'city,id,price\nBern,1,2.5\nBern,3,10\nOslo,2,' \
    bash -c "pscan sales.csv | preduce -k city --partial --out-no-header --combiner tac | psort -k city,id | pprint"
  gives 'k,n' bash -c "printf 'k,n\n' | preduce -k k --partial --combiner 'exit 3' | pprint"
}

@test "usage" {
  fails 2 "preduce: no keys; use -k (see preduce --help)" preduce -- cat
  fails 2 "preduce: COMMAND is missing (see preduce --help)" preduce -k a
  fails 2 "preduce: --order: 'a' is a key already, which all its rows have (see preduce --help)" preduce -k a --order a:desc -- cat
  fails 2 "preduce: --to: table is for people; a command gets csv, tsv, ndjson, lines or arrow (see preduce --help)" \
    preduce -k a -t table -- cat
  fails 2 "preduce: --partial needs --combiner (see preduce --help)" preduce -k a --partial
  fails 2 "preduce: --partial: no command is run but the combiner (see preduce --help)" preduce -k a --partial --combiner cat -- cat
}
