# pflow --checkpoint on several hosts: the bytes of one, whatever happens to the hosts meanwhile.
load lab.bash

setup() {
  [ -z "${LAB-}" ] || rm -rf "$LAB"/own/* "$LAB"/own.*/*
  if [ -z "${LAB-}" ]; then
    [ "$(id -u)" = 0 ] || skip "network namespaces need root"
    skip "runs in tests/hosts/lab, as scripts/test does it"
  fi
  begin_test
}

# flow HOSTS …: on these hosts of the lab.
flow() {
  pflow --ssh "$LAB_SSH" --unordered --hosts "$@"
}

# numbers: a file, and what is made of it.
numbers() {
  { echo k,v,text; seq 300000 | awk '{print $1 % 97 "," $1 ",some more text"}'; } >numbers.csv
  plain='pscan numbers.csv | preduce -k k -t arrow -f arrow -- cat | pagg -k k "sum(v)" | psort -k k | pprint -t csv'
  pflow -n 1 "$plain" >right.csv
  [ "$(wc -l <right.csv)" = 98 ]
}

# gated: the flow, whose second fragment waits for the file `go`.
gated() {
  numbers
  local gate="preduce -k k -t arrow -f arrow -- sh -c 'cat; touch $PWD/at.\$\$; while [ ! -e $PWD/go ]; do sleep 0.05; done'"
  gated="pscan numbers.csv | $gate | pagg -k k 'sum(v)' | psort -k k | pprint -t csv"
}

# workers HOST: those that run there.
workers() {
  left "$1" | grep -v -e '--agent' -e '--serve' | sed 's/ .*//'
}

# begin HOSTS …: runs it until its second fragment waits: $manager, which says to the file `said`.
begin() {
  gated
  pflow --ssh "$LAB_SSH" --unordered --hosts "$@" --checkpoint="$LAB/own/ck" "$gated" >out.csv 2>said 3>&- &
  manager=$!
  eventually at_gate
}

# All workers of the fragment, of two on each host.
at_gate() {
  [ "$(compgen -G 'at.*' | wc -l)" -ge 4 ]
}

# ended_well: so it does, with the right bytes.
ended_well() {
  touch go
  local status=0
  wait "$manager" || status=$?
  [ "$status" = 0 ] || cat said >&2
  same 0 "$status"
  cmp right.csv out.csv
}

# kept DIR: what is left there of a run that is done.
kept() {
  same 'commits
flow.json
lock' "$(ls -A "$1")"
}

# agent HOST: the process of its agent, and not the one that waits for it and cleans up.
agent() {
  left "$1" | sed -n 's/ pflow --agent.*//p' | tail -n 1
}

all_are_clean() {
  local i
  for ((i = 1; i <= $1; ++i)); do
    eventually is_clean "h$i"
    same '' "$(ls -A "$LAB/own.$i")"
  done
}

@test "hosts with disks of their own give the bytes of one, and keep nothing" {
  numbers
  flow h1,h2,h3 --checkpoint="$LAB/own/ck" "$plain" >out.csv
  cmp right.csv out.csv
  kept "$LAB/own/ck"
  # Each has done some of it.
  for i in 1 2 3; do grep -q " h$i\$" "$LAB/own/ck/commits"; done
  all_are_clean 3
}

@test "outputs lie on the disks of the hosts that made them, until the run is done" {
  begin h1,h2
  local i
  for i in 1 2; do compgen -G "$LAB/own.$i/ck/fragment-1/task-*/1.arrow" >/dev/null; done
  ! compgen -G "$LAB/own/ck/fragment-1/task-*/1.arrow" >/dev/null
  ended_well
  all_are_clean 2
}

@test "hosts that share the disk of this one use one directory" {
  numbers
  flow h1,h2 --checkpoint=ck "$plain" >out.csv
  cmp right.csv out.csv
  kept ck
  ! grep -q ' h[12]$' ck/commits
  all_are_clean 2
}

@test "a worker that is killed is tried again" {
  begin h1,h2
  kill -9 $(workers h1 | head -n 1)
  ended_well
  says '^pflow: 1 task was tried again$'
  all_are_clean 2
}

@test "with a host whose agent is killed go its outputs, which are made again" {
  begin h1,h2,h3
  kill -9 $(agent h2)
  ended_well
  says '^pflow: h2: its agent .*; its tasks run elsewhere$'
  says 'lost outputs were made again'
  # It is reached once more, to remove what it has.
  all_are_clean 3
}

@test "a host that is cut off is lost after a while" {
  begin h1,h2
  ip link set v2 down
  touch go
  eventually_within_40 has_ended
  ended_well
  says '^pflow: h2: .*; its tasks run elsewhere$'
  ip link set v2 up
  eventually_within_40 is_clean h2
}

has_ended() {
  ! kill -0 "$manager" 2>/dev/null
}

eventually_within_40() {
  eventually "$@" 2>/dev/null || eventually "$@" 2>/dev/null || eventually "$@" 2>/dev/null || eventually "$@"
}

@test "a host that stops is lost too, and its workers are not waited for" {
  begin h1,h2
  kill -STOP $(left h2 | sed 's/ .*//')
  touch go
  eventually_within_40 has_ended
  ended_well
  kill -CONT $(left h2 | sed 's/ .*//')
  eventually_within_40 is_clean h2
}

@test "the process that serves a host's outputs is killed: the host is lost, the run goes on" {
  begin h1,h2
  kill -9 $(left h1 | grep -e '--serve' | sed 's/ .*//')
  ended_well
  says '^pflow: h1: its agent cannot go on: the process that serves the outputs of tasks'
  all_are_clean 2
}

@test "outputs on shared disks outlive their hosts" {
  gated
  pflow --ssh "$LAB_SSH" --unordered --hosts h1,h2 --checkpoint=ck "$gated" >out.csv 2>said 3>&- &
  manager=$!
  eventually at_gate
  kill -9 $(agent h2)
  ended_well
  ! grep -q 'made again' said
  kept ck
  all_are_clean 2
}

@test "all hosts are lost" {
  begin h1,h2
  kill -9 $(agent h1) $(agent h2)
  local status=0
  wait "$manager" || status=$?
  same 125 "$status"
  says '^pflow: h[12]: its agent '
  says "what has been done is kept; --resume=$LAB/own/ck goes on with it"
}

@test "a run whose manager was killed goes on, on the hosts that there are" {
  begin h1,h2
  kill -9 "$manager"
  wait "$manager" || true
  rm -f at.*
  eventually is_clean h1
  eventually is_clean h2
  touch go
  pflow -v --ssh "$LAB_SSH" --hosts h2,h3 --unordered --resume="$LAB/own/ck" >out.csv 2>said
  cmp right.csv out.csv
  # Those of h1 are made again, the others not.
  first=$(grep -c ' task 1 ' "$LAB/own/ck/commits")
  [ "$first" -gt 4 ]
  [ "$first" -lt 8 ]
  kept "$LAB/own/ck"
  eventually is_clean h2
  same '' "$(ls -A "$LAB/own.2")"
  # What h1 has is not ours any more.
  rm -r "$LAB/own.1/ck"
}

@test "an output that was damaged on a host is made again" {
  begin h1,h2
  local file
  for file in "$LAB"/own.1/ck/fragment-1/task-*/*.arrow; do
    printf x | dd of="$file" bs=1 seek=200 conv=notrunc status=none
  done
  # The first to read it again is the second attempt.
  kill -9 $(workers h2)
  ended_well
  says 'made again'
  all_are_clean 2
}

@test "a file of one host is read there alone, and is lost with it" {
  gated
  cp numbers.csv "$LAB/own.2/there.csv"
  flow h1,h2 --checkpoint="$LAB/own/ck" "${plain/numbers.csv/h2:$LAB/own/there.csv}" >out.csv
  cmp right.csv out.csv
  rm -r "$LAB/own/ck"
  pflow --ssh "$LAB_SSH" --unordered --hosts h1,h2 --checkpoint="$LAB/own/ck" \
    "${gated/numbers.csv/h2:$LAB/own/there.csv}" >out.csv 2>said 3>&- &
  manager=$!
  eventually at_gate
  kill -9 $(agent h2)
  local status=0
  wait "$manager" || status=$?
  same 125 "$status"
  says '^pflow: h2: its agent '
}

@test "a directory that a host cannot have is an error before any task" {
  numbers
  mkdir "$LAB/own/file"
  : >"$LAB/own.2/file"
  fails 125 "pflow: h2: $LAB/own/file/ck: create: Not a directory" \
    pflow --ssh "$LAB_SSH" --unordered --hosts h1,h2 --checkpoint="$LAB/own/file/ck" "$plain"
}

@test "a statement through pipes is run again without the host that was lost" {
  gated
  pflow --ssh "$LAB_SSH" --unordered --hosts h1,h2 --checkpoint=auto --checkpoint="$LAB/own/ck" "$gated" >out.csv 2>said 3>&- &
  manager=$!
  eventually at_gate
  ! compgen -G "$LAB/own.1/ck/fragment-*" >/dev/null
  kill -9 $(agent h2)
  ended_well
  says '^pflow: the statement was tried again$'
  kept "$LAB/own/ck"
  eventually is_clean h1
}

@test "a run that is done removes what a host kept because it died too early" {
  numbers
  flow h1,h2 --checkpoint="$LAB/own/ck" "$plain" >out.csv
  mkdir -p "$LAB/own.1/ck/fragment-1/task-1-1"
  pflow --ssh "$LAB_SSH" --unordered --hosts h1,h2 --resume="$LAB/own/ck" 2>said
  says '^pflow: the run is done already$'
  kept "$LAB/own/ck"
  all_are_clean 2
}

# bats test_tags=slow
@test "random flows under fire give the bytes of undisturbed ones, and leave nothing" {
  run -0 python3 -B "$root/tests/checkpoint/fire.py" --hosts 4 --rounds 6
  [[ $output == "6 rounds, 0 failed"* ]]
}
