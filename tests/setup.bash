# Loaded by every Bats file: the tools first in PATH, an empty folder to work in.
bats_require_minimum_version 1.5.0

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
PATH=${PENSTOCK_BIN:-$root/build/dev/tools}:$PATH
mapfile -t tools < <(penstock --stages)

setup() {
  begin_test
}

begin_test() {
  # Else what holds for every tool would hold for none.
  [ ${#tools[@]} -gt 0 ]
  # Else a test's `wait` would wait for the process with which Bats counts down its time limit.
  [ -z "${BATS_killer_pid-}" ] || disown "$BATS_killer_pid"
  cd "$BATS_TEST_TMPDIR" || return 1
  printf 'id,city,price\n1,Bern,2.5\n2,Oslo,\n3,"Bern",10\n' >sales.csv
}

# many_rows: numbers.csv, 500,000 rows that are more than all processes and sockets of a flow hold
# together: 200 MB, whose texts differ, as the same ones would be sent once a batch.
many_rows() {
  { echo number,text; head -c 150000000 /dev/urandom | base64 -w 400 | awk '{ print NR "," $0 }'; } >numbers.csv
}

# same WANTED GOT: fails and shows both when they differ.
same() {
  [ "$1" = "$2" ] && return
  printf 'wanted:\n%s\ngot:\n%s\n' "$1" "$2" >&2
  return 1
}

# fails STATUS MESSAGE COMMAND…: the command ends with that status, says exactly MESSAGE on standard
# error and, as all output, nothing.
fails() {
  local status=$1 message=$2
  shift 2
  run "-$status" --separate-stderr "$@"
  same "$message" "$stderr"
}

# gives TEXT COMMAND…: the command succeeds, prints exactly TEXT and says nothing on standard error.
gives() {
  local text=$1
  shift
  run -0 --separate-stderr "$@"
  same "$text" "$output"
  same "" "$stderr"
}

# each FUNCTION: calls FUNCTION with the name of every tool that reads its last operand and writes to
# standard output, and operands that make it work: those of the line "# each: TOOL OPERANDS…" in the
# tool's own Bats file.
each() {
  local line lines words
  printf 'id,city\n1,a\n2,b\n' >left.csv
  printf 'id,name\n1,x\n' >right.csv
  mapfile -t lines < <(sed -n 's/^# each: //p' "$root"/tests/tools/*.bats)
  [ ${#lines[@]} -ge 10 ]
  for line in "${lines[@]}"; do
    eval "words=($line)"
    "$1" "${words[@]}"
  done
}
