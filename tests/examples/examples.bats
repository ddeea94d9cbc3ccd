#!/usr/bin/env bats
# Each example runs as a reader would run it and prints what its file `expected` holds.

bats_require_minimum_version 1.5.0

setup() {
  examples="$BATS_TEST_DIRNAME/../../examples"
}

check() {
  cd "$examples/$1"
  run --separate-stderr -0 ./run.sh
  [ "$stderr" = "" ]
  diff expected <(printf '%s\n' "$output")
}

@test "pscan" { check pscan; }
@test "pfilter" { check pfilter; }
@test "pproject" { check pproject; }
@test "pagg" { check pagg; }
@test "psort" { check psort; }
@test "pjoin" { check pjoin; }
@test "phead" { check phead; }
@test "pmerge" { check pmerge; }
@test "pprint" { check pprint; }
@test "pflow" { check pflow; }
@test "ppartition" { check ppartition; }
@test "pexchange" { check pexchange; }
@test "volcano" { check volcano; }
@test "wordcount" { check wordcount; }
@test "db-benchmark" { check db-benchmark; }
@test "logs" { check logs; }
@test "hosts-by-hand" { check hosts-by-hand; }

@test "every example is a test" {
  for example in "$examples"/*/run.sh; do
    name=$(basename "$(dirname "$example")")
    grep -q "check $name;" "$BATS_TEST_DIRNAME/examples.bats"
  done
}
