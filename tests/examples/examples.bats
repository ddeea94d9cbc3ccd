#!/usr/bin/env bats
# Each example runs as a reader would run it and prints what its file `expected` holds.

bats_require_minimum_version 1.5.0

setup() {
  PATH=${PENSTOCK_BIN:-$BATS_TEST_DIRNAME/../../build/dev/tools}:$PATH
  examples="$BATS_TEST_DIRNAME/../../examples"
}

check() {
  cd "$examples/$1"
  run --separate-stderr -0 ./run.sh
  [ "$stderr" = "" ]
  diff expected <(printf '%s\n' "$output")
}

@test "each tool has an example" {
  mapfile -t tools < <(penstock --list)
  [ ${#tools[@]} -gt 10 ]
  for tool in "${tools[@]}"; do check "$tool"; done
}

@test "volcano" { check volcano; }
@test "wordcount" { check wordcount; }
@test "db-benchmark" { check db-benchmark; }
@test "logs" { check logs; }
@test "hosts-by-hand" { check hosts-by-hand; }
@test "architectures" { check architectures; }
@test "detached" { check detached; }
@test "checkpoint" { check checkpoint; }
@test "makefile-hosts" { check makefile-hosts; }
@test "tables-make" { check tables-make; }

@test "recipes" {
  run -0 "${PENSTOCK_PYTHON:-python3}" "$BATS_TEST_DIRNAME/recipes.py" "$examples/recipes.md"
  [ "${lines[-1]}" = "60 of 60 recipes print what the page says" ]
}

@test "every example is a test" {
  for example in "$examples"/*/run.sh; do
    name=$(basename "$(dirname "$example")")
    penstock --list | grep -qx "$name" || grep -q "check $name;" "$BATS_TEST_DIRNAME/examples.bats"
  done
}
