#!/usr/bin/env bats
# each: pprint left.csv

load ../setup

@test "CSV by default, and it round-trips null and empty" {
  printf 'a,b\n"",1\n,2\n"x,""y",3\n' >q.csv
  gives $'a,b\n"",1\n,2\n"x,""y",3' pprint q.csv
}

@test "every text format" {
  pscan sales.csv >s
  gives $'id\tcity\tprice\n1\tBern\t2.5\n2\tOslo\t\n3\tBern\t10' pprint -t tsv s
  gives $'{"id":1,"city":"Bern","price":2.5}\n{"id":2,"city":"Oslo","price":null}\n{"id":3,"city":"Bern","price":10}' \
    pprint -t ndjson s
  run -0 pprint -t markdown s
  [[ ${lines[0]} == "|"*"id"*"city"*"price"*"|" ]]
  run -0 pprint -t table s
  [[ ${lines[0]} == *id*city*price* ]]
  gives $'Bern\nOslo\nBern' bash -c 'pscan -c city s | pprint -t lines'
}

@test "lines need one column" {
  run -1 --separate-stderr pprint -t lines sales.csv
  [[ $stderr == "pprint: "* ]]
}

@test "a text header waits for the first rows or the end, an Arrow schema does not" {
  pscan sales.csv >s
  head -c 400 s >cut
  run -1 --separate-stderr bash -c 'pprint -t csv cut >out'
  [[ $stderr == *"input ended before end-of-stream"* ]]
  same "" "$(cat out)"
  mkfifo slow
  { cat cut; exec sleep 60; } >slow 3>&- &
  pfilter true slow >out 3>&- &
  for _ in $(seq 100); do
    [ -s out ] && break
    sleep 0.1
  done
  kill %1 %2
  [ -s out ]
}

@test "15: a suffix of a format that is not written is an error" {
  for file in out.avro out.xlsx out.bz2; do
    run -2 --separate-stderr pscan sales.csv -o "$file"
    [[ $stderr == "pscan: '.${file##*.}' is not the suffix of a format that is written here; there are .csv "* ]]
    [ ! -e "$file" ]
  done
  run -2 --separate-stderr pscan sales.csv -o out.csv.bz2
  [[ $stderr == "pscan: out.csv.bz2: .bz2 is read, not written; compress into .gz or .zst "* ]]
  [ ! -e out.csv.bz2 ]
  pscan sales.csv -t csv -o out.xlsx
  same "$(cat sales.csv | tr -d '"')" "$(cat out.xlsx)"
  pscan sales.csv -o part.1 && pscan sales.csv -o part
  cmp part part.1
}

@test "15: csv in the dialect that is asked for, which reads back" {
  printf 'a,b\nNA,1\n,\n"",3\n' >q.csv
  gives $'"NA";1\nNA;NA\n"";3' pprint --out-delimiter ';' --out-no-header --out-null NA q.csv
  gives $'"a","b"\n"NA","1"\n,\n"","3"' pprint --quote-all q.csv
  pprint --crlf q.csv >crlf.csv
  same "$(sed 's/$/\r/' q.csv | od -c)" "$(od -c <crlf.csv)"
  for options in --quote-all --crlf '--quote-all --crlf'; do
    pprint $options q.csv | same "$(pscan -t ndjson q.csv)" "$(pscan -f csv -t ndjson -)"
  done
  pscan --out-delimiter '\t' q.csv | same "$(pscan -t tsv q.csv)" "$(cat)"
}

@test "15: an option of output that would have no effect is an error" {
  fails 2 "pprint: --out-delimiter is for csv, but tsv is written here (see pprint --help)" pprint -t tsv --out-delimiter , sales.csv
  fails 2 "pscan: --out-null is for csv, tsv, table, vertical, markdown and html, but arrow is written here (see pscan --help)" \
    pscan --out-null - sales.csv
  fails 2 "pprint: --crlf is for csv and tsv, but ndjson is written here (see pprint --help)" pprint --crlf -o out.ndjson sales.csv
  fails 2 "pprint: --out-null: ',' has a quote, a delimiter or a line end, which would need quotes (see pprint --help)" \
    pprint --out-null , sales.csv
  [ ! -e out.ndjson ]
}

@test "15: json is one array, which .json means and which reads back" {
  pscan sales.csv -o out.json
  gives $'[\n{"id":1,"city":"Bern","price":2.5},\n{"id":2,"city":"Oslo","price":null},\n{"id":3,"city":"Bern","price":10}\n]' \
    cat out.json
  same "$(pscan -t ndjson sales.csv)" "$(pscan -t ndjson out.json)"
  same "$(pscan -t ndjson sales.csv)" "$(pscan -f json -t ndjson - <out.json)"
  gives '[]' pfilter -t json false sales.csv
  pscan sales.csv -o out.json.gz && same "$(cat out.json)" "$(gzip -dc out.json.gz)"
  pscan sales.csv -t json | "$PENSTOCK_PYTHON" -c 'import json, sys; assert len(json.load(sys.stdin)) == 3'
}

@test "15: blocks and html are for people" {
  gives $'id    1\ncity  Bern\n\nid    3\ncity  Bern' \
    bash -c "pfilter \"city = 'Bern'\" sales.csv | pproject 'id, city' -t vertical"
  run -0 pprint -t html sales.csv
  [[ $output == *"<tr><td>1</td><td>Bern</td><td>2.5</td></tr>"* ]]
  pprint -o page.html sales.csv && same "$output" "$(cat page.html)"
  fails 2 "pprint: page.html: tables for people are written, not read; use --from csv, tsv or ndjson (see pprint --help)" pprint page.html
}

@test "15: a small result leaves in one write" {
  seq 2000 | sed '1i n' >n.csv
  for format in csv tsv ndjson json table vertical markdown html; do
    gives 1 "$PENSTOCK_PYTHON" -c '
import socket, subprocess, sys
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
child = subprocess.Popen(sys.argv[1:], stdout=theirs)
theirs.close()
packets = 0
while ours.recv(1 << 20):
    packets += 1
child.wait()
print(packets)' pprint -t "$format" n.csv
  done
}

# paged COMMAND: runs it on a terminal of 40 columns, without what the user of the tests has set.
paged() {
  run env -u NO_COLOR -u LESS TERM=xterm script -qec "stty cols 40; $1" /dev/null
}

@test "15: --pager shows a table through \$PAGER, not cut to the terminal's width" {
  echo "$(printf 'long_name_%d,' {1..9})last" >wide.csv
  echo "$(printf '%d,' {1..9})end" >>wide.csv
  pprint -t table wide.csv >wanted
  paged "PAGER='cat >shown' pprint --pager wide.csv"
  same "0:" "$status:$output"
  same "$(cat wanted)" "$(cat shown)"
  paged 'PAGER="head -n 1" pprint --pager wide.csv; echo $?'
  same "$(head -n 1 wanted)|0" "$(tr -d '\r' <<<"$output" | paste -sd '|')"
  # Ours, or one that has it on the way.
  mkdir bin
  printf '#!/bin/sh\necho "less $* $LESS"\nexec cat\n' >bin/less
  chmod +x bin/less
  paged 'PATH=$PWD/bin:$PATH; unset PAGER; pprint --pager sales.csv'
  [[ $output == "less -S -R SR"$'\r\n'*$'\e[36m'* ]]
  paged 'PATH=$PWD/bin:$PATH; unset PAGER; NO_COLOR=1 pprint --pager sales.csv'
  [[ $output != *$'\e'* && $output == *Bern* ]]
  paged 'PATH=$PWD/bin:$PATH PAGER=less LESS=-X pprint --pager sales.csv'
  [[ $output == "less  -X"$'\r\n'* && $output != *$'\e'* ]]
}

@test "15: without a terminal there is no pager" {
  export PAGER=false
  gives "$(pprint sales.csv)" pprint --pager sales.csv
  paged 'pprint --pager sales.csv >out; PAGER= pprint --pager sales.csv | cat'
  same 0 "$status"
  same "$(pprint sales.csv)" "$(cat out)"
  same "$(pprint sales.csv)" "$(tr -d '\r' <<<"$output")"
  # Workers of a flow are not in the foreground.
  paged "pflow -n 1 'pscan sales.csv | pprint --pager'"
  [[ $status == 0 && $output == *Bern* ]]
  fails 2 "pprint: --pager is for a terminal, but -o writes to a file (see pprint --help)" \
    pprint --pager -o out.csv sales.csv
}

@test "15: a pager that is left early is not an error, whatever comes after" {
  seq 300000 | sed '1i n' >many.csv
  paged 'PAGER="head -n 1 >first" pprint --pager many.csv'
  same "0::n" "$status:$output:$(tr -d ' ' <first)"
  # Rows that have not come yet are not waited for.
  mkfifo slow
  { seq 5000 | sed '1i n'; exec sleep 60; } >slow 3>&- &
  paged 'PAGER="head -n 1" timeout 30 pprint --pager slow'
  same 0 "$status"
  kill %1
}

@test "15: a pager that cannot be run is an error, and an error of the input needs no pager" {
  local advice="; set PAGER to a program that shows text, or leave --pager out"
  for pager in '' '  '; do
    paged "PAGER='$pager' pprint --pager sales.csv"
    [[ $status == 1 && $output == *"--pager: PAGER is empty$advice"* ]]
  done
  paged 'PAGER=no_such_pager pprint --pager sales.csv'
  [[ $status == 1 && $output == *"--pager: no_such_pager: No such file or directory$advice"* ]]
  paged "PAGER='no_such_pager | cat >/dev/null; exit 127' pprint --pager sales.csv"
  [[ $status == 1 && $output == *"--pager: PAGER is 'no_such_pager | cat >/dev/null; exit 127', which cannot be run$advice"* ]]
  paged 'PAGER="touch started" pprint --pager missing.csv'
  [[ $status == 1 && $output == *"missing.csv: No such file or directory"* && ! -e started ]]
  # What goes wrong later is said when the pager has been left.
  { seq 5000 | sed '1i n'; echo '1,2'; } >wrong.csv
  paged "PAGER='cat >shown; echo left' pprint --pager wrong.csv"
  [[ $status == 1 && $output == left*"wrong.csv:5002: "* ]]
}
