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

# follow COMMAND: runs it with a pipe of what it writes.
follow() {
  mkfifo out
  bash -c "$1" >out 2>said 3>&- &
  job=$!
  exec 6<out
}

# left STATUS: the reader leaves, and the command ends with this status though nothing comes.
left() {
  exec 6<&-
  timeout 20 tail --pid="$job" -f /dev/null
  wait "$job" && status=0 || status=$?
  rm out
  same "$1" "$status"
}

@test "files are followed as they grow, and as others take their names" {
  printf 'n,t\n1,a\n' >log.csv
  follow 'exec pscan --follow log.csv -t csv'
  line n,t
  line 1,a
  printf '2,b\n3' >>log.csv
  line 2,b
  printf '0,c\n' >>log.csv
  line 30,c
  mv log.csv log.csv.1
  printf '4,d' >>log.csv.1
  printf 'n,t\n5,e\n' >log.csv
  line 4,d
  line 5,e
  left 141
  same "" "$(cat said)"
}

@test "several files, stages and flows follow" {
  printf '{"a":2.5,"b":"x"}\n' >b.ndjson
  for how in "pscan --follow a.ndjson b.ndjson | pfilter 'a > 2' -t csv" \
    "exec pflow -n 2 \"pscan --follow a.ndjson b.ndjson | pfilter 'a > 2' -t csv\""; do
    printf '{"a":1}\n' >a.ndjson
    follow "$how"
    line a,b
    line 2.5,x
    printf '{"a":3}\n' >>a.ndjson
    line 3,
    exec 6<&-
    kill "$job" 2>/dev/null
    wait "$job" || true
    rm out
  done
}

@test "15: followed rows have the names of their files" {
  printf 'n\n1\n' >a.csv
  : >b.csv
  follow "exec pscan --follow --file-name f a.csv b.csv -w 'n > 0' -t csv"
  line n,f
  line 1,a.csv
  printf 'n\n0\n2\n' >>b.csv
  line 2,b.csv
  mv a.csv a.csv.1
  printf 'n\n3\n' >a.csv
  line 3,a.csv
  printf '4\n' >>b.csv
  line 4,b.csv
  left 141
  same "" "$(cat said)"
  follow 'exec pflow -n 2 "pscan --follow --file-name f a.csv | pproject f,n -t csv"'
  line f,n
  line a.csv,3
  exec 6<&-
  kill "$job" 2>/dev/null
  wait "$job" || true
}

@test "a reader that has enough ends the stages before it, though no row comes" {
  mkfifo in
  exec 5<>in
  printf 'n\n1\n2\n' >&5
  same $'n\n1' "$(timeout 20 bash -c "pscan <in | pfilter 'n > 0' | phead -n 1 -t csv")"
  printf 'n\n1\n' >log.csv
  same $'n\n1' "$(timeout 20 bash -c 'pscan --follow log.csv | phead -n 1 -t csv')"
}

@test "what cannot be followed is an error" {
  refused() {
    run -"$1" --separate-stderr timeout 20 bash -c "$2"
    same "$3" "$stderr"
  }
  printf 'n\n1\n' >log.csv
  refused 1 'pscan --follow none.csv' "pscan: none.csv: No such file or directory"
  refused 1 'pscan --follow .' "pscan: .: is a directory, which cannot be followed"
  refused 2 'pscan --follow -' "pscan: --follow needs the names of files; what a pipe brings is read when it comes without it (see pscan --help)"
  refused 2 'pscan --follow --partition 1/2 log.csv' "pscan: --follow reads all rows, --partition some of them (see pscan --help)"
  refused 2 'pscan --follow --union-by-name log.csv' "pscan: --follow reads files with the same columns, --union-by-name others too (see pscan --help)"
  refused 2 'pscan --follow --file-name n log.csv' "pscan: --file-name: the input has a column 'n' of its own; choose another name (see pscan --help)"
  mkfifo fifo
  refused 1 'pscan --follow fifo' "pscan: fifo: is not a regular file, which alone can be followed; what a pipe brings is read when it comes without --follow"
  pscan log.csv -o rows.arrow
  refused 2 'pscan --follow rows.arrow' "pscan: rows.arrow: --follow is for text, but this is Arrow (see pscan --help)"
  follow 'exec pscan --follow log.csv -t csv'
  line n
  line 1
  : >log.csv
  same "" "$(cat <&6)"
  exec 6<&-
  wait "$job" && status=0 || status=$?
  same 1 "$status"
  same "pscan: log.csv: the file became shorter while it was followed (0 bytes, of which 4 were read); rotate it by its name, not by copying and cutting it" "$(cat said)"
  rm out
}

@test "15: rows of a compressed pipe come out when its writer flushes" {
  cat >pack.py <<'END'
import sys, zlib
packer = zlib.compressobj(wbits=31)
for line in iter(sys.stdin.buffer.readline, b""):
    sys.stdout.buffer.write(packer.compress(line) + packer.flush(zlib.Z_SYNC_FLUSH))
    sys.stdout.buffer.flush()
sys.stdout.buffer.write(packer.flush())
END
  each_line "python3 pack.py | pscan --types id=int,name=text -t csv" id,name
  each_line "python3 pack.py | pfilter 'id > 0' | pproject '*' -t csv" id,name
}
