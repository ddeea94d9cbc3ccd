#!/usr/bin/env bash
# A Makefile whose targets are flows on hosts: made side by side, made again only where an input has
# changed, and never half made. The variables HOSTS and SSH of the Makefile say where.
set -euo pipefail
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# The targets that make makes now.
made() {
  make --no-print-directory -j2 OUT="$out" 2>&1 | sed -n "s|.*> $out/\([a-z]*\)\..*|\1|p" | sort
}

echo "# all targets, two flows at a time"
made
cat "$out/busiest.csv" "$out/strikes.csv"
echo "# nothing is out of date"
made
echo "# the counts of the origins are out of date, and what is made of them"
touch -d 1970-01-02 "$out/origins.arrows"
made
echo "# a flow that fails leaves no file"
make --no-print-directory OUT="$out" "$out/failed.csv" &>"$out/said" || grep -o "is not a valid int64" "$out/said"
[ ! -e "$out/failed.csv" ]
