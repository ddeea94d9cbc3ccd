#!/usr/bin/env bats
# bats file_tags=conformance
# Every Arrow type between pyarrow, Polars, DuckDB and pscan, both ways.

bats_require_minimum_version 1.5.0

@test "streams and files of every type go both ways with pyarrow, Polars and DuckDB" {
  run "${PENSTOCK_PYTHON:-python3}" "$BATS_TEST_DIRNAME/interop.py" "$(command -v pscan)"
  echo "$output" | tail -n 20
  [ "$status" -eq 0 ]
}

@test "Parquet of every type goes both ways with pyarrow, Polars and DuckDB" {
  run "${PENSTOCK_PYTHON:-python3}" "$BATS_TEST_DIRNAME/parquet.py" "$(command -v pscan)"
  echo "$output" | tail -n 20
  [ "$status" -eq 0 ]
}
