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
  for file in out.parquet out.xlsx out.csv.bz2; do
    run -2 --separate-stderr pscan sales.csv -o "$file"
    [[ $stderr == "pscan: '.${file##*.}' is not the suffix of a format that is written here; there are .csv "* ]]
    [ ! -e "$file" ]
  done
  pscan sales.csv -t csv -o out.xlsx
  same "$(cat sales.csv | tr -d '"')" "$(cat out.xlsx)"
  pscan sales.csv -o part.1 && pscan sales.csv -o part
  cmp part part.1
}
