#!/usr/bin/env bash
# exchange.sh FILE KEY [ipc|tcp|keys]: two senders each send the rows of FILE, partitioned by KEY, to
# two receivers, over ipc, over loopback tcp, or over that with keys.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
ends=("ipc://$directory/1" "ipc://$directory/2")
keys=()
if [ "${3-ipc}" != ipc ]; then
  port=$((20000 + RANDOM % 10000))
  ends=("tcp://127.0.0.1:$port" "tcp://127.0.0.1:$((port + 1))")
fi
if [ "${3-ipc}" = keys ]; then
  pexchange --make-keys -o "$directory/keys"
  keys=(--keys "$directory/keys")
fi
pids=()
for end in "${ends[@]}"; do
  pexchange --hash -k "$2" --send "${ends[0]},${ends[1]}" "${keys[@]}" "$1" &
  pids+=($!)
  pexchange --receive "$end" --senders 2 "${keys[@]}" -t arrow >/dev/null &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
