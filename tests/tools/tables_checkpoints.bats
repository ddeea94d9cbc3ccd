#!/usr/bin/env bats
# Checkpoints of a table's log: those of other programs, and our own.
load ../setup

python=${PENSTOCK_PYTHON:-$root/build/venv/bin/python}

setup() { begin_test; }

# Removes the files of all versions before VERSION.
forget_before() {
  local i
  for ((i = 0; i < $1; ++i)); do rm "T/_delta_log/$(printf '%020d' "$i").json"; done
}
sums() { pagg 'count(*) as n, sum(k) as s' T -t csv "$@" | tail -n 1; }
their_sums() {
  "$python" -c 'import deltalake, pyarrow.compute as c, pyarrow as pa
t = pa.table(deltalake.DeltaTable("T").to_pyarrow_table())
print(t.num_rows, c.sum(t["k"]).as_py(), sep=",")'
}

@test "a table whose first versions are only in a checkpoint of delta-rs" {
  "$python" - <<'P'
import deltalake, pyarrow as pa
for i in range(25):
    deltalake.write_deltalake("T", pa.table({"k": [i], "p": [f"a b/{i % 3}"]}), mode="append",
                              partition_by=["p"], configuration={"delta.appendOnly": "false"} if i == 0 else None)
    if i == 20:
        deltalake.DeltaTable("T").create_checkpoint()
P
  forget_before 20
  same 25,300 "$(sums)"
  same 22,231 "$(sums --as-of 21)"
  run -1 --separate-stderr pscan --as-of 19 T -t csv
  same "pscan: T: version 19 is no longer there; the oldest is 20" "$stderr"
  printf 'k,p\n1000,a b/1\n' | pinsert T
  pdelete T -w 'k = 3'
  same 25,1297 "$(sums)"
  same 25,1297 "$(their_sums)"
  "$python" -c 'import deltalake; deltalake.DeltaTable("T").delete("k = 4")'
  same 24,1293 "$(sums)"
}

@test "every hundredth version has a checkpoint, which others read" {
  for format in parquet arrow; do
    ppartition -q -t $format --hash -k k -n 2 -o T <(printf 'k\n0\n')
    for i in {1..100}; do printf 'k\n%d\n' "$i" | pinsert -q T; done
    [ -s "T/_delta_log/$(printf '%020d' 100).checkpoint.parquet" ]
    [[ $(<T/_delta_log/_last_checkpoint) == '{"version":100,'* ]]
    wanted=$(sums)
    pdelete -q T -w 'k = 7'
    forget_before 101
    [ "$wanted" != "$(sums)" ]
    same "$wanted" "$(sums --as-of 100)"
    [[ $(sums) == *,5043 ]]
    [ $format = arrow ] || same "$(sums)" "$(their_sums)"
    rm -r T
  done
}

@test "a damaged checkpoint is an error where the versions are gone, and only there" {
  ppartition -q -t parquet --hash -k k -n 2 -o T <(printf 'k\n0\n')
  for i in {1..101}; do printf 'k\n%d\n' "$i" | pinsert -q T; done
  file="T/_delta_log/$(printf '%020d' 100).checkpoint.parquet"
  echo damaged >T/_delta_log/_last_checkpoint
  wanted=$(sums)
  cp "$file" whole
  for bytes in 0 5 1000; do
    head -c $bytes whole >"$file"
    same "$wanted" "$(sums)"
  done
  forget_before 101
  run -1 --separate-stderr pscan T -t csv
  [[ $stderr == "pscan: T: the versions before 101 are only in a checkpoint: $file: "* ]]
  cp whole "$file"
  same "$wanted" "$(sums)"
}
