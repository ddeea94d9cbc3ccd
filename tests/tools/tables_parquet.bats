#!/usr/bin/env bats
# Tables of Parquet data, which are Delta tables: what we write others read, and the other way round.
load ../setup

python=${PENSTOCK_PYTHON:-$root/build/venv/bin/python}

setup() {
  begin_test
  {
    echo 'k,city,v,at,day'
    for i in $(seq 1 300); do
      echo "$i,c$((i % 5)),$((i * 7 % 100)).25,2024-01-02T03:04:05.678901,2024-02-$((i % 19 + 10))"
    done
  } >in.csv
}

rows() { tail -n +2 | sort; }

# The rows of T as delta-rs has them, as ours print them.
theirs() {
  "$python" - "$@" <<'P' | pscan -t csv | rows
import sys
import deltalake, pyarrow as pa
table = deltalake.DeltaTable("T", **({"version": int(sys.argv[1])} if sys.argv[1:] else {}))
rows = pa.table(table.to_pyarrow_table()).select(["k", "city", "v", "at", "day"])
with pa.ipc.new_stream(sys.stdout.buffer, rows.schema) as out:
    out.write_table(rows)
P
}
ours() { pscan T -c k,city,v,at,day "$@" -t csv | rows; }

@test "more partitions than files of Parquet are written at a time" {
  for how in "--hash -k k -n 150" "--by k"; do
    # shellcheck disable=SC2086
    ppartition -q -t parquet $how -o T in.csv
    diff <(ours) <(pscan in.csv -t csv | rows)
    diff <(ours) <(theirs)
    [ "$(find T -name '*.parquet' | wc -l)" -gt 64 ]
    rm -r T
  done
}

@test "delta-rs and Polars read what ppartition makes" {
  for how in "--hash -k k -n 4" "--range -k k -n 4" "--round-robin -n 3" "--by city"; do
    # shellcheck disable=SC2086
    ppartition -t parquet $how -o T in.csv
    diff <(ours) <(pscan in.csv -t csv | rows)
    diff <(ours) <(theirs)
    same 300 "$("$python" -c 'import polars; print(polars.read_delta("T").height)')"
    rm -r T
  done
}

@test "either changes the table in turn, and both read the same rows" {
  ppartition -t parquet --hash -k k -n 4 -o T in.csv
  "$python" -c 'import deltalake; deltalake.DeltaTable("T").delete("k % 7 = 0")'
  diff <(ours) <(theirs)
  pinsert T <(printf 'k,city,v,at,day\n1000,new,1.5,2030-01-01T00:00:00,2030-01-01\n')
  diff <(ours) <(theirs)
  "$python" - <<'P'
import deltalake
deltalake.DeltaTable("T").update(predicate="k = 5", new_values={"city": "there"})
P
  diff <(ours) <(theirs)
  pupdate T --set "v = v + 1, city = 'here'" -w 'k between 10 and 20'
  pdelete T -w "city = 'c1'"
  diff <(ours) <(theirs)
  "$python" - <<'P'
import deltalake
rows = deltalake.DeltaTable("T").to_pyarrow_table()
import pyarrow as pa
deltalake.write_deltalake("T", pa.table(rows).slice(0, 5), mode="append")
P
  diff <(ours) <(theirs)
  pupsert T -k k <(printf 'k,city,v,at,day\n20,up,2.5,2030-01-01T00:00:00,2030-01-01\n2000,up,2.5,2030-01-01T00:00:00,2030-01-01\n')
  diff <(ours) <(theirs)
  for version in 0 1 2 3 4; do diff <(ours --as-of $version) <(theirs $version); done
}

@test "tables that delta-rs makes are read, with their partition columns" {
  "$python" - <<'P'
import datetime, decimal
import deltalake, pyarrow as pa
utc = datetime.timezone.utc
rows = pa.table({
    "p": ["x", "y/z", None, "x"],
    "d": [datetime.date(2024, 1, i) for i in (1, 2, 3, 4)],
    "n": pa.array([1, None, 3, 4], pa.int32()),
    "t": [datetime.datetime(2024, 1, 1, 0, 0, 0, i, tzinfo=utc) for i in range(4)],
    "x": pa.array([decimal.Decimal("12345678901234567.89"), None, decimal.Decimal("-0.01"),
                   decimal.Decimal("0.00")], pa.decimal128(20, 2)),
    "l": [[1, 2], [], None, [3]],
})
deltalake.write_deltalake("T", rows, partition_by=["p", "d"])
P
  same 'p,d,n,t,x,l
x,2024-01-01,1,2024-01-01T00:00:00Z,12345678901234567.89,"[1,2]"
x,2024-01-04,4,2024-01-01T00:00:00.000003Z,0.00,[3]
y/z,2024-01-02,,2024-01-01T00:00:00.000001Z,,[]
,2024-01-03,3,2024-01-01T00:00:00.000002Z,-0.01,' "$(psort -k p,d T -t csv)"
  same 2 "$(pscan T -w "p = 'x'" | pagg 'count(*) as n' -t csv --out-no-header)"
  same 1 "$(pscan T -w "d > date '2024-01-03'" | pagg 'count(*) as n' -t csv --out-no-header)"
  same 1 "$(pscan T -w "t > timestamptz '2024-01-01T00:00:00.000002Z'" | pagg 'count(*) as n' -t csv --out-no-header)"
}

@test "a table with deletion vectors is refused, not read with its deleted rows" {
  ppartition -t parquet --hash -k k -n 2 -o T in.csv
  sed -i 's/"minReaderVersion":[0-9]*,"minWriterVersion":[0-9]*[^}]*/"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]/' T/_delta_log/*0.json
  fails 1 "pscan: T: the table has the feature 'deletionVectors', which Penstock cannot read" pscan T -t csv
}

@test "workers read parts of a Parquet table" {
  ppartition -t parquet --hash -k k -n 4 -o T in.csv
  flow="pscan T -w 'k < 250' | pagg -k city 'count(*) as n, sum(v) as v' | psort -k city | pprint -t csv"
  for n in 2 3; do same "$(sh -c "$flow")" "$(pflow -n $n "$flow")"; done
}

@test "columns that Delta Lake does not have are an error that says what to do" {
  pproject "k::uint16 as small, '12:00'::time as t" in.csv -o odd.arrow
  run -1 --separate-stderr ppartition -t parquet --hash -k small -n 2 -o T odd.arrow
  [[ $stderr == "ppartition: column 't': a table of Parquet data has no type for time"* ]]
  [ ! -e T ]
  pproject "k::uint16 as small" in.csv -o odd.arrow
  ppartition -t parquet --hash -k small -n 2 -o T odd.arrow
  same 300 "$(pagg 'count(*) as n' T -t csv --out-no-header)"
}

@test "an index names row groups" {
  seq 100000 | awk '{ print $1 "," $1 * 7919 % 100003 ",some text to be put beside it " $1 }' >many.csv
  ppartition -t parquet --round-robin -n 2 -S 1M -o M --no-header --names k,v,c many.csv
  pindex -k v M
  # Each row group is a batch of the index.
  groups=$("$python" -c 'import glob, pyarrow.parquet as p; print(sum(p.ParquetFile(f).num_row_groups for f in glob.glob("M/*/*.parquet")))')
  [ "$groups" -ge 4 ]
  same "$groups" "$(pscan M/_penstock/index-v/*.arrow | pproject '"penstock.file" as f, "penstock.batch" as b' |
    puniq | pagg 'count(*) as n' -t csv | tail -n 1)"
  for v in 1 7919 100002 100004; do
    same "$(awk -F, -v v=$v '$2 == v' many.csv)" "$(pscan -w "v = $v" M -t csv | tail -n +2)"
  done
  same "$(awk -F, '$2 >= 500 && $2 < 520' many.csv | sort)" "$(pscan -w 'v between 500 and 519' M -t csv | rows)"
  pindex --check M
}
