#!/usr/bin/env bash
# exchange.sh FILE KEY: two senders each send the rows of FILE, partitioned by KEY, to two receivers.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
to=ipc://$directory/1,ipc://$directory/2
pids=()
for end in 1 2; do
  pexchange --hash -k "$2" --send "$to" "$1" &
  pids+=($!)
  pexchange --receive "ipc://$directory/$end" --senders 2 -t arrow >/dev/null &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
