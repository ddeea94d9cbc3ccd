#!/usr/bin/env bash
# slow_link.sh FILE ROWS WAY: sends the first ROWS rows of FILE from one host to another, as --compress
# WAY says, over a link of 100 Mbit/s. The hosts are network namespaces; so it needs root, or a
# system that lets users have namespaces.
set -euo pipefail
if [ -z "${SLOW_LINK_INSIDE-}" ]; then
  user=()
  [ "$(id -u)" = 0 ] || user=(--user --map-root-user)
  SLOW_LINK_INSIDE=1 exec unshare "${user[@]}" --net --mount --pid --fork --kill-child "$0" "$@"
fi
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
mount -t tmpfs tmpfs /run
ip netns add there
ip link add here type veth peer name eth0 netns there
ip addr add 10.77.0.1/24 dev here
ip -n there addr add 10.77.0.2/24 dev eth0
ip link set here up
ip -n there link set eth0 up
tc qdisc add dev here root tbf rate 100mbit burst 64kb latency 1s
pexchange --make-keys -o "$directory/keys"
to=tcp://10.77.0.2:5001
ip netns exec there pexchange --receive "$to" --senders 1 --keys "$directory/keys" -t arrow >/dev/null &
phead -n "$2" "$1" | pexchange --single --send "$to" --keys "$directory/keys" --compress "$3"
wait $!
