# Loaded by the Bats files of this folder, which run in tests/slurm/lab.
load ../setup.bash

setup() {
  if [ -z "${LAB-}" ] || [ -z "${SLURM_CONF-}" ]; then
    [ "$(id -u)" = 0 ] || skip "network namespaces need root"
    skip "runs in tests/slurm/lab, as scripts/test does it"
  fi
  begin_test
  # Each node has its own, which srun does not change.
  export TMPDIR=$LAB/tmp
}

# left NODE: the processes that run on a node, but for Slurm's own.
left() {
  local pid words
  for pid in $(ip netns pids "$1"); do
    case $(readlink "/proc/$pid/exe") in
      */slurmd* | */slurmstepd* | '') continue ;;
    esac
    # One that has ended meanwhile has none.
    words=$(cat "/proc/$pid/cmdline" 2>/dev/null | tr '\0' ' ')
    [ -z "$words" ] || echo "$pid $words"
  done
}

# eventually COMMAND…: it succeeds within some seconds.
eventually() {
  local i
  for ((i = 0; i < 200; ++i)); do
    if "$@"; then return 0; fi
    sleep 0.05
  done
  echo "not within 10 s: $*" >&2
  return 1
}

# is_clean NODE…: nothing of ours runs there, and no folder of a run is left.
is_clean() {
  local node
  for node in "$@"; do
    [ -z "$(left "$node")" ] && [ -z "$(ls -A "$LAB/tmp.${node#n}")" ] || return
  done
}

# has_no_job: Slurm has no job, and no program of it is left of one.
has_no_job() {
  [ -z "$(squeue --noheader)" ] && ! pgrep -x salloc && ! pgrep -x srun && ! pgrep -x scancel
}

# all_is_clean: no job, and nothing on any node.
all_is_clean() {
  has_no_job && is_clean n1 n2 n3 n4
}

# numbers N: a file of that many rows.
numbers() {
  { echo number,text; seq "$1" | sed 's/$/,some text/'; } >numbers.csv
}
