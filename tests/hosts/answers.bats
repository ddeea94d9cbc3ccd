# bats file_tags=slow
# The same answers on four hosts: TPC-H's queries, and random flows.
load lab.bash

# Connections that are kept open, for each flow makes four.
warm() {
  ssh="$LAB_SSH -o ControlPath=$LAB/warm-%C"
  local i
  for i in 1 2 3 4; do $ssh -o ControlMaster=yes -N -f "h$i"; done
  mkdir "$BATS_TEST_TMPDIR/wrapped"
  printf '#!/bin/sh\nexec "%s/pflow" --ssh "%s" --hosts h1,h2,h3,h4 "$@"\n' \
    "$PENSTOCK_BIN" "$ssh" >"$BATS_TEST_TMPDIR/wrapped/pflow"
  chmod +x "$BATS_TEST_TMPDIR/wrapped/pflow"
  PATH=$BATS_TEST_TMPDIR/wrapped:$PATH
}

cool() {
  local i
  for i in 1 2 3 4; do
    $ssh -O exit "h$i" 2>/dev/null
    eventually is_clean "h$i"
  done
}

@test "TPC-H's 22 queries give the known answers" {
  warm
  export TPCH=$BATS_TEST_TMPDIR/tables
  mkdir "$TPCH"
  local file query name count=0
  for file in "$root"/tests/data/tpch-sf0.01/*.tbl.gz; do
    gunzip -c "$file" >"$TPCH/$(basename "$file" .gz)"
  done
  for query in "$root"/examples/tpch/q*.sh; do
    name=$(basename "$query" .sh)
    pflow -f "$query" >answer.csv
    diff "$root/tests/data/tpch-sf0.01/answers/$name.csv" answer.csv
    count=$((count + 1))
  done
  same 22 "$count"
  cool
}

@test "random flows give what the shell gives" {
  warm
  "$PENSTOCK_PYTHON" "$root/tests/generated/run.py" --cases 200 --keep "$BATS_TEST_TMPDIR/kept" flow_texts
  cool
}
