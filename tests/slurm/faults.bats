# What ends a flow on nodes of Slurm, and what is left of it.
load lab.bash

# begin NODES: a flow that is in the midst of its rows, for nobody reads its output: $manager, on
# descriptor 4, as $job. What it says goes to the file `said`.
begin() {
  many_rows
  rm -f out
  mkfifo out
  pflow --slurm="-w $1 ${2-}" 'pscan numbers.csv | pfilter "number > 0" | pexchange --hash -k number | pprint -t csv' \
    >out 2>said 3>&- &
  manager=$!
  exec 4<out
  read -r header <&4
  read -r first <&4
  job=$(squeue --noheader --states=RUNNING --name=pflow --format=%i)
}

# ended STATUS LIMIT: the flow ends with the status, within so many seconds, and one error.
ended() {
  local began=$SECONDS status=0
  wait "$manager" || status=$?
  exec 4<&-
  cat said >&2
  same "$1" "$status"
  [ $((SECONDS - began)) -le "$2" ]
  [ "$status" = 137 ] || same 1 "$(grep -c '^pflow: ' said)"
}

# step_of NODE: the number of the step that runs there.
step_of() {
  squeue --noheader --steps --format='%i %N' | sed -n "s/ $1\$//p"
}

# agents NODE: the process numbers of its agent, the one that waits first.
agents() {
  left "$1" | sed -n 's/ pflow --agent.*//p'
}

# swept NODE: what Slurm's KILL left there, the folder of a run, is removed by the next agent.
swept() {
  pflow --quiet --slurm="-w $1" 'pprint -t csv sales.csv' >swept.csv
  eventually all_is_clean
}

@test "a worker that is killed ends the flow, which names the node" {
  begin n1,n2
  kill -9 "$(left n2 | grep -v -e --agent | grep pexchange | sed 's/ .*//' | head -n 1)"
  local status=0
  wait "$manager" || status=$?
  exec 4<&-
  same 137 "$status"
  grep -q "host n2, .* died of signal 9" said
  eventually all_is_clean
}

@test "an agent that is killed ends the flow, whichever of its two processes it is" {
  for which in 1 2; do
    begin n1,n2
    kill -9 "$(agents n2 | sed -n "${which}p")"
    ended 125 5
    grep -q "^pflow: n2: its agent died of signal 9 (Killed)" said
    eventually all_is_clean
  done
}

@test "a manager that is killed leaves no process, no job and no file" {
  begin n1,n2
  kill -9 "$manager"
  wait "$manager" || true
  exec 4<&-
  eventually all_is_clean
  salloc --quiet -w n1,n2 pflow --slurm 'pprint -t csv sales.csv' >out.csv
  same "$(pprint -t csv sales.csv)" "$(cat out.csv)"
}

@test "a manager that is asked to end ends all and says so" {
  begin n1,n2
  kill -TERM "$manager"
  ended 143 5
  same "pflow: stopped by Terminated" "$(cat said)"
  eventually all_is_clean
}

@test "a reader that goes early ends the flow quietly" {
  many_rows
  same "$(head -n 2 numbers.csv)" \
    "$(pflow --slurm='-w n1,n2' 'pscan numbers.csv | pprint -t csv' 2>said | head -n 2)"
  same "" "$(cat said)"
  eventually all_is_clean
}

@test "scancel of the job ends the flow, with Slurm's words" {
  begin n1,n2
  scancel "$job"
  ended 125 5
  grep -qE "^pflow: n[12]: its agent died of signal [0-9]+ \(" said
  grep -qE "slurmstepd-n[12]: error: \*\*\* STEP $job\.[01] ON n[12] CANCELLED AT " said
  eventually all_is_clean
}

@test "scancel of a step ends the flow, with Slurm's words" {
  begin n1,n2
  scancel "$(step_of n2)"
  ended 125 5
  grep -qE "^pflow: n2: its agent died of signal 9 \(Killed\)" said
  # Whether the node's daemon can still say it depends on what is killed first.
  grep -qE "slurmstepd-n2: error: \*\*\* STEP $job\.[01] ON n2 CANCELLED AT |srun: error: n2: task 0: Killed" said
  eventually has_no_job
  swept n2
}

@test "an srun that is killed ends the flow" {
  begin n1,n2
  kill -9 "$(pgrep -f -o "^srun .*--nodelist=n2 ")"
  ended 125 5
  same "pflow: n2: srun died of signal 9 (Killed)" "$(cat said)"
  eventually has_no_job
  swept n2
}

@test "a salloc that is killed does no harm, and its job goes with the flow" {
  begin n1,n2
  kill -9 "$(pgrep -x salloc)"
  same 499999 "$(wc -l <&4)"
  wait "$manager"
  exec 4<&-
  same "" "$(cat said)"
  eventually all_is_clean
}

@test "a node whose processes are all killed ends the flow at once, which names it" {
  begin n1,n4
  local all
  mapfile -t all < <(ip netns pids n4)
  kill -9 "${all[@]}"
  local began=$SECONDS status=0
  wait "$manager" || status=$?
  exec 4<&-
  cat said >&2
  [ "$status" != 0 ]
  [ $((SECONDS - began)) -le 5 ]
  same 1 "$(grep -c '^pflow: ' said)"
  # Now and then srun notices it, and as a rule only the others do.
  grep -qE "^pflow: (.*is gone.*; )?n4: (does not report the ends of its workers|srun |its agent )" said
  eventually is_clean n1 n2 n3
  "$LAB/start_node" 4
  swept n4
}

# bats test_tags=slow
@test "a node that is cut off ends the flow, and cleans itself" {
  begin n1,n3
  local began=$SECONDS
  ip link set v3 down
  ended 125 30
  same "pflow: n3: nothing was heard of it for 15 s" "$(cat said)"
  until is_clean n1 n3; do
    [ $((SECONDS - began)) -lt 60 ]
    sleep 0.2
  done
  ip link set v3 up
  eventually all_is_clean
}

# bats test_tags=slow
@test "a job whose time is over ends the flow, with Slurm's words" {
  begin n1,n2
  # Slurm looks at the times of jobs every 30 seconds.
  scontrol update "JobId=$job" EndTime=now
  ended 125 60
  grep -qE "CANCELLED AT .* DUE TO TIME LIMIT" said
  eventually all_is_clean
}
