#!/usr/bin/env bats
# What every tool does with its standard streams, and with files that it writes.

load ../setup

full() {
  local tool=$1
  run -1 --separate-stderr bash -c '"$@" >/dev/full' - "$@"
  same "$tool: standard output: write: No space left on device" "$stderr"
  run -1 --separate-stderr bash -c '"$@" -t csv >/dev/full' - "$@"
  same "$tool: standard output: write: No space left on device" "$stderr"
  for option in --help --version --describe; do
    run -1 --separate-stderr bash -c '"$@" >/dev/full' - "$tool" "$option"
    same "$tool: standard output: write: No space left on device" "$stderr"
  done
}
@test "a full device is an error" { each full; }

closed() {
  local tool=$1
  run -1 --separate-stderr bash -c '"$@" >&-' - "$@"
  same "$tool: standard output: write: Bad file descriptor" "$stderr"
  run -1 --separate-stderr bash -c '"$@" >&-' - "$tool" --version
  same "$tool: standard output: write: Bad file descriptor" "$stderr"
}
@test "a closed standard output is an error" { each closed; }

@test "a closed standard input is an error" {
  run -1 --separate-stderr bash -c 'phead -n 1 <&-'
  same "phead: standard input: read: Bad file descriptor" "$stderr"
}

@test "a closed standard error changes nothing else" {
  run -0 bash -c 'pscan -t csv sales.csv 2>&-'
  same $'id,city,price\n1,Bern,2.5\n2,Oslo,\n3,Bern,10' "$output"
  run -1 bash -c 'pscan no-such-file 2>&-'
}

@test "a reader that closes early ends every tool quietly" {
  awk 'BEGIN { print "id,city"; for (i = 0; i < 300000; ++i) print i "," i % 7 }' >big.csv
  head -n 2 big.csv >small.csv
  early() {
    run -0 --separate-stderr bash -c '"$@" | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}' - "$@"
    same "" "$stderr"
    same 141 "$output"
  }
  early pscan big.csv
  early pfilter 'id >= 0' big.csv
  early pproject '*' big.csv
  early pagg -k id 'count(*)' big.csv
  early psort -k id big.csv
  early pjoin --type anti -k id big.csv small.csv
  early phead -n 300000 big.csv
  early pmerge big.csv
  early pprint big.csv
}

@test "so it does where SIGPIPE is ignored" {
  seq 300000 >big.csv
  run -0 --separate-stderr bash -c 'trap "" PIPE; pscan big.csv | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}'
  same "" "$stderr"
  same 141 "$output"
}

missing() {
  local words=("$@")
  words[-1]=no-such-file
  fails 1 "$1: no-such-file: No such file or directory" "${words[@]}"
}
@test "a missing file is named" { each missing; }

folder() {
  mkdir -p folder
  local words=("$@")
  words[-1]=folder
  fails 1 "$1: folder: is a directory without a table manifest" "${words[@]}"
}
@test "a directory is not a table" { each folder; }

cut() {
  local words=("$@")
  unset 'words[-1]'
  local size
  size=$(stat -c %s whole)
  head -c $((size - 1)) whole >cut
  run -1 --separate-stderr "${words[@]}" cut
  [[ $stderr == "$1: cut: input ended before end-of-stream (after 2 rows)" ]]
}
@test "a stream without its end fails every tool" {
  printf 'id,city\n1,a\n2,b\n' | pscan >whole
  cut pscan whole
  cut pfilter 'id > 0' whole
  cut pproject id whole
  cut pagg 'count(*)' whole
  cut psort -k id whole
  cut pmerge whole
  cut pprint whole
  cut phead -n 3 whole
}

@test "a failure anywhere in a plain pipe fails its end" {
  run -1 --separate-stderr bash -c 'pscan no-such-file | pfilter "a > 0" | pprint -t csv'
  [[ $stderr == *"pscan: no-such-file: No such file or directory"* ]]
  [[ $stderr == *"pprint: standard input: "* ]]
}

@test "a failed run leaves no output file, and the old one as it was" {
  printf 'id,n\n1,2\n2,x\n' >bad.csv
  run -1 psort -k id --types n=int64 bad.csv -o out.arrow
  [ ! -e out.arrow ]
  echo old >out.csv
  run -1 pscan --types n=int64 bad.csv -o out.csv
  same old "$(cat out.csv)"
  same $'bad.csv\nout.csv\nsales.csv' "$(ls -A)"
}

@test "-o writes the format of the file's suffix" {
  pscan sales.csv -o s.tsv
  same $'id\tcity\tprice\n1\tBern\t2.5\n2\tOslo\t\n3\tBern\t10' "$(cat s.tsv)"
  pscan sales.csv -o s.ndjson.gz
  same '{"id":1,"city":"Bern","price":2.5}' "$(zcat s.ndjson.gz | head -n 1)"
  pscan sales.csv -o s.arrow
  same ARROW1 "$(head -c 6 s.arrow)"
  pscan sales.csv -o s.arrows
  gives "$(cat sales.csv | tr -d '"')" pprint s.arrows
  gives "$(cat sales.csv | tr -d '"')" pprint s.arrow
}

@test "on a terminal: a table, but not without an input, and no Arrow stream" {
  command -v script >/dev/null || skip "no script(1)"
  run -0 script -qec 'stty cols 80; pscan sales.csv' /dev/null
  [[ $output == *Bern* ]]
  [[ $output != *Bern,* ]]
  run -2 script -qec 'NO_COLOR=1 phead -n 1' /dev/null
  [[ $output == *"phead: no input: name a file, or pipe something in; usage: phead [-k KEYS] -n ROWS [INPUT...] (see phead --help)"* ]]
  run -2 script -qec 'NO_COLOR=1 pscan -t arrow sales.csv' /dev/null
  [[ $output == *"pscan: an Arrow stream is not for a terminal; use -o FILE or another format"* ]]
}

@test "standard input cannot be two inputs" {
  for line in "pjoin -k id - -" "pjoin -k id -" "pmerge - -" "pscan - sales.csv -"; do
    tool=${line%% *}
    run -2 --separate-stderr bash -c "$line </dev/null"
    same "$tool: standard input ('-') cannot be two inputs at once (see $tool --help)" "$stderr"
  done
}
