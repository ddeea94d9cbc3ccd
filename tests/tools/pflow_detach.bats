#!/usr/bin/env bats
# Flows in the background on this host (RUNS.md); tests/hosts/detach.bats has those on several.

load ../setup

setup() {
  begin_test
  export XDG_STATE_HOME=$PWD/state TMPDIR=$PWD/temporary
  runs=$PWD/state/penstock/runs
  mkdir temporary
  # A flow that reads it goes on when somebody writes to it. No other process has such an argument.
  gate=gate.$$.$BATS_TEST_NUMBER
  mkfifo "$gate"
}

teardown() {
  # What a test that failed has left.
  pkill -KILL -f "$gate" || :
}

# held [OPTION…]: $id is a run that waits at the gate, and then gives the rows that come through it.
held() {
  id=$(pflow -q "$@" --detach "cat $gate | pscan - | pfilter 'id > 1'")
}

open_gate() {
  cat sales.csv >"${1-$gate}"
}

# is_of ID STATE: the run's state in the table and alone.
is_of() {
  pflow --status | grep -q "^$1 *$2 "
  pflow --status "$1" | grep -q "^state *$2"
}

# manager ID: its process.
manager() {
  pflow --status "$1" | sed -n 's/^place *process \([0-9]*\) of .*/\1/p'
}

# nothing_runs: within some seconds, no process of the test's runs is left.
nothing_runs() {
  local i
  for ((i = 0; i < 200; ++i)); do
    if ! pgrep -f "$gate" >/dev/null; then return 0; fi
    sleep 0.05
  done
  pgrep -af "$gate" >&2
  return 1
}

# kept: the runs that there are.
kept() {
  ls "$runs"
}

@test "a run in the background gives what it gives in the foreground, as often as it is asked" {
  run -0 --separate-stderr pflow -n 2 --detach "pscan sales.csv | pagg -k city 'count(*) as n'"
  id=$output
  [[ $id =~ ^[a-hjkmnp-tv-z][a-hjkmnp-tv-z2-9]{7}$ ]]
  same "pflow: runs in the background; pflow --attach $id follows it" "$stderr"
  gives "" pflow --wait "$id"
  is_of "$id" done
  pflow -n 2 "pscan sales.csv | pagg -k city 'count(*) as n'" >wanted
  for time in 1 2; do
    pflow --attach "$id" >got
    cmp wanted got
  done
  run -0 pflow --status "$id"
  grep -q '^rows_in *3$' <<<"$output"
  grep -q '^rows_out *2$' <<<"$output"
  grep -q "^folder *$runs/$id$" <<<"$output"
  same 700 "$(stat -c %a "$runs/$id")"
  same 700 "$(stat -c %a "$runs")"
  gives "$output" pflow --status="$id"
  gives "" pflow --forget "$id"
  gives "" pflow --status
  fails 125 "pflow: there is no run '$id'; pflow --status lists those that are kept" pflow --attach "$id"
}

@test "a run is running as long as it runs, and others beside it" {
  held
  first=$id
  mkfifo "$gate.2"
  gate=$gate.2 held -n 2
  is_of "$first" running
  is_of "$id" running
  fails 125 "pflow: run $id is running; pflow --cancel $id ends it" pflow --forget "$id"
  pflow --attach "$first" >one &
  pflow --wait "$first" "$id" &
  open_gate
  open_gate "$gate.2"
  wait
  is_of "$first" done
  is_of "$id" done
  same 2 "$(pprint one | tail -n +2 | wc -l)"
  nothing_runs
  same "" "$(ls temporary)"
}

@test "what is wrong is said before there is a run" {
  fails 2 "pflow: pscan: unknown option '--zzz'; an operand that begins with '-' comes after '--' (see pflow --help)" \
    pflow --detach "pscan sales.csv > x && pscan --zzz x"
  fails 125 "pflow: pscan: none.csv: No such file or directory" pflow --detach 'pscan none.csv | phead'
  run -2 --separate-stderr pflow --detach 'pscan sales.csv ; pprint'
  run -2 --separate-stderr pflow --detach
  run -2 --separate-stderr pflow -n 2 --detach "pscan sales.csv | pagg -k city 'sum(price' | pprint"
  fails 2 "pflow: pjoin: /dev/fd/63: a detached run keeps no descriptor besides standard input; name a file (see pflow --help)" \
    pflow --detach 'pjoin -k id sales.csv /dev/fd/63'
  fails 2 "pflow: --detach and --explain do not go together (see pflow --help)" \
    pflow --detach --explain 'pscan sales.csv'
  fails 2 "pflow: --status and --cancel do not go together (see pflow --help)" pflow --cancel --status x
  [ ! -e x ]
  [ ! -e "$runs" ] || same "" "$(kept)"
}

@test "a run whose ID cannot be announced does not start" {
  fails 125 "pflow: standard output: write: No space left on device" \
    bash -c "pflow -q --detach 'pscan sales.csv > out.csv' >/dev/full"
  fails 125 "pflow: standard output: write: Bad file descriptor" \
    bash -c "pflow -q --detach 'pscan sales.csv > out.csv' >&-"
  [ ! -e out.csv ]
  same "" "$(kept)"
}

@test "a statement writes its file where pflow was started" {
  id=$(pflow -q --detach 'pscan sales.csv | pprint > out.csv && pagg "count(*) as n" out.csv | pprint -t csv')
  pflow --wait "$id"
  same "$(pscan sales.csv | pprint)" "$(cat out.csv)"
  gives $'n\n3' pflow --attach "$id"
}

@test "a run that fails has its error and no output, and one that cannot be found is not a run" {
  id=$(pflow -q --detach "sh -c 'echo careful >&2; cat sales.csv' | pscan - -t csv && sh -c 'exit 7'")
  run -7 --separate-stderr pflow --wait "$id"
  same "pflow: run $id: failed: fragment 2, stage 1: sh ended with status 7" "$stderr"
  for time in 1 2; do
    fails 7 $'careful\npflow: fragment 2, stage 1: sh ended with status 7' pflow --attach "$id"
  done
  is_of "$id" failed
  same $'end.json\nlock\nmessages\nprogress.json\nrun.json' "$(ls "$runs/$id")"
  other=$(pflow -q --detach 'pscan sales.csv > out.csv')
  run -7 pflow --wait "$other" "$id" abcd2345
  run -125 pflow --wait abcd2345 "$id"
  for unknown in abcd2345 .. '' 7; do
    fails 125 "pflow: there is no run '$unknown'; pflow --status lists those that are kept" \
      pflow --cancel "$unknown"
  done
  fails 2 "pflow: the ID of a run is missing; pflow --status lists all runs (see pflow --help)" pflow --wait
}

@test "a run that is cancelled ends whole, once" {
  held -n 2
  gives "" pflow --cancel "$id"
  nothing_runs
  same "" "$(ls temporary)"
  is_of "$id" cancelled
  [ ! -e "$runs/$id/output" ]
  run -0 --separate-stderr pflow --cancel "$id"
  same "pflow: run $id has ended before: cancelled" "$stderr"
  fails 143 "pflow: stopped by Terminated" pflow --attach "$id"
  fails 143 "pflow: run $id: cancelled: stopped by Terminated" pflow --wait "$id"
}

@test "a run whose manager is killed is lost, and nothing of it runs" {
  held -n 2
  kill -KILL "$(manager "$id")"
  fails 125 "pflow: run $id: lost: its manager was killed, or its host was restarted" pflow --wait "$id"
  nothing_runs
  is_of "$id" lost
  fails 125 "pflow: run $id is lost: its manager was killed, or its host was restarted" \
    pflow --attach "$id"
  run -0 --separate-stderr pflow --cancel "$id"
  same "pflow: run $id has ended before: lost" "$stderr"
  pflow --forget "$id"
  same "" "$(kept)"
}

@test "a run goes on when its terminal is closed" {
  printf '%s\n' "pflow -q --detach \"cat $gate | pscan - | pfilter 'id > 1'\" >id" >start
  run -0 script -qec 'bash start' /dev/null
  id=$(<id)
  kill -HUP "$(manager "$id")"
  is_of "$id" running
  open_gate
  pflow --wait "$id"
  same 2 "$(pflow --attach "$id" | pprint | tail -n +2 | wc -l)"
}

@test "attaching shows progress and messages as they come, and then the output" {
  held
  printf '%s\n' "stty cols 100 rows 24; pflow --attach $id >out" >attach
  TERM=xterm script -qefc 'bash attach' drawn >/dev/null &
  until grep -q "fragment 1 .* rows in " drawn; do sleep 0.05; done
  [ ! -s out ]
  open_gate
  wait "$!"
  gives $'id,city,price\n2,Oslo,\n3,Bern,10' pprint out
}

@test "Ctrl-C ends the attaching, and not the run" {
  held
  # A shell starts what runs behind it with INT ignored.
  python3 - "$id" <<'PYTHON'
import signal, subprocess, sys, time
attached = subprocess.Popen(["pflow", "--attach", sys.argv[1]], stderr=subprocess.PIPE)
# It listens for signals once it holds them.
while True:
    with open(f"/proc/{attached.pid}/status") as status:
        held = next(int(line.split()[1], 16) for line in status if line.startswith("SigBlk"))
    if held >> (signal.SIGINT - 1) & 1:
        break
    time.sleep(0.01)
attached.send_signal(signal.SIGINT)
said = attached.communicate()[1].decode()
assert said == f"pflow: run {sys.argv[1]} goes on; pflow --cancel {sys.argv[1]} ends it\n", said
sys.exit(attached.returncode != 130)
PYTHON
  is_of "$id" running
  pflow --cancel "$id"
}

@test "standard input may be a file or a pipe, and is kept only when it is read" {
  id=$(pflow -q --detach 'pscan - -t csv' <sales.csv)
  pflow --wait "$id"
  gives "$(pscan sales.csv -t csv)" pflow --attach "$id"
  id=$(cat sales.csv | pflow -q --detach 'pscan -t csv')
  gives "$(pscan sales.csv -t csv)" pflow --attach "$id"
  # The reader of this pipe is gone as soon as pflow is.
  run -141 bash -c "yes | pflow -q --detach 'pscan sales.csv | cat $gate -' >id; exit \${PIPESTATUS[0]}"
  is_of "$(<id)" running
  pflow --cancel "$(<id)"
}

@test "a terminal is not read in the background" {
  printf '%s\n' "pflow -q --detach 'pscan - -t csv'" >start
  run -2 script -qec 'bash start' /dev/null
  [[ $output = *"the flow reads standard input, which is a terminal, and a detached run cannot read that"* ]]
  # What a program does is not known: it must not take it for an empty input.
  printf '%s\n' "pflow -q --detach 'cat | pscan - -t csv' >id" >start
  run -0 script -qec 'bash start' /dev/null
  run -1 --separate-stderr pflow --attach "$(<id)"
  [[ $stderr = *"stage 1: cat ended with status 1: cat: "* ]]
}

@test "on a terminal the output is a table" {
  id=$(pflow -q --detach "pscan sales.csv | pfilter 'id = 2'")
  pflow --wait "$id"
  run -0 env NO_COLOR=1 script -qec "stty cols 80; pflow --attach $id" /dev/null
  same $'id  city  price\n--  ----  -----\n 2  Oslo   null' "$(tr -d '\r' <<<"$output")"
}

@test "a disk that is full for the output fails the run, which says so" {
  mkdir small
  cat >fill <<'END_OF_SCRIPT'
mount -t tmpfs -o size=2m none small
export XDG_STATE_HOME=$PWD/small
id=$(pflow -q --detach 'seq 10000000 | cat')
pflow --wait "$id"
echo "status $?"
pflow --status | grep -o "$id *failed"
pflow -q --detach 'pscan sales.csv' >/dev/null
echo "status $?"
END_OF_SCRIPT
  run -0 --separate-stderr unshare -rm bash fill
  [[ $stderr = *": failed: fragment 1, stage 2: cat ended with status 1: cat: "*"No space left on device"* ]]
  same $'status 1\nstatus 0' "$(grep status <<<"$output")"
  grep -q failed <<<"$output"
}

@test "without a place for runs there is none" {
  run -125 --separate-stderr env -u XDG_STATE_HOME -u HOME pflow --detach 'pscan sales.csv'
  same "pflow: there is no place for detached runs: HOME is not set to a folder; set it, or XDG_STATE_HOME" "$stderr"
  fails 125 "pflow: $PWD/sales.csv/penstock/runs: Not a directory" \
    env XDG_STATE_HOME="$PWD/sales.csv" pflow --detach 'pscan sales.csv'
  mkdir -p state/penstock/runs
  chmod 777 state/penstock/runs
  fails 125 "pflow: $runs: others may write to it, so what it says of runs is not to be trusted; use chmod go-w" \
    pflow --detach 'pscan sales.csv'
  fails 125 "pflow: $runs: others may write to it, so what it says of runs is not to be trusted; use chmod go-w" \
    pflow --status
}

@test "a record that is damaged is refused, and hides no other run" {
  id=$(pflow -q --detach 'pscan sales.csv')
  other=$(pflow -q --detach 'pscan sales.csv')
  pflow --wait "$id" "$other"
  for text in '' '{' '{"penstock_run":2}' "$(head -c 50 "$runs/$id/run.json")" "$(head -c 100 /dev/urandom | base64)"; do
    echo "$text" >"$runs/$id/run.json"
    for command in --status --attach --wait --cancel --forget; do
      run -125 --separate-stderr pflow "$command" "$id"
      [[ $stderr = "pflow: $runs/$id/run.json: is "* ]]
    done
    run -125 --separate-stderr pflow --status
    grep -q "^$other *done" <<<"$output"
  done
  cp "$runs/$other/run.json" "$runs/$id/run.json"
  fails 125 "pflow: $runs/$id/run.json: is of run $other" pflow --attach "$id"
  truncate -s 5 "$runs/$other/output"
  run -125 --separate-stderr pflow --attach "$other"
  [[ $stderr = "pflow: $runs/$other/output: has 5 bytes, and had "*" when the run ended; run the flow again" ]]
}
