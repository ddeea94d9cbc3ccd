#!/usr/bin/env bats
# Tables whose writers are killed, find no room, or are many.
load ../setup

# bats test_tags=slow
@test "a writer that is killed leaves the table as it was, or as it makes it" {
  run -0 python3 -B "$root/tests/tables/fire.py" --rounds 20
  [[ $output == "20 rounds of "*", 0 failed; "* ]]
}

# bats test_tags=slow
@test "a writer without room on the disk says so, and leaves the table as it was" {
  if [ "$(id -u)" != 0 ]; then skip "only root can make a small disk"; fi
  run -0 python3 -B "$root/tests/tables/fire.py" --full-disk --rounds 20
  [[ $output == "20 rounds of "*", 0 failed; "* ]]
}

@test "a file that may not grow larger is the same" {
  { echo id,v; seq 5000 | awk '{ print $1 "," $1 * 7919 % 10007 }'; } >rows.csv
  ppartition --hash -k id -n 1 -o T/ rows.csv
  for kilobytes in 1 4; do
    run -1 --separate-stderr bash -c 'trap "" XFSZ; ulimit -f "$0"; exec "$@"' "$kilobytes" \
      pupdate --set 'v = v + 1' T
    same "pupdate: T: write: File too large" "$stderr"
  done
  same 2 "$(find T -type f | wc -l)"
  gives $'v\n7919' pscan -c v -w 'id = 1' -t csv T
}

# bats test_tags=slow
@test "many writers and readers: each row is there once, and each reader sees one version" {
  run -0 python3 -B "$root/tests/tables/writers.py" --writers 8 --commits 12
  [[ $output == "96 commits in "* ]]
}
