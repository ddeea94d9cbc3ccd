# Loaded by the Bats files of this folder, which run in tests/hosts/lab.
load ../setup.bash

setup() {
  if [ -z "${LAB-}" ]; then
    [ "$(id -u)" = 0 ] || skip "network namespaces need root"
    skip "runs in tests/hosts/lab, as scripts/test does it"
  fi
  begin_test
}

# on HOST COMMAND: a command of its shell.
on() {
  $LAB_SSH "$@"
}

# left HOST: the processes of ours that run on a host.
left() {
  local pid
  for pid in $(ip netns pids "$1"); do
    case $(readlink "/proc/$pid/exe") in
      */sshd | '') ;;
      *) echo "$pid $(tr '\0' ' ' <"/proc/$pid/cmdline")" ;;
    esac
  done
}

# says WORDS: the file `said` has them, else it is shown.
says() {
  grep -q -- "$1" said || {
    cat said >&2
    return 1
  }
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

# is_clean HOST: nothing of ours runs there, and no folder of a run is left.
is_clean() {
  [ -z "$(left "$1")" ] && [ -z "$(ls -A "$LAB/tmp.${1#h}")" ]
}
