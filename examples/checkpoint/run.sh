#!/usr/bin/env bash
# A flow that outlives what it runs into: what `pflow --checkpoint` and `--resume` are for. Its last
# stage is a program that kills pflow itself when it runs for the first time, as a power cut would;
# the run then goes on, and what was done before is not done again.
set -euo pipefail
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
export DIR

cat >"$DIR/unlucky" <<'END_OF_SCRIPT'
#!/bin/sh
if mkdir "$DIR/tried" 2>/dev/null; then kill -KILL $PPID; sleep 5; fi
cat
END_OF_SCRIPT
chmod +x "$DIR/unlucky"

# The subshell keeps the death to itself.
( pflow -q -n 2 --checkpoint="$DIR/run" "pscan ../data/birdstrikes.csv |
    pagg -k '\"Phase of flight\"' 'count(*) as strikes' |
    psort -k strikes:desc -n 3 -t csv | $DIR/unlucky"; exit $? ) 2>/dev/null || echo "pflow ended with $?"

echo "fragments with outputs: $(cd "$DIR/run"; ls -d fragment-*/task-* | cut -d/ -f1 | uniq | tr '\n' ' ')"
pflow -q --log "$DIR/log" --resume="$DIR/run"
echo "processes of fragment 1 that ran again: $(grep -c '"event":"start","fragment":1' "$DIR/log" || true)"
