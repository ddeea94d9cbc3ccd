# Loaded by the Bats files that run flows, behind setup.bash.

# everywhere FLOW: bash and pflow with 1, 2 and 7 workers give the same bytes.
everywhere() {
  local wanted
  wanted=$(bash -c "$1"; echo .)
  for workers in 1 2 7; do
    same "$wanted" "$(pflow -n "$workers" "$1"; echo .)" || {
      echo "with -n $workers: $1" >&2
      return 1
    }
  done
}

# flows_of_one_host: gives each flow of pflow's own tests to the caller's `everywhere`, which counts
# them in `flows`.
flows_of_one_host() {
  local flow
  tables
  flows=0
  while read -r flow; do
    # Some need what their test has made before them.
    if eval "bash -c ${flow#everywhere}" &>/dev/null; then eval "$flow"; fi
  done < <(grep -hE "^  everywhere ('[^']*'|\"[^\"]*\")$" "$root/tests/tools/pflow.bats")
  [ "$flows" -gt 30 ]
}

tables() {
  # By awk: the loops of the shell that a test runs in are slow.
  awk 'BEGIN {
    print "id,city,price,note"
    for (i = 1; i <= 2000; i++) printf "%d,c%d,%d.25,\"a\nb %d\"\n", i, i * 7 % 13, i % 10, i
  }' >rows.csv
  { echo 'name,size'; for i in $(seq 0 9); do echo "c$i,$((i * 100))"; done; } >cities.csv
  pscan rows.csv -o rows.arrow
}
