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
  for file in out.parquet out.xlsx out.bz2; do
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
