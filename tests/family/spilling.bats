#!/usr/bin/env bats
# What all tools share that put on disk what does not fit into the memory: the temporary file's
# faults, the notes about it, and that none is left.

load ../setup

# `many N` makes a table of N rows with as many ids, and one to join it with.
many() {
  seq 1000 | awk 'BEGIN { print "id,n" } { print $1 * 7 "," $1 }' >few.csv
  seq "$1" | awk 'BEGIN { print "id,text" } { print $1 * 7 % 1000003 ",a text of " $1 }' >many.csv
}

# Sets `command` to that of a tool which must hold what it reads from "input".
command_of() {
  case $1 in
    psort) command=(psort -k id input) ;;
    pagg) command=(pagg -k id 'count(*)' input) ;;
    puniq) command=(puniq -k id input) ;;
    pjoin) command=(pjoin -k id few.csv input) ;;
    ppartition) command=(ppartition --range -k id -n 2 input one.arrows two.arrows) ;;
  esac
  command+=(-S 64K)
}
spillers=(psort pagg puniq pjoin ppartition)

# Starts `command` and gives it a table through the FIFO "input", which stays open as descriptor 5,
# until it has a temporary file; `pid` is its process.
begin_spilling() {
  rm -f input
  mkfifo input
  mkdir -p temp
  "${command[@]}" -T temp >out 2>err 3>&- 5>&- &
  pid=$!
  exec 5>input
  cat many.csv >&5
  for _ in $(seq 200); do
    ls -l "/proc/$pid/fd" | grep -q '/temp/.*deleted' && return
    sleep 0.05
  done
  return 1
}

@test "-v tells that it spilled; a table that fits is not spilled" {
  many 20000
  cp many.csv input
  for tool in psort pagg puniq pjoin; do
    command_of $tool
    run -0 --separate-stderr bash -c '"$@" -v >/dev/null' _ "${command[@]}"
    [[ $stderr == *"$tool: "*"not fit into the memory: "* ]] || same "$tool reports it" "$stderr"
    run -0 --separate-stderr bash -c '"$@" -v >/dev/null' _ "${command[@]::${#command[@]}-2}"
    [[ $stderr != *"not fit"* ]] || same "$tool has nothing to tell" "$stderr"
  done
}

@test "a directory that is not there, a file that may not grow" {
  many 40000
  cp many.csv input
  local advice="; use -T (or TMPDIR) to name another directory"
  trap '' XFSZ
  for tool in "${spillers[@]}"; do
    command_of $tool
    run -1 --separate-stderr bash -c '"$@" >/dev/null' _ "${command[@]}" -T nowhere
    same "$tool: temporary file in nowhere: create: No such file or directory$advice" "$stderr"
    run -1 --separate-stderr bash -c 'ulimit -f 100; "$@" >/dev/null' _ "${command[@]}" -T .
    same "$tool: temporary file in .: write: File too large$advice" "$stderr"
    [ ! -e one.arrows ]
  done
}

@test "a temporary file that has changed is an error, and no answer looks whole" {
  many 60000
  for tool in "${spillers[@]}"; do
    command_of $tool
    begin_spilling
    local file
    file=$(ls -l "/proc/$pid/fd" | awk '/\/temp\/.*deleted/ { print $9; exit }')
    local bytes
    bytes=$(stat -L -c %s "/proc/$pid/fd/$file")
    [ "$bytes" -gt 0 ]
    python3 - "/proc/$pid/fd/$file" "$bytes" <<'END'
import sys
with open(sys.argv[1], "r+b") as file:
    file.write(b"\xa5" * int(sys.argv[2]))
END
    exec 5>&-
    local status=0
    wait $pid || status=$?
    same "$tool 1" "$tool $status"
    [[ $(cat err) == "$tool: temporary file in temp: "* ]] || same "$tool: temporary file …" "$(cat err)"
    if [ -s out ]; then run ! pscan -t csv out; fi
    [ ! -e one.arrows ] && [ ! -e two.arrows ]
    same "" "$(ls -A temp)"
  done
}

@test "no temporary file is left, not even by kill -9" {
  many 200000
  for tool in "${spillers[@]}"; do
    command_of $tool
    begin_spilling
    kill -9 $pid
    wait $pid || true
    exec 5>&-
    same "" "$(ls -A temp)"
  done
}
