# Loaded by the Bats files that compare many answers on several hosts, behind setup.bash: TPC-H's
# queries, and random flows.

# wrap WORDS…: from now on pflow has these words before all others.
wrap() {
  mkdir "$BATS_TEST_TMPDIR/wrapped"
  printf '#!/bin/sh\nexec %s "$@"\n' "$(printf '%q ' "$PENSTOCK_BIN/pflow" "$@")" \
    >"$BATS_TEST_TMPDIR/wrapped/pflow"
  chmod +x "$BATS_TEST_TMPDIR/wrapped/pflow"
  PATH=$BATS_TEST_TMPDIR/wrapped:$PATH
}

# tpch_answers [FOLDER]: pflow's are the known ones, also with checkpoints below a folder.
tpch_answers() {
  export TPCH=$BATS_TEST_TMPDIR/tables
  mkdir "$TPCH"
  local file query name count=0
  for file in "$root"/tests/data/tpch-sf0.01/*.tbl.gz; do
    gunzip -c "$file" >"$TPCH/$(basename "$file" .gz)"
  done
  for query in "$root"/examples/tpch/q*.sh; do
    name=$(basename "$query" .sh)
    pflow ${1:+--checkpoint="$1/$name"} -f "$query" >answer.csv
    diff "$root/tests/data/tpch-sf0.01/answers/$name.csv" answer.csv
    count=$((count + 1))
  done
  same 22 "$count"
}

# random_checkpoints COUNT FOLDER: the same with checkpoints, of which some are killed and go on, in a
# folder.
random_checkpoints() {
  "$PENSTOCK_PYTHON" "$root/tests/generated/run.py" --cases "$1" --keep "$2" flow_checkpoints
}

# random_answers COUNT: pflow's are the shell's, for so many flows.
random_answers() {
  "$PENSTOCK_PYTHON" "$root/tests/generated/run.py" --cases "$1" --keep "$BATS_TEST_TMPDIR/kept" flow_texts
}
