# pflow --slurm: the nodes of a job, and a job that is asked for.
load lab.bash
load ../flows.bash

# everywhere FLOW: on nodes of Slurm as in a shell, with options that take turns from flow to flow.
everywhere() {
  local wanted choices=("-N 4 --ntasks-per-node=2" "-w n1,n3 --exclusive" "-n 3")
  local options=${choices[flows++ % 3]}
  wanted=$(bash -c "$1"; echo .)
  same "$wanted" "$(pflow --slurm="$options" "$1"; echo .)" || {
    echo "with $options: $1" >&2
    return 1
  }
}

@test "the flows of the tests of one host give the same bytes" {
  flows_of_one_host
  eventually all_is_clean
}

@test "inside a job its nodes are used, with slots for its tasks or else its processors" {
  tables
  local flow="pscan rows.csv | pagg -k city 'sum(price)' | psort -k city -t csv"
  local wanted
  wanted=$(bash -c "$flow")
  run -0 salloc --quiet -N3 --ntasks-per-node=2 pflow --slurm --explain "$flow"
  [ "${lines[0]}" = "# pflow -n 6" ]
  [[ $output = *"1 4 on n1, 2 5 on n2, 3 6 on n3"* ]]
  run -0 salloc --quiet -w n2,n4 --exclusive pflow --slurm --explain "$flow"
  [ "${lines[0]}" = "# pflow -n 4" ]
  [[ $output = *"1 3 on n2, 2 4 on n4"* ]]
  gives "$wanted" salloc --quiet -N3 --ntasks-per-node=2 pflow --slurm "$flow"
  gives "$wanted" salloc --quiet -N2 pflow --slurm -n 5 "$flow"
  # What users set for their own srun does no harm.
  gives "$wanted" salloc --quiet -N2 --ntasks-per-node=2 -c1 env SLURM_LABELIO=1 \
    SLURM_STDOUTMODE=none SLURM_STDINMODE=none SLURM_EXPORT_ENV=NONE SLURM_BCAST=/nowhere/x \
    SLURM_DISTRIBUTION=arbitrary SLURM_HOSTFILE=/nowhere SLURM_NTASKS_PER_NODE=7 \
    SSH_CONNECTION='192.0.2.1 1 192.0.2.2 22' pflow --slurm "$flow"
  eventually all_is_clean
}

@test "a batch script" {
  tables
  local flow="pscan rows.csv | pagg -k city 'sum(price)' | psort -k city -t csv"
  cat >job.sh <<END
#!/bin/sh
#SBATCH --nodes=4 --ntasks-per-node=2 --output=job.out --error=job.err
pflow --slurm "$flow"
END
  sbatch --quiet --wait job.sh
  same "" "$(cat job.err)"
  same "$(bash -c "$flow")" "$(cat job.out)"
  eventually all_is_clean
}

@test "nodes that are asked for are waited for, and given back" {
  salloc --quiet -N4 --exclusive sleep 1.5 &
  eventually eval '[ "$(squeue --noheader --states=RUNNING | wc -l)" = 1 ]'
  run -0 --separate-stderr pflow --slurm=-N4 'pprint -t csv sales.csv'
  same "$(pprint -t csv sales.csv)" "$output"
  same "pflow: waiting until Slurm allocates nodes" "$stderr"
  wait
  eventually all_is_clean
}

@test "a flow that waits for nodes can be ended" {
  salloc --quiet --kill-command=KILL -N4 --exclusive sleep 60 &
  local status
  eventually eval '[ "$(squeue --noheader --states=RUNNING | wc -l)" = 1 ]'
  for signal in TERM KILL; do
    status=0
    pflow --quiet --slurm=-N4 'pprint -t csv sales.csv' 2>said &
    eventually eval '[ "$(squeue --noheader --states=PENDING | wc -l)" = 1 ]'
    kill -$signal $!
    wait $! || status=$?
    same $((128 + $(kill -l $signal))) "$status"
    eventually eval '[ -z "$(squeue --noheader --states=PENDING)" ]'
  done
  scancel "$(squeue --noheader --format=%i)"
  wait
  eventually all_is_clean
}

@test "what Slurm refuses, in its words" {
  run -125 --separate-stderr pflow --slurm='-p nowhere' 'pscan sales.csv'
  same "pflow: Slurm allocates no nodes: salloc ended with status 1: salloc: error: invalid partition specified: nowhere" \
    "${stderr_lines[0]}"
  run -125 --separate-stderr pflow --slurm='-w n9' 'pscan sales.csv'
  [[ $stderr = "pflow: Slurm allocates no nodes: "*"Invalid node name specified" ]]
  run -125 --separate-stderr pflow --slurm='--no-such-option' 'pscan sales.csv'
  [[ $stderr = "pflow: Slurm allocates no nodes: "*"no-such-option"* ]]
  run -125 --separate-stderr env SLURM_JOB_ID=77777 SLURM_JOB_NODELIST=n1 SLURM_JOB_CPUS_PER_NODE=1 \
    pflow --slurm 'pscan sales.csv'
  [[ ${stderr_lines[0]} = "pflow: n1: srun ended with status 1: srun: error: "* ]]
  eventually all_is_clean
}

@test "options that cannot work" {
  fails 2 "pflow: --slurm: 'hostname' is not an option of Slurm; the flow stands outside of them, as in --slurm='-p PARTITION' 'PIPELINE' (see pflow --help)" \
    pflow --slurm='-N4 hostname' 'pscan sales.csv'
  fails 2 "pflow: --slurm: with Slurm's option --no-shell there is no job for the flow (see pflow --help)" \
    pflow --slurm=--no-shell 'pscan sales.csv'
  fails 2 "pflow: --slurm has hosts of its own, and reaches them by srun, so --hosts, --hostfile and --ssh have no meaning beside it (see pflow --help)" \
    pflow --slurm --hosts n1 'pscan sales.csv'
  fails 2 "pflow: pflow runs in Slurm's job 7 and uses its nodes, so --slurm has no options to ask for others (see pflow --help)" \
    env SLURM_JOB_ID=7 SLURM_JOB_NODELIST=n1 SLURM_JOB_CPUS_PER_NODE=1 pflow --slurm=-N2 'pscan sales.csv'
  run -2 --separate-stderr pflow --slurm="-N '4" 'pscan sales.csv'
  [[ $stderr = "pflow: --slurm: "* ]]
}

@test "a host without Slurm, and nodes without Penstock" {
  mkdir bare
  ln -s /bin/sh /bin/cat /bin/env bare
  fails 125 "pflow: Slurm's salloc cannot be run: No such file or directory; --slurm is for hosts that have Slurm" \
    env PATH="$PWD/bare:$LAB/bin" pflow --slurm 'pscan sales.csv'
  fails 125 "pflow: n1: srun cannot be run: No such file or directory" \
    env PATH="$PWD/bare:$LAB/bin" SLURM_JOB_ID=7 SLURM_JOB_NODELIST=n1 SLURM_JOB_CPUS_PER_NODE=1 \
    pflow --slurm 'pscan sales.csv'
  run -125 --separate-stderr pflow --slurm=-N2 --remote-pflow /nowhere/pflow 'pscan sales.csv'
  # srun writes the lines of the shell and its own in any order; a note may stand before them.
  grep -qE "^pflow: n[12]: '/nowhere/pflow' is not a program that can be run there: " <<<"$stderr"
  grep -q "/nowhere/pflow: not found$" <<<"$stderr"
  eventually all_is_clean
}

@test "--deploy works through srun" {
  export XDG_CACHE_HOME=$LAB/own
  run -0 --separate-stderr pflow --slurm='-w n1,n2' --deploy 'pprint -t csv sales.csv'
  same "$(pprint -t csv sales.csv)" "$output"
  [[ $stderr = "pflow: Penstock was copied to n1, n2; "* ]]
  gives "$(pprint -t csv sales.csv)" pflow --slurm='-w n1,n2' --deploy 'pprint -t csv sales.csv'
  rm -r "$LAB"/own.[12]/penstock
  eventually all_is_clean
}

@test "an input that a node lacks is an error before any row moves" {
  cp sales.csv "$LAB/own/other.csv"
  cd "$LAB/own"
  run -125 --separate-stderr pflow --slurm='-w n1' -n 2 "pagg -k city 'sum(price)' other.csv"
  same "pflow: n1: $LAB/own/other.csv: No such file or directory; every host needs the input at the same path, unless --transfer sends it" "$stderr"
  same "" "$output"
}

@test "rows between nodes never pass through this host, and nothing listens without keys" {
  received() { awk '$1 == "br0:" { print $2 }' /proc/net/dev; }
  awk 'BEGIN { print "k,v"; for (i = 0; i < 400000; i++) printf "%d,%d\n", i * 7919 % 100003, i }' >big.csv
  local before after
  before=$(received)
  pflow --slurm=-N4 "pscan big.csv | pagg -k k 'median(v) as m' | pagg 'count(*), sum(m)' -t csv" >out
  after=$(received)
  same "$(bash -c "pagg -k k 'median(v) as m' big.csv | pagg 'count(*), sum(m)' -t csv")" "$(cat out)"
  echo "$((after - before)) bytes" >&2
  [ $((after - before)) -lt 1000000 ]
}
