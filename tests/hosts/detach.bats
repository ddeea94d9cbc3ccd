# Flows on several hosts in the background: RUNS.md and HOSTS.md.
load lab.bash

begin_hosts_test() {
  export XDG_STATE_HOME=$PWD/state
  many_rows
  mkfifo gate
}

# detached HOSTS PIPELINE: $id is the run.
detached() {
  id=$(pflow -q --ssh "$LAB_SSH" --hosts "$1" --detach "$2")
}

# held HOSTS: $id is a run in the midst of its rows, on all of these hosts: nobody reads what they
# send before the gate is opened.
held() {
  detached "$1" 'pscan numbers.csv | pfilter "number > 0" | pexchange --hash -k number | sh -c "cat gate; cat" | pscan - | pagg "count(*) as n"'
}

is_of() {
  pflow --status | grep -q "^$1 *$2 "
}

manager() {
  pflow --status "$1" | sed -n 's/^place *process \([0-9]*\) of .*/\1/p'
}

# works HOST: a worker runs there.
works() {
  left "$1" | grep -q -v -e '--agent'
}

@test "a run on hosts goes on in the background, and its result comes back" {
  begin_hosts_test
  detached h1,h2 "pscan numbers.csv | pagg 'count(*) as n, max(number) as most' | pprint -t csv"
  pflow --wait "$id"
  for time in 1 2; do
    gives $'n,most\n500000,500000' pflow --attach "$id"
  done
  run -0 pflow --status
  grep -q "^$id *done .*,h1,h2 *500000 *1 " <<<"$output"
  is_clean h1
  is_clean h2
}

@test "while it runs its hosts work, and a cancel ends it on all of them" {
  begin_hosts_test
  held h1,h2
  eventually works h1
  eventually works h2
  is_of "$id" running
  gives "" pflow --cancel "$id"
  is_clean h1
  is_clean h2
  is_of "$id" cancelled
  fails 143 "pflow: stopped by Terminated" pflow --attach "$id"
}

@test "two runs on the same hosts end apart" {
  begin_hosts_test
  held h1,h2
  first=$id
  held h2,h1
  pflow --cancel "$first"
  is_of "$id" running
  printf '' >gate
  pflow --wait "$id"
  gives 500000 bash -c "pflow --attach $id | pprint -t csv | tail -n 1"
  eventually is_clean h1
  eventually is_clean h2
}

@test "a manager that is killed leaves nothing on any host, and a lost run" {
  begin_hosts_test
  held h1,h2
  eventually works h1
  eventually works h2
  kill -KILL "$(manager "$id")"
  run -125 pflow --wait "$id"
  eventually is_clean h1
  eventually is_clean h2
  is_of "$id" lost
}

@test "an agent that is killed fails the run, whose error names the host" {
  begin_hosts_test
  held h1,h2
  eventually works h2
  kill -KILL $(left h2 | sed -n 's/ pflow --agent.*//p' | head -n 1)
  run -125 --separate-stderr pflow --wait "$id"
  [[ $stderr = "pflow: run $id: failed: h2: "* ]]
  eventually is_clean h1
  eventually is_clean h2
}

@test "what is wrong with the hosts comes at once, and leaves no run" {
  begin_hosts_test
  run -125 --separate-stderr detached h1,nowhere 'pscan numbers.csv | pagg "count(*)"'
  [[ $stderr = "pflow: nowhere: "* ]]
  run -125 --separate-stderr detached h1,stranger 'pscan numbers.csv | pagg "count(*)"'
  [[ $stderr = *"Permission denied"* ]]
  echo number >"$LAB/own/mine.csv"
  run -125 --separate-stderr detached h1,h2 "pscan $LAB/own/mine.csv | pagg 'count(*)'"
  [[ $stderr = *"mine.csv"* ]]
  run -125 --separate-stderr detached h1,h2 "pscan h1:/none.csv h2:/none.csv | pagg 'count(*)'"
  same "pflow: h1: /none.csv: No such file or directory" "$stderr"
  same "" "$(ls state/penstock/runs)"
  is_clean h1
}

@test "files that one host alone has" {
  begin_hosts_test
  for host in h1 h2; do on "$host" 'head -n 1001 >$LAB/own/part.csv' <numbers.csv; done
  detached h1,h2 "pscan h1:$LAB/own/part.csv h2:$LAB/own/part.csv | pagg 'count(*) as n' | pprint -t csv"
  gives $'n\n2000' pflow --attach "$id"
}

@test "a run of a shell that ssh started goes on when that has ended" {
  begin_hosts_test
  # From h1, which is the host of the manager then.
  on h1 "cd $PWD; XDG_STATE_HOME=$PWD/state pflow -q --detach 'cat gate | pscan - -f lines'" >id
  id=$(<id)
  is_of "$id" running
  fails 125 "pflow: process $(manager "$id") runs on h1, and this is $(hostname)" pflow --cancel "$id"
  is_of "$id" running
  on h1 "XDG_STATE_HOME=$PWD/state pflow --cancel $id"
  is_of "$id" cancelled
}
