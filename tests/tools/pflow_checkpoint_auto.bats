#!/usr/bin/env bats

load ../setup

# rows.csv: 20,000 rows in 50 groups. large: named, it makes a statement worth files; nobody reads it.
setup() {
  begin_test
  awk 'BEGIN { print "id,group,price"; for (i = 0; i < 20000; i++) print i "," i % 50 "," i * 7919 % 1000 }' >rows.csv
  truncate -s 4G large
}

# worth FLOW: the flow, its output passed on by a program that names the large file.
worth() {
  printf "%s | sh -c 'exec cat' large" "$1"
}

# once COMMAND…: a program that does this in its first attempt, and passes rows through in others.
once() {
  printf '#!/bin/sh\nif mkdir "%s/tried" 2>/dev/null; then %s; fi\nexec cat\n' "$PWD" "$*" >once
  chmod +x once
}

# auto DIR WORDS…: pflow with these, in two workers.
auto() {
  local directory=$1
  shift
  pflow -n 2 --checkpoint=auto --checkpoint="$directory" "$@"
}

groups="pscan rows.csv | pagg -k group 'sum(price) as s' | psort -k group -t csv"

@test "a small statement goes through pipes, and a large one over files" {
  pflow -q -n 1 "$groups" >wanted
  auto ck -q --log log "$groups | sh -c 'ls ck >&2; cat'" >got 2>seen
  cmp wanted got
  same $'commits\nflow.json\nlock\noutput' "$(cat seen)"
  same $'commits\nflow.json\nlock' "$(ls ck)"
  auto ck2 -q "$(worth "$groups | sh -c 'ls ck2 >&2; cat'")" >got 2>seen
  cmp wanted got
  grep -q '^fragment-' seen
  same $'commits\nflow.json\nlock' "$(ls ck2)"
}

@test "--explain says how each statement runs, and why" {
  run -0 --separate-stderr auto ck --tasks=5 --explain "$groups > small.csv
$(worth "$groups") > large.csv
pscan rows.csv | pproject 'id + 1 as n' | sh -c 'exec cat' large"
  [[ $output == "# pflow -n 2"* ]]
  [[ $output == *"# statement 1, through pipes: the files that it names have less than 4096 MiB
# fragment 1, 2 workers: "* ]]
  [[ $output == *"# statement 2, over files: what pagg does would be lost without them
# fragment 3, 5 tasks: "* ]]
  [[ $output == *"# statement 3, through pipes: no files would keep what a sort, an aggregation, a join or a command does
# fragment 5, 2 workers: "* ]]
  [ ! -e ck ]
  run -0 --separate-stderr auto ck --explain=json "$groups > small.csv
$(worth "$groups")"
  same '[[false,"the files that it names have less than 4096 MiB"],[true,"what pagg does would be lost without them"]]' \
    "$(python3 -c 'import json, sys
print(json.dumps([[s["over_files"], s["reason"]] for s in json.load(sys.stdin)["statements"]], separators=(",", ":")))' <<<"$output")"
  run -0 --separate-stderr pflow -n 2 --explain "$groups"
  [[ $output != *statement* ]]
}

@test "two statements, one of them over files, and a --report of both" {
  flow="pscan rows.csv | pagg -k group 'max(price) as m' | psort -k group -t csv > most.csv
$(worth "pscan rows.csv | pjoin -k group most.csv | pagg 'sum(m - price) as d' | pprint -t csv")"
  pflow -q -n 1 "$flow" >wanted
  mv most.csv wanted.csv
  auto ck -q --report=page.html "$flow" >got
  cmp wanted got
  cmp wanted.csv most.csv
  grep -q 'fragment 1, 2 workers' page.html
  grep -q 'fragment 3, [0-9]* tasks' page.html
}

@test "a statement of which a worker is killed is tried again, and its output is written once" {
  pflow -q -n 1 "$groups" >wanted
  export groups
  export -f auto
  once 'head -c 100; kill -KILL $$'
  run -0 --separate-stderr bash -c 'auto ck --log log "$groups | ./once" >got'
  cmp wanted got
  [[ $stderr == *"pflow: the statement was tried again"* ]]
  run -0 grep -c '"event":"again","fragment":1,"worker":1,"attempt":2,"why":"fragment 2, stage 4: once died of signal 9' log
  # To a file, and to one that is not replaced by a rename.
  rm -r tried
  auto ck2 -q "$groups | ./once > out.csv"
  cmp wanted out.csv
  rm -r tried
  mkfifo pipe
  cat pipe >got &
  auto ck3 -q "$groups | ./once > pipe"
  wait
  cmp wanted got
  same $'commits\nflow.json\nlock' "$(ls ck3)"
}

@test "joins, exchanges and inputs that all read begin again with nothing left of before" {
  printf 'group,name\n' >names.csv
  seq 0 49 | awk '{ print $1 ",n" $1 % 7 }' >>names.csv
  once 'head -c 100; kill -KILL $$'
  local n=0 flow
  for flow in \
    "pscan rows.csv | pjoin -k group names.csv | pagg -k name 'sum(price) as s' | psort -k name -t csv" \
    "pscan rows.csv | pexchange --hash -k group - | pjoin -k group <(pscan rows.csv | pagg -k group 'max(price) as m' | pexchange --hash -k group -) | pagg 'sum(m - price) as d' | pprint -t csv" \
    "pscan rows.csv | pjoin -k group <(pscan rows.csv | pagg -k group 'max(price) as m') | pagg 'sum(m - price) as d' | pprint -t csv" \
    "pscan --on-error skip rows.csv | pexchange --range -k group - | pagg -k group 'median(price) as m' | psort -k group | pprint -t csv"; do
    pflow -q -n 1 "$flow" >wanted
    rm -rf tried
    auto $((++n)).ck -q "$flow | ./once" >got
    [ -e tried ]
    cmp wanted got
  done
}

@test "a statement is tried again so often, and no more; what is wrong with its data is not" {
  flow="pscan rows.csv -t csv | sh -c 'echo x >>tries; kill -KILL \$\$'"
  run -137 --separate-stderr auto ck "$flow"
  [[ $stderr == *"pflow: the statement was tried again 3 times"* ]]
  [[ $stderr == *"pflow: what has been done is kept; --resume=ck goes on with it"* ]]
  [[ $stderr == *"pflow: fragment 1, stage 2: sh died of signal 9 (Killed)"* ]]
  same "" "$output"
  same 4 "$(wc -l <tries)"
  run -137 pflow -n 2 --retries=0 --resume=ck "$flow"
  same 5 "$(wc -l <tries)"
  rm tries
  run -3 --separate-stderr auto ck2 -q "pscan rows.csv -t csv | sh -c 'echo x >>tries; exit 3' > out"
  same "pflow: fragment 1, stage 2: sh ended with status 3" "$stderr"
  same 1 "$(wc -l <tries)"
  [ ! -e out ]
}

@test "a run that was killed goes on: what has ended is kept, a statement through pipes begins again" {
  once 'kill -KILL $PPID; sleep 5'
  flow="pscan rows.csv -t csv | sh -c 'echo x >>first; cat' > rows2.csv
${groups/rows.csv/rows2.csv} | ./once"
  pflow -q -n 1 "$groups" >wanted
  run -137 auto ck -q "$flow"
  same "" "$output"
  # The number of workers may be another one.
  pflow -q -n 1 --resume=ck >got
  cmp wanted got
  same 1 "$(wc -l <first)"
  same $'commits\nflow.json\nlock' "$(ls ck)"
  run -0 --separate-stderr pflow --resume=ck
  [[ $stderr == *"pflow: the run is done already" ]]
}

@test "a statement over files goes on where it was, behind one that went through pipes" {
  once 'kill -KILL $PPID; sleep 5'
  flow="$groups > small.csv
$(worth "$groups | ./once")"
  pflow -q -n 1 "$groups" >wanted
  run -137 auto ck -q "$flow"
  [ -e ck/fragment-3 ]
  [ ! -e ck/fragment-1 ]
  pflow -q -n 3 --log log --resume=ck >got
  cmp wanted got
  cmp wanted small.csv
  run -1 grep '"event":"start","fragment":[123],' log
  grep -q '"event":"start","fragment":4' log
}

@test "lines that are left out are counted of the attempt that ended well" {
  for line in 5000 19000; do sed -i "${line}s/.*/x,1/" rows.csv; done
  once 'cat >/dev/null; kill -KILL $$'
  run -0 --separate-stderr auto ck "pscan --on-error skip rows.csv | pagg 'count(*) as n' -t csv | ./once"
  same $'n\n19998' "$output"
  same 1 "$(grep -c 'lines were left out' <<<"$stderr")"
  [[ $stderr == *"pflow: 2 lines were left out"* ]]
}

@test "an input that has changed, and one that changes meanwhile" {
  once 'kill -KILL $PPID; sleep 5'
  run -137 auto ck -q "pscan rows.csv -t csv | ./once"
  echo 1,2,3 >>rows.csv
  run -125 --separate-stderr pflow -q --resume=ck
  [[ $stderr == "pflow: ck: rows.csv had "*" bytes and has "*" since the run began; begin another one" ]]
  run -1 --separate-stderr auto ck2 -q "$groups | sh -c 'cat; sed -i s/7919/7920/ rows.csv'"
  [[ $stderr == *"while the flow ran"* ]]
  same "" "$output"
}

@test "what does not go together" {
  see="(see pflow --help)"
  fails 2 "pflow: --checkpoint=auto needs a directory besides, as in --checkpoint=auto --checkpoint=DIR; one of the name auto is ./auto $see" \
    pflow --checkpoint=auto "$groups"
  fails 2 "pflow: --resume goes on as the run began, so --checkpoint=auto has no meaning $see" \
    pflow --checkpoint=auto --resume=ck
  fails 2 "pflow: --checkpoint: the directory is a already $see" pflow --checkpoint=a --checkpoint=b "$groups"
  fails 2 "pflow: the flow reads standard input, which a run with checkpoints cannot read again; write it to a file first $see" \
    auto ck 'pscan -f csv -'
  pflow -q --checkpoint=./auto "$groups" >got
  [ -e auto/flow.json ]
}

@test "the reader of the output leaves" {
  run -0 bash -c 'set -o pipefail; pflow -q -n 2 --checkpoint=auto --checkpoint=ck "pscan $(yes rows.csv | head -n 20 | tr "\n" " ") -t csv" | head -n 1; [ "${PIPESTATUS[0]}" = 141 ]'
  same "id,group,price" "$output"
}
