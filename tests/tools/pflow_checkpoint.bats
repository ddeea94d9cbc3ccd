#!/usr/bin/env bats

load ../setup

# rows.csv: 20,000 rows in 50 groups.
rows() {
  awk 'BEGIN { print "id,group,price"; for (i = 0; i < 20000; i++) print i "," i % 50 "," i * 7919 % 1000 }' >rows.csv
}

# over_files FLOW: the flow gives the same with checkpoints as without, and leaves the record alone.
over_files() {
  rm -rf ck
  pflow -q -n 1 "$1" >wanted
  [ -s wanted ]
  pflow -q -n 2 --checkpoint=ck "$1" >got
  cmp wanted got
  same $'commits\nflow.json\nlock' "$(ls ck)"
}

# once COMMAND…: a program that does this in its first attempt, and passes rows through in others.
once() {
  printf '#!/bin/sh\nif mkdir "%s/tried" 2>/dev/null; then %s; fi\nexec cat\n' "$PWD" "$*" >once
  chmod +x once
}

@test "the same rows as without checkpoints (16)" {
  rows
  printf 'group,name\n' >names.csv
  seq 0 49 | awk '{ print $1 ",n" $1 % 7 }' >>names.csv
  over_files "pscan rows.csv | pagg -k group 'sum(price) as s, count(*) as n' | psort -k group | pprint -t csv"
  over_files "pscan rows.csv | pagg -k group 'median(price) as m' | psort -k group | pprint -t csv"
  over_files "pscan rows.csv | pfilter 'price > 990' | psort -k price,id | pprint -t csv"
  over_files "pscan rows.csv | pjoin -k group names.csv | pagg -k name 'sum(price) as s' | psort -k name | pprint -t csv"
  over_files "pscan rows.csv | pjoin -k group <(pscan rows.csv | pagg -k group 'max(price) as m') | pagg 'sum(m - price) as d' | pprint -t csv"
  over_files "pscan rows.csv | pfilter 'id < 300' | pjoin --type cross <(pscan rows.csv | pfilter 'id < 30' | pproject 'price as other') | pagg 'count(*) as n' | pprint -t csv"
  over_files "pscan rows.csv | pexchange --range -k group - | pagg -k group 'median(price) as m' | psort -k group | pprint -t csv"
  over_files "pscan rows.csv | psort -k price,id | pexchange --range --merge -k price - | pagg -k price 'first(id) as f' | psort -k price | pprint -t csv"
  over_files "pscan rows.csv | pexchange --round-robin - | pfilter 'price = 3' | psort -k id | pprint -t csv"
  over_files "pscan rows.csv | phead -n 3 | pprint -t csv"
  over_files "pscan rows.csv | pprint -t csv | awk -F, '{ s += \$3 } END { print s }'"
  over_files "seq 100 | awk '{ print \$1 * 2 }'"
}

@test "--unordered, more tasks, one slot, and statements that read what others wrote" {
  rows
  flow="pscan rows.csv | pagg -k group 'max(price) as m' | psort -k group -t csv > most.csv
pscan rows.csv | pjoin -k group most.csv | pagg 'sum(m - price) as d' | pprint -t csv"
  pflow -q -n 1 "$flow" >wanted
  mv most.csv wanted.csv
  for options in '-n 2 --unordered' '-n 2 --tasks=13' '-n 1 --tasks=1' '-n 1' '-n 2 --tasks=1024'; do
    rm -rf ck most.csv
    # shellcheck disable=SC2086
    pflow -q $options --checkpoint=ck "$flow" >got
    cmp wanted got
    cmp wanted.csv most.csv
  done
}

@test "--explain shows the tasks, and makes no directory" {
  rows
  run -0 --separate-stderr pflow -n 2 --tasks=5 --explain --checkpoint=ck "pscan rows.csv | pagg -k group 'count(*) as n'"
  [[ $output == "# pflow --tasks=5"* ]]
  [[ $output == *"# fragment 1, 5 tasks: each reads one of 5 parts of the input"* ]]
  [[ $output == *"# fragment 2, 1 task, exchange by files: "* ]]
  [ ! -e ck ]
}

@test "a task whose process is killed is tried again, which the log and a note say" {
  rows
  once 'kill -KILL $$'
  pscan rows.csv -t csv >wanted
  run -0 --separate-stderr bash -c "pflow -n 2 --log log --checkpoint=ck 'pscan rows.csv -t csv | ./once' >got"
  cmp wanted got
  [[ $stderr == *"pflow: 1 task was tried again"* ]]
  run -0 grep '"event":"again"' log
  [[ $output == *'"attempt":2,"why":"fragment 1, stage 2: once died of signal 9 (Killed)"'* ]]
}

@test "a task is tried again so often, and no more" {
  rows
  flow="pscan rows.csv -t csv | sh -c 'echo x >>tries; kill -KILL \$\$'"
  run -137 --separate-stderr pflow -n 2 --checkpoint=ck "$flow"
  [[ $stderr == *"pflow: what has been done is kept; --resume=ck goes on with it"* ]]
  [[ $stderr == *"pflow: fragment 1, stage 2: sh died of signal 9 (Killed)"* ]]
  [ "$(wc -l <tries)" = 4 ]
  run -137 pflow -n 2 --retries=0 --resume=ck "$flow"
  [ "$(wc -l <tries)" = 5 ]
}

@test "what fails for a reason of the data is not tried again" {
  rows
  run -3 --separate-stderr pflow -q -n 2 --checkpoint=ck "pscan rows.csv -t csv | sh -c 'echo x >>tries; exit 3'"
  same "pflow: fragment 1, stage 2: sh ended with status 3" "$stderr"
  [ "$(wc -l <tries)" = 1 ]
  run -1 --separate-stderr pflow -q -n 2 --checkpoint=ck2 "pscan rows.csv | pfilter '1 / (id - 77) > 0' | pagg 'count(*)'"
  [[ $stderr == *"division by zero"* ]]
  run -127 --separate-stderr pflow -q -n 2 --checkpoint=ck3 "pscan rows.csv | nowhere"
  [[ $stderr == *"is not a program that can be found in PATH"* ]]
}

@test "a slow task has a copy, and one of the two is used; or none" {
  rows
  # The first that comes to the last part of the rows takes its time.
  cat >slow <<'END_OF_SCRIPT'
#!/bin/sh
rows=$(cat)
case $rows in *19999*) mkdir tried 2>/dev/null && sleep 4 ;; esac
printf '%s\n' "$rows"
END_OF_SCRIPT
  chmod +x slow
  export XDG_CONFIG_HOME=$PWD/config
  mkdir -p config/penstock/tools.d
  echo '{"placement": "any", "keeps_order": true}' >config/penstock/tools.d/slow.json
  flow="pscan rows.csv -t ndjson | ./slow | pagg 'count(*) as n, sum(price) as s' -t csv"
  pflow -q -n 1 "$flow" >wanted
  rm -r tried
  export flow
  run -0 --separate-stderr bash -c 'pflow -n 4 --tasks=8 --checkpoint=ck "$flow" >got'
  cmp wanted got
  [[ $stderr == *"pflow: 1 slow task had a copy, 1 copy ended first"* ]]
  rm -r tried
  run -0 --separate-stderr bash -c 'pflow -n 4 --tasks=8 --no-copies --checkpoint=ck2 "$flow" >got'
  cmp wanted got
  [[ $stderr != *copy* ]]
}

@test "a partition of many rows is read by several tasks, and small ones by one" {
  awk 'BEGIN { print "id,k,v"; for (i = 0; i < 1500000; i++) print i "," (i % 100 ? 1 : i % 3000) "," i % 7 }' >skewed.csv
  flow="pscan skewed.csv | pexchange --hash -k k - | pjoin -k k <(pscan skewed.csv | pagg -k k 'max(id) as m' | pexchange --hash -k k -) | pagg -k v 'sum(m - id) as d, count(*) as n' | psort -k v -t csv"
  pflow -q -n 1 "$flow" >wanted
  run -0 pflow -n 2 --tasks=4 --explain --checkpoint=ck "$flow"
  [[ $output == *"small partitions are read together, large ones by several tasks"* ]]
  pflow -q -n 2 --tasks=4 --log log --checkpoint=ck "$flow" >got
  cmp wanted got
  # The first number of the task that reads a slice, and how many slices there are.
  run -0 grep -E ' division [0-9]+ .*([0-9]+) \1 0 [234]' ck/commits
}

@test "a run that was killed goes on where it was" {
  rows
  once 'kill -KILL $PPID; sleep 5'
  flow="pscan rows.csv | pagg -k group 'sum(price) as s' | psort -k group -t csv | ./once"
  pflow -q -n 1 "${flow% | ./once}" >wanted
  run -137 pflow -q -n 2 --checkpoint=ck "$flow"
  [ -e ck/fragment-1 ]
  # The flow need not be given.
  pflow -q -n 2 --log log --resume=ck >got
  cmp wanted got
  run -1 grep '"event":"start","fragment":1' log
  grep -q '"event":"start","fragment":2' log
  same $'commits\nflow.json\nlock' "$(ls ck)"
  run -0 --separate-stderr pflow --resume=ck
  [[ $stderr == *"pflow: the run is done already" ]]
  same "" "$output"
}

@test "what readers refuse is reported for the whole run" {
  rows
  for line in 5000 19000; do sed -i "${line}s/.*/x,1/" rows.csv; done
  once 'kill -KILL $PPID; sleep 5'
  flow="pscan --on-error skip rows.csv | pagg -k group 'count(*) as n' | psort -k group -t csv | ./once"
  run -137 pflow -q -n 2 --checkpoint=ck "$flow"
  run -0 --separate-stderr pflow -n 2 --resume=ck
  [[ $stderr == *"pflow: 2 lines were left out"* ]]
}

@test "an output that was damaged is made again" {
  rows
  once 'kill -KILL $PPID; sleep 5'
  flow="pscan rows.csv | pagg -k group 'sum(price) as s' | psort -k group -t csv | ./once"
  pflow -q -n 1 "${flow% | ./once}" >wanted
  run -137 pflow -q -n 2 --tasks=8 --checkpoint=ck "$flow"
  printf 'x' | dd of=ck/fragment-1/task-2-1/1.arrow bs=1 seek=300 conv=notrunc status=none
  rm ck/fragment-1/task-3-1/1.arrow
  : >ck/fragment-1/task-4-1/files
  # Without the copies of tasks that a slow machine makes slow.
  run -0 --separate-stderr bash -c "pflow -n 2 --no-copies --log log --resume=ck >got"
  cmp wanted got
  [[ $stderr == *"1 lost output was made again"* ]]
  same 3 "$(grep -c '"event":"start","fragment":1' log)"
}

@test "an interrupted run says how to go on" {
  rows
  run -143 --separate-stderr pflow -n 2 --checkpoint=ck "pscan rows.csv -t csv | sh -c 'kill -TERM \$PPID; sleep 5'"
  [[ $stderr == *"pflow: what has been done is kept; --resume=ck goes on with it"* ]]
  [[ $stderr == *"stopped by Terminated"* ]]
}

@test "directories that are not the run's, or cannot be" {
  rows
  flow="pscan rows.csv | pagg 'count(*) as n' -t csv"
  mkdir full
  : >full/mine
  fails 125 "pflow: full: is not empty; a run with checkpoints needs a directory of its own" \
    pflow --checkpoint=full "$flow"
  fails 125 "pflow: $PWD/none/ck: create: No such file or directory" pflow --checkpoint=none/ck "$flow"
  fails 125 "pflow: full: holds no run with checkpoints" pflow --resume=full
  pflow -q --checkpoint=ck "$flow" >wanted
  fails 125 "pflow: ck: holds a run already; go on with it by --resume=ck, or name another directory" \
    pflow --checkpoint=ck "$flow"
  fails 125 "pflow: ck: holds the run of another flow" pflow --resume=ck "pscan rows.csv"
  fails 125 "pflow: ../ck: the run was begun in $PWD; go on with it there" \
    bash -c 'mkdir other; cd other; exec pflow --resume=../ck'
  sed -i 's/"penstock":"[^"]*"/"penstock":"0.0.1"/' ck/flow.json
  run -125 --separate-stderr pflow --resume=ck
  [[ $stderr == "pflow: ck: the run was begun by Penstock 0.0.1, and this is "* ]]
  sed -i 's/"penstock_checkpoint":2/"penstock_checkpoint":3/' ck/flow.json
  fails 125 "pflow: ck/flow.json: is of version 3 of its format, and this program reads version 2" \
    pflow --resume=ck
  : >ck/flow.json
  run -125 --separate-stderr pflow --resume=ck
  [[ $stderr == "pflow: ck/flow.json: is not what was written of a run: "* ]]
}

@test "two runs with one directory, and an input that has changed" {
  rows
  once 'kill -KILL $PPID; sleep 5'
  run -137 pflow -q -n 2 --checkpoint=ck "pscan rows.csv -t csv | ./once"
  flock ck/lock sleep 4 &
  sleep 0.3
  fails 125 "pflow: ck: another pflow is running with this directory" pflow --resume=ck
  wait
  echo 1,2,3 >>rows.csv
  run -125 --separate-stderr pflow -q --resume=ck
  [[ $stderr == "pflow: ck: rows.csv had "*" bytes and has "*" since the run began; begin another one" ]]
}

@test "a disk that is full: the run fails, and goes on when there is space" {
  rows
  pscan rows.csv -t csv >wanted
  cat >script <<'END_OF_SCRIPT'
mount -t tmpfs -o size=200k none small
pflow -n 2 --checkpoint=small/ck 'pscan rows.csv | psort -k id | pprint -t csv' >got
echo "status $?"
mount -o remount,size=20m small
pflow -q -n 2 --resume=small/ck >got
echo "status $?"
END_OF_SCRIPT
  mkdir small
  apart=(unshare -m)
  [ "$(id -u)" = 0 ] || apart=(unshare -rm)
  run -0 --separate-stderr "${apart[@]}" bash script
  same $'status 1\nstatus 0' "$output"
  [[ $stderr == *"No space left on device"* ]]
  cmp wanted got
}

@test "a directory that cannot be written to" {
  rows
  mkdir small
  apart=(unshare -m)
  [ "$(id -u)" = 0 ] || apart=(unshare -rm)
  run -125 --separate-stderr "${apart[@]}" bash -c \
    'mount -t tmpfs -o ro none small; exec pflow --checkpoint=small/ck "pscan rows.csv"'
  same "pflow: $PWD/small/ck: create: Read-only file system" "$stderr"
}

@test "in the background, and on from there" {
  rows
  export XDG_STATE_HOME=$PWD/state
  once 'kill -KILL $PPID; sleep 5'
  flow="pscan rows.csv | pagg -k group 'sum(price) as s' | psort -k group -t csv | ./once"
  pflow -q -n 1 "${flow% | ./once}" >wanted
  id=$(pflow -q -n 2 --detach --checkpoint=ck "$flow")
  run pflow -q --wait "$id"
  [ "$status" != 0 ]
  id=$(pflow -q -n 2 --detach --resume=ck)
  pflow -q --attach "$id" >got
  cmp wanted got
  same $'commits\nflow.json\nlock' "$(ls ck)"
}

@test "what does not go together" {
  rows
  flow="pscan rows.csv"
  see="(see pflow --help)"
  fails 2 "pflow: --retries is for --checkpoint $see" pflow --retries=2 "$flow"
  fails 2 "pflow: --tasks is for --checkpoint $see" pflow --tasks=2 "$flow"
  fails 2 "pflow: --no-copies is for --checkpoint $see" pflow --no-copies "$flow"
  fails 2 "pflow: --checkpoint begins a run and --resume goes on with one; they do not go together $see" \
    pflow --checkpoint=a --resume=b "$flow"
  fails 2 "pflow: --tasks is for the beginning of a run, and not for --resume $see" pflow --resume=a --tasks=3
  fails 2 "pflow: --retries: '101' is not a number of retries, 0 to 100 $see" pflow --checkpoint=a --retries=101 "$flow"
  fails 2 "pflow: --checkpoint: the name of the directory is empty $see" pflow --checkpoint= "$flow"
  fails 2 "pflow: the flow reads standard input, which a run with checkpoints cannot read again; write it to a file first $see" \
    pflow --checkpoint=a 'pscan -f csv -'
}

@test "the reader of the output leaves" {
  rows
  run -0 bash -c 'set -o pipefail; pflow -q -n 2 --checkpoint=ck "pscan $(yes rows.csv | head -n 20 | tr "\n" " ") -t csv" | head -n 1; [ "${PIPESTATUS[0]}" = 141 ]'
  same "id,group,price" "$output"
}

# bats test_tags=slow
@test "random flows under fire give the bytes of undisturbed ones, and leave nothing" {
  run -0 python3 -B "$root/tests/checkpoint/fire.py" --rounds 20 --jobs 2
  [[ $output == "20 rounds, 0 failed"* ]]
}

@test "a reader who takes his time keeps no signal waiting, and one who goes ends it" {
  { echo n; seq 300000; } >n.csv
  mkfifo slow
  pflow -n 2 --checkpoint=ck 'pscan n.csv | pfilter "n > 0" | pprint -t csv' >slow 2>said 3>&- &
  local manager=$! status=0
  exec 4<slow
  read -r header <&4
  same n "$header"
  kill "$manager"
  wait "$manager" || status=$?
  exec 4<&-
  same 143 "$status"
  # All is made, and written from its beginning.
  pflow --resume=ck >out.csv
  cmp <(pscan n.csv | pfilter 'n > 0' | pprint -t csv) out.csv
  same 'n
1' "$(pflow -n 2 --checkpoint=ck2 'pscan n.csv | pfilter "n > 0" | pprint -t csv' | head -n 2)"
}
