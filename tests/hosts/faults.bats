# What ends a flow on several hosts, and what is left of it.
load lab.bash

# flow HOSTS PIPELINE: on these hosts of the lab.
flow() {
  pflow --ssh "$LAB_SSH" --hosts "$@"
}

# numbers N: a file of that many rows.
numbers() {
  { echo number,text; seq "$1" | sed 's/$/,some text/'; } >numbers.csv
}

# begin HOSTS: a flow that is in the midst of its rows, for nobody reads its output: $manager, on
# descriptor 4. What it says goes to the file `said`.
begin() {
  many_rows
  mkfifo out
  pflow --ssh "$LAB_SSH" --hosts "$1" 'pscan numbers.csv | pfilter "number > 0" | pexchange --hash -k number | pprint -t csv' \
    >out 2>said 3>&- &
  manager=$!
  exec 4<out
  read -r header <&4
  read -r first <&4
}

# ended STATUS LIMIT: the flow ends with the status, within so many seconds.
ended() {
  local began=$SECONDS status=0
  wait "$manager" || status=$?
  exec 4<&-
  same "$1" "$status"
  [ $((SECONDS - began)) -le "$2" ]
}

# workers HOST: the process numbers of its workers.
workers() {
  left "$1" | grep -v -e '--agent' | sed 's/ .*//'
}

# has_receiver HOST: a receiver runs there, $receiver. The first rows may come before that of another
# host has begun.
has_receiver() {
  receiver=$(left "$1" | sed -n 's/ .*--receive.*//p' | head -n 1)
  [ -n "$receiver" ]
}

# agents HOST: those of its agent, the one that waits first.
agents() {
  left "$1" | sed -n 's/ pflow --agent.*//p'
}

@test "a worker that is killed ends the flow, which names the host" {
  begin h1,h2
  # It holds rows for a reader that does not come.
  eventually has_receiver h2
  kill -9 "$receiver"
  ended 137 5
  says "h2"
  says "died of signal 9"
  same 1 "$(grep -c '^pflow: ' said)"
  is_clean h1
  is_clean h2
}

@test "an agent that is killed ends the flow, whichever of its two processes it is" {
  for which in 1 2; do
    rm -f out
    begin h1,h2
    kill -9 "$(agents h1 | sed -n "${which}p")"
    ended 125 5
    grep -q "^pflow: h1: its agent " said
    eventually is_clean h1
    eventually is_clean h2
  done
}

@test "an ssh that is killed ends the flow" {
  begin h1,h2
  kill -9 "$(pgrep -f "^ssh -F $LAB/ssh_config .* -- h2 ")"
  ended 125 5
  same "pflow: h2: ssh died of signal 9 (Killed)" "$(cat said)"
  eventually is_clean h1
  eventually is_clean h2
}

@test "an sshd that is killed ends the flow" {
  begin h1,h2
  pkill -9 -f "^sshd: root@notty" --parent "$(pgrep -f "^sshd: .*sshd_config.2 ")" ||
    kill -9 $(ip netns pids h2 | while read -r pid; do
      grep -aq '^sshd: root' "/proc/$pid/cmdline" && echo "$pid"
    done)
  ended 125 5
  says "^pflow: h2: ssh ended with status 255"
  eventually is_clean h1
  eventually is_clean h2
}

@test "a manager that is killed leaves nothing on any host" {
  begin h1,h2
  kill -9 "$manager"
  wait "$manager" || true
  exec 4<&-
  eventually is_clean h1
  eventually is_clean h2
}

@test "a manager that is asked to end ends all and says so" {
  begin h1,h2
  kill -TERM "$manager"
  ended 143 5
  is_clean h1
  is_clean h2
}

@test "a reader that goes early ends the flow quietly" {
  many_rows
  local got
  got=$(flow h1,h2 'pscan numbers.csv | pprint -t csv' 2>said | head -n 2)
  same "$(head -n 2 numbers.csv)" "$got"
  same "" "$(cat said)"
  eventually is_clean h1
  eventually is_clean h2
}

@test "a host that pauses for less than the limit does no harm" {
  begin h1,h2
  local all
  mapfile -t all < <(ip netns pids h1)
  kill -STOP "${all[@]}"
  sleep 4
  kill -CONT "${all[@]}"
  same 499999 "$(cat <&4 | wc -l)"
  ended 0 5
  same "" "$(cat said)"
}

@test "nothing listens on an address that others reach but the exchange" {
  begin h1,h2
  for host in h1 h2; do
    ip netns exec "$host" ss -Hltnp | grep -v '"sshd"' >listening || true
    # Those of workers are on the address by which ssh reached the host.
    ! grep -v "10.77.0.${host#h}:" listening
  done
  kill "$manager"
  ended 143 5
}

# victims KIND: process numbers of that kind that run now.
victims() {
  case $1 in
    worker) workers h3 ;;
    agent) agents h3 ;;
    ssh) pgrep -f "^ssh -F $LAB/ssh_config .* -- h3 " ;;
    manager) echo "$manager" ;;
  esac | head -n 1
}

# bats test_tags=slow
@test "a manager that is stopped for too long finds its hosts gone when it goes on" {
  begin h1,h2
  kill -STOP "$manager"
  local began=$SECONDS
  until is_clean h1 && is_clean h2; do
    [ $((SECONDS - began)) -lt 60 ]
    sleep 0.2
  done
  kill -CONT "$manager"
  ended 125 5
  grep -qE "^pflow: h[12]: its agent cannot go on: nothing was heard of the manager for 15 s$" said
  same 1 "$(wc -l <said)"
}

# bats test_tags=slow
@test "a kill at any moment: the flow fails and says so once, or its output is whole" {
  numbers 100000
  printf 'n\n100000\n' >wanted
  for kind in worker agent ssh manager; do
    for delay in 0 0.05 0.1 0.2 0.3 0.5; do
      rm -f out.csv
      pflow --ssh "$LAB_SSH" --hosts h3,h4 --no-sync \
        'pscan numbers.csv | pexchange --hash -k number | pagg "count(*) as n" | pprint -t csv > out.csv' \
        2>said 3>&- &
      manager=$!
      sleep "$delay"
      victim=$(victims "$kind") || true
      [ -z "$victim" ] || kill -9 "$victim" || true
      status=0
      wait "$manager" || status=$?
      echo "$kind after $delay s: status $status, $(cat said)"
      if [ "$status" = 0 ]; then
        cmp wanted out.csv
      else
        # A manager can be killed between the renaming of its output and its end.
        [ ! -e out.csv ] || { [ "$kind" = manager ] && cmp wanted out.csv; }
        [ "$kind" = manager ] || same 1 "$(grep -c '^pflow: ' said)"
      fi
      eventually is_clean h3
      eventually is_clean h4
    done
  done
}

@test "a disk that is full on a host ends the flow, which names the host" {
  # Text that does not shrink when it is spilled.
  { echo text; head -c 8000000 /dev/urandom | base64; } >random.csv
  on h3 'mount -t tmpfs -o size=1m tmpfs $TMPDIR'
  run ! --separate-stderr flow h3,h4 'psort -S 1M -k text:desc random.csv | pprint -t csv'
  on h3 'umount $TMPDIR'
  same "" "$output"
  echo "$stderr" >said
  says "h3"
  says "No space left on device"
  eventually is_clean h3
  eventually is_clean h4
}
