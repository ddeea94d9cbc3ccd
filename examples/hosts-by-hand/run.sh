#!/usr/bin/env bash
# An exchange between two hosts without pflow: pexchange over ssh. Each host scans its part of the
# flights and counts the origins that the exchange sends to it; this host puts the counts together.
# HOSTS='a b' are two hosts that have this folder at the same path; by default this host is both.
# The keys go over the standard input of ssh, never over a command line or a disk of the host.
read -ra hosts <<<"${HOSTS:-127.0.0.1 127.0.0.1}"
d=$(mktemp -d)
trap 'rm -rf "$d"' EXIT
pexchange --make-keys -o "$d/keys"

# at I COMMAND: runs COMMAND on host I, here or by ssh, with the keys as its standard input.
at() {
  if [ -z "${HOSTS-}" ]; then
    bash -c "$2" <"$d/keys"
  else
    ssh -o BatchMode=yes -- "${hosts[$1]}" "cd $(printf %q "$PWD") && $2" <"$d/keys"
  fi
}

port=$((20000 + RANDOM % 10000))
to=tcp://${hosts[0]}:$port,tcp://${hosts[1]}:$((port + 1))
for i in 0 1; do
  at $i "exec 3<&0
    pscan -c origin --partition $((i + 1))/2 ../data/flights-20k.json |
      pexchange --hash -k origin --send $to --worker $((i + 1)) --keys /dev/fd/3" &
done
count() {
  at "$1" "pexchange --receive tcp://${hosts[$1]}:$((port + $1)) --senders 2 --keys - |
    pagg -k origin 'count(*) as flights'"
}
pmerge <(count 0) <(count 1) | psort -k flights:desc,origin -n 5 -t csv
wait
