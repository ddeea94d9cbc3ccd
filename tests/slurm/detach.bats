# pflow --slurm --detach: runs that are jobs.
load lab.bash

setup_runs() {
  export XDG_STATE_HOME=$PWD/state
  awk 'BEGIN { print "k,v"; for (i = 0; i < 3000; i++) printf "%d,%d\n", i * 7919 % 103, i }' >big.csv
  flow="pscan big.csv | pagg -k k 'median(v) as m' | psort -k k -t csv"
}

# begin_long: a run that is in the midst of its rows: $id, $job.
begin_long() {
  numbers 3000000
  id=$(pflow --quiet --slurm=-N4 --detach \
    "pscan numbers.csv | pagg -k number 'count(*)' | psort -k number | pprint -t csv")
  job=$(squeue --noheader --format=%i --name="pflow-$id")
  eventually eval '[ -n "$(left n3)" ]'
}

# shows STATE: so --status says of $id.
shows() {
  pflow --status "$id" | grep -q "^state  *$1"
}

@test "a run is submitted, waited for, and hands over its output as often as it is asked to" {
  setup_runs
  run -0 --separate-stderr pflow --slurm='-N 4 --ntasks-per-node=2' --detach "$flow"
  id=$output
  same "pflow: is a job of Slurm; pflow --attach $id follows it" "$stderr"
  gives "" pflow --wait "$id"
  gives "$(bash -c "$flow")" pflow --attach "$id"
  gives "$(bash -c "$flow")" pflow --attach "$id"
  shows done
  pflow --status "$id" | grep -q "^workers  *8$"
  pflow --status "$id" | grep -qE "^place  *job [0-9]+ of Slurm$"
  pflow --forget "$id"
  same "" "$(ls "$XDG_STATE_HOME/penstock/runs")"
  eventually all_is_clean
}

@test "options of the flow go with it" {
  setup_runs
  echo "$flow > 'sums of k.csv'" >"a flow"
  id=$(pflow -q --slurm -n 3 --detach -S 64M -f "a flow" --log events)
  pflow --wait "$id"
  same "$(bash -c "$flow")" "$(cat 'sums of k.csv')"
  pflow --status "$id" | grep -q "^workers  *3$"
  grep -q '"host":"n[1-4]"' events
  eventually all_is_clean
}

@test "a run that fails says why" {
  setup_runs
  id=$(pflow -q --slurm=-N2 --detach "pscan big.csv | pfilter 'div(k, 0) = 1' | pprint")
  run -1 --separate-stderr pflow --attach "$id"
  [[ $stderr = "pflow: fragment 1, "*"pfilter: division by zero"* ]]
  same "" "$output"
  shows "failed, with status 1"
  echo "pscan big.csv | pagg 'count(*)'" >changed
  salloc --quiet --kill-command=KILL -N4 --exclusive sleep 60 &
  eventually eval '[ "$(squeue --noheader --states=RUNNING | wc -l)" = 1 ]'
  id=$(pflow -q --slurm=-N2 --detach -f changed)
  echo "pscan big.csv | pagg 'sum(v)'" >changed
  scancel --name=interactive
  wait
  run -125 --separate-stderr pflow --attach "$id"
  same "pflow: the file of the flow was changed after it was submitted" "$stderr"
  eventually all_is_clean
}

@test "a run that waits for nodes, and is cancelled" {
  setup_runs
  salloc --quiet --kill-command=KILL -N4 --exclusive sleep 60 &
  eventually eval '[ "$(squeue --noheader --states=RUNNING | wc -l)" = 1 ]'
  id=$(pflow -q --slurm=-N4 --detach "$flow")
  shows waiting
  pflow --cancel "$id"
  shows "cancelled, with status 143"
  run -143 --separate-stderr pflow --attach "$id"
  same "pflow: cancelled before it started" "$stderr"
  scancel --name=interactive
  wait
  eventually all_is_clean
}

@test "a run in mid-flow is cancelled as one of this host" {
  setup_runs
  begin_long
  shows running
  pflow --cancel "$id"
  shows "cancelled, with status 143"
  eventually all_is_clean
}

@test "scancel of the job ends the run" {
  setup_runs
  begin_long
  scancel "$job"
  run ! pflow --wait "$id"
  ! shows running && ! shows done
  eventually has_no_job
  # A manager that Slurm kills leaves the folder; the next one on each node removes it.
  pflow --quiet --slurm=-N4 "$flow" >again.csv
  rm -rf "$LAB"/tmp.1/pflow-*
  eventually all_is_clean
}

@test "what cannot be submitted leaves neither a run nor a job" {
  setup_runs
  run -125 --separate-stderr pflow --slurm='-p nowhere' --detach "$flow"
  same "pflow: Slurm's sbatch ended with status 1: sbatch: error: invalid partition specified: nowhere" \
    "${stderr_lines[0]}"
  fails 2 "pflow: the flow reads standard input, which a job of Slurm does not have; name a file (see pflow --help)" \
    pflow --slurm --detach 'pscan | pprint'
  fails 125 "pflow: pscan: missing.csv: No such file or directory" \
    pflow --slurm --detach 'pscan missing.csv | pprint'
  run -125 bash -c 'pflow --slurm --detach "$0" >/dev/full' "$flow"
  eventually all_is_clean
  same "" "$(ls "$XDG_STATE_HOME/penstock/runs")"
  fails 125 "pflow: there is no run 'abcdefgh'; pflow --status lists those that are kept" \
    pflow --submitted abcdefgh "$flow"
}
