#!/usr/bin/env bash
# What a web server's log tells: who talks most, in how many sessions, how long they wait.
# The log is made here, in Apache's combined format with the microseconds of each answer (%D) behind:
# fields between spaces, in quotes where they have spaces themselves, so it is read as it is.
set -euo pipefail
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
cd "$TMP"

awk 'function next_number() { return seed = (seed * 16807) % 2147483647 }
BEGIN {
  seed = 7
  split("/ /search /cart /style.css /api/items", path); split("200 200 200 304 404 500", status)
  for (i = 0; i < 3000; ++i) {
    host = int(sqrt(next_number() % 400)); time += next_number() % 90
    page = next_number() % 5 + 1; result = int(seed / 64) % 6 + 1
    wait = 200 + next_number() % 1000 * (seed % 97 == 0 ? 900 : page)
    printf "10.0.0.%d - - [%02d/Nov/2026:%02d:%02d:%02d +0000] \"GET %s HTTP/1.1\" %d %d \"-\" \"-\" %d\n",
      host, 20 + time / 86400, time / 3600 % 24, time / 60 % 60, time % 60, path[page],
      status[result], 300 + seed % 5000, wait
  }
}' >access.log

pscan -f csv -d ' ' --no-header \
  --names host,ident,user,time,zone,request,status,bytes,referer,agent,us \
  --date-format '[%d/%b/%Y:%H:%M:%S' --types time=timestamp access.log -o log.arrow

# ask WHAT PIPELINE: as it stands, which two workers must agree with.
ask() {
  printf '\n# %s\n%s\n' "$1" "$2"
  eval "$2 -t table"
  cmp <(eval "$2 -t csv") <(pflow -n 2 "$2 -t csv")
}

ask 'The top talkers.' \
  "pagg -k host 'count(*) as requests, sum(bytes) as bytes' log.arrow |
  psort -k bytes:desc -n 5"

# A session begins where its host was silent for the half hour before.
ask 'Hosts with the most sessions.' \
  "pjoin --type anti -k host --on \"r.time < l.time and r.time >= l.time - interval '30 min'\" \\
    log.arrow <(pscan -c host,time log.arrow) |
  pagg -k host 'count(distinct time) as sessions' |
  pjoin -k host - <(pagg -k host 'count(*) as requests' log.arrow) |
  pproject 'host, sessions, round(requests::float / sessions, 1) as requests_each' |
  psort -k sessions:desc,host -n 5"

ask 'Milliseconds that half, 95 and 99 of a hundred requests took at most.' \
  "pproject \"split_part(request, ' ', 2) as path, us / 1000.0 as ms\" log.arrow |
  pagg -k path 'count(*) as requests,
    percentile_disc(0.5) within group (order by ms) as p50,
    percentile_disc(0.95) within group (order by ms) as p95,
    percentile_disc(0.99) within group (order by ms) as p99' |
  psort -k p99:desc"

ask 'The hours with the most errors.' \
  "pproject \"date_trunc('hour', time) as hour, status\" log.arrow |
  pagg -k hour 'count(*) as requests, count(*) filter (where status >= 400) as errors,
    count(*) filter (where status >= 500) as of_server' |
  psort -k errors:desc,hour -n 5"
