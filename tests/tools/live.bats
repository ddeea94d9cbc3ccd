#!/usr/bin/env bats
# Rows of text come out when they are written, not when a block is full or the writer is done.

load ../setup

# begin COMMAND: runs it with a pipe of which the writer stays, and a pipe of what it writes.
begin() {
  mkfifo in out
  bash -c "$1" <in >out 2>said 3>&- &
  job=$!
  exec 5>in 6<out
}

# line WANTED: the next line that comes out.
line() {
  local got=
  read -r -t 20 -u 6 got || { echo "no line within 20 s: $(cat said)" >&2; return 1; }
  same "$1" "$got"
}

# ended STATUS: the writer leaves, nothing more comes, and the command ends with this status.
ended() {
  exec 5>&-
  same "" "$(cat <&6)"
  exec 6<&-
  wait "$job" && status=0 || status=$?
  rm in out
  same "$1" "$status"
}

# each_line COMMAND HEADER: of two columns, a number and a text, each row comes out by itself.
each_line() {
  begin "$1"
  printf '%s1,a\n' "${2:+$2$'\n'}" >&5
  [ -z "${3-$2}" ] || line "${3-$2}"
  line 1,a
  printf '2,b\n' >&5
  line 2,b
  printf '3,c\n4,' >&5
  line 3,c
  printf 'd\n' >&5
  line 4,d
  ended 0
  same "" "$(cat said)"
}

@test "each row of a pipe comes out by itself, through one stage or several" {
  each_line 'pscan -t csv' n,t
  each_line "pscan | pfilter 'n > 0' | pproject 'n, t' -t csv" n,t
  each_line "pscan --types '*=text' | pfilter 'length(t) = 1' -t csv" n,t
  each_line "pscan --no-header --names n,t -t csv" "" n,t
  each_line 'pscan --on-error skip | pprint -t csv' n,t
  each_line "pscan -f lines --types line=text | pproject 'line' -t lines" n,t
}

@test "and through a flow" {
  each_line "pflow \"pscan - | pfilter 'n > 0' | pproject 'n, t' -t csv\"" n,t
  each_line "pflow -n 2 \"pscan - | pfilter 'n > 0' | pproject 'n, t' -t csv\"" n,t
}

@test "records of JSON come out by themselves" {
  begin "pscan -f ndjson | pproject 'n + 1 as n' -t ndjson"
  printf '{"n": 1}\n{' >&5
  line '{"n":2}'
  printf '"n": 2}\n' >&5
  line '{"n":3}'
  ended 0
  begin "pscan -f ndjson -t ndjson"
  printf '[{"n": 1}' >&5
  line '{"n":1}'
  printf ', {"n": 2}]' >&5
  line '{"n":2}'
  ended 0
}

@test "head ends when it has its rows, though the writer stays" {
  begin 'phead -n 2 -t csv'
  printf 'n\n1\n2\n3\n' >&5
  line n
  line 1
  line 2
  wait "$job"
  ended 0
}

@test "a type that was guessed of the first rows is an error later" {
  begin 'pscan -t csv'
  printf 'n\n1\n' >&5
  line n
  line 1
  printf 'x\n' >&5
  ended 1
  same "pscan: standard input:3: column 'n': 'x' is not an integer; use --types n=text or --on-error=null" "$(cat said)"
}
