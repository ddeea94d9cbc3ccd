#!/usr/bin/env bash
# One pipeline on the three architectures of a parallel database: shared memory, shared disk and
# shared nothing. README.md says what crosses which wire.
# HOSTS='a b' are two hosts that ssh reaches (SSH is how), which have this folder at the same path; by
# default this machine stands for both.
set -euo pipefail
cd "$(dirname "$0")"
if [ -z "${HOSTS-}" ]; then
  HOSTS='a b'
  SSH=$PWD/../here.sh
fi
read -r a b <<<"$HOSTS"
: "${SSH:=ssh}"
d=$(mktemp -d)

# at HOST COMMAND: runs a command of the shell there.
at() {
  $SSH -o BatchMode=yes -- "$1" "$2"
}
trap 'rm -rf "$d"; for host in $HOSTS; do at "$host" "rm -rf $d"; done' EXIT

# architecture NAME INPUT OPTIONS…: shows the fragments of the pipeline and where they run, and checks
# that the answer is the shell's.
architecture() {
  local flow="pscan $2 |
    pfilter \"country = 'USA'\" |
    pagg -k state 'count(*) as airports, avg(latitude) as latitude' |
    psort -k airports:desc,state -n 5 -t csv"
  printf '\n# %s\n' "$1"
  pflow "${@:3}" --explain "$flow" | sed "s|$d|/disk|g"
  pflow "${@:3}" "$flow" | cmp - "$d/answer"
}

table=../data/airports.csv
pscan $table | pfilter "country = 'USA'" |
  pagg -k state 'count(*) as airports, avg(latitude) as latitude' |
  psort -k airports:desc,state -n 5 -t csv >"$d/answer"
cat "$d/answer"

# Four workers of one machine: they share its memory, and read one file.
architecture "shared memory" $table -n 4

# Two hosts with two workers each: they share a disk, on which the file has one path.
architecture "shared disk" $table --ssh "$SSH" --hosts "$a*2,$b*2"

# The same two hosts share nothing: each has one half of the rows on a disk of its own.
ppartition --range=M -k state -n 2 $table "$d/north.csv" "$d/south.csv"
for host in $a $b; do at "$host" "mkdir -p $d"; done
at "$a" "cat >$d/a.csv" <"$d/north.csv"
at "$b" "cat >$d/b.csv" <"$d/south.csv"
architecture "shared nothing" "$a:$d/a.csv $b:$d/b.csv" --ssh "$SSH" --hosts "$a*2,$b*2"
