#!/usr/bin/env bats
# Where the system allows no more threads or memory: fewer threads, or one line.

load ../setup

# A folder that another user reaches.
setup_file() {
  LIMITS_DIR=$(mktemp -d)
  export LIMITS_DIR
  chmod 755 "$LIMITS_DIR"
  cd "$LIMITS_DIR" || return
  { echo k,v; seq 1 300000 | sed 's/.*/&,text of &/'; } >in.csv
  pscan in.csv >in.arrows
  mkdir -m 777 scratch
}

teardown_file() {
  rm -rf "$LIMITS_DIR"
}

setup() {
  cd "$LIMITS_DIR" || return
  set -f  # count(*) is not a pattern
}

# Runs a command as a user of no name that may start $1 processes more, threads included.
with_processes() {
  local more=$1
  shift
  if [ "$(id -u)" != 0 ]; then skip "only root can become a user without processes"; fi
  # The shell is one of them.
  setpriv --reuid=54321 --regid=54321 --clear-groups \
    env TMPDIR="$PWD/scratch" bash -c 'ulimit -u "$1"; shift; "$@"' - $((more + 1)) "$@"
}

is_one_line() {
  [ "$status" -eq 1 ]
  [ "${#stderr_lines[@]}" -eq 1 ]
  [[ ${stderr_lines[0]} == *"$1"* ]]
}

@test "without threads a tool goes on" {
  for command in 'pscan in.csv' 'psort -k v in.arrows' 'psort -S 2M -k v in.arrows' \
    'pagg -k v count(*) in.csv' 'pjoin -k k --type semi in.csv in.arrows' 'phead -n 9 in.csv'; do
    whole=$($command -t csv | sha256sum)
    for threads in 0 1; do
      run -0 --separate-stderr with_processes $threads $command -t csv -o scratch/out.csv
      [ -z "$stderr" ]
      [ "$(sha256sum <scratch/out.csv)" = "$whole" ]
      rm -f scratch/out.csv
    done
  done
}

@test "what needs a thread says so in one line" {
  run --separate-stderr with_processes 0 pmerge in.arrows in.arrows
  is_one_line 'pmerge: a thread cannot be started: '
  run --separate-stderr with_processes 0 pjoin --algorithm symmetric -k k --type semi in.arrows in.arrows
  is_one_line 'pjoin: a thread cannot be started: '
  run --separate-stderr with_processes 1 pexchange --receive "ipc://$PWD/scratch/s" --senders 1
  is_one_line 'pexchange: '
}

@test "without memory a tool says so in one line" {
  for command in 'pscan in.csv' 'psort -k v in.arrows' 'pagg -k v array_agg(k) in.csv' \
    'pjoin -k k --type semi in.csv in.arrows'; do
    for kib in 30000 40000 50000 60000 80000; do
      run --separate-stderr bash -c 'ulimit -v "$1"; shift; exec "$@"' - $kib \
        $command -t csv -o out.csv
      [ "$status" -eq 0 ] || is_one_line 'out of memory' || is_one_line 'thread cannot be started'
    done
  done
}
