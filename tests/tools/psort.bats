#!/usr/bin/env bats
# each: psort -k id left.csv

load ../setup

@test "by keys, each in its direction, nulls last by default" {
  gives $'id,city,price\n1,Bern,2.5\n3,Bern,10\n2,Oslo,' psort -k price -t csv sales.csv
  gives $'id,city,price\n3,Bern,10\n1,Bern,2.5\n2,Oslo,' psort -k price:desc -t csv sales.csv
  gives $'id,city,price\n2,Oslo,\n3,Bern,10\n1,Bern,2.5' psort -k price:desc:nulls-first -t csv sales.csv
  gives $'id,city,price\n3,Bern,10\n1,Bern,2.5\n2,Oslo,' psort -k city,id:desc -t csv sales.csv
}

@test "-n gives the first of the sorted rows" {
  gives $'id,city,price\n3,Bern,10' psort -k price:desc -n 1 -t csv sales.csv
  gives 'id,city,price' psort -k price -n 0 -t csv sales.csv
}

@test "equal keys keep the input's order, also of many rows" {
  awk 'BEGIN { print "k,n"; for (i = 1; i <= 2000; i++) print i % 3 "," i }' >many.csv
  psort -k k -t csv many.csv >sorted
  same "$(tail -n +2 many.csv | sort -s -t, -k1,1n)" "$(tail -n +2 sorted)"
}

# many ROWS: numbers in no order, each with 80 bytes of text.
many() {
  awk -v rows="$1" 'BEGIN {
    print "k,text"
    for (i = 0; i < rows; i++)
      printf "%d,%d %s\n", (i * 7919) % 100003, i, "some text that makes the row as long as rows are and a bit longer"
  }'
}

@test "lines are sorted as LC_ALL=C sort does it, byte for byte" {
  python3 "$root/tests/bench/records.py" records.txt 20000
  { printf '\xef\xbb\xbfmarked\r\n'; cat records.txt records.txt; printf 'a\rb\r\n\n\na\n\tx\n"quoted\n1,2\nno newline at the end'; } >lines
  for memory in 64K 1M 1G; do
    psort -f lines -t lines -S "$memory" lines >sorted
    LC_ALL=C sort lines | cmp - sorted
  done
  psort -f lines -t lines -k line:desc -n 10 lines >sorted
  LC_ALL=C sort -r lines | head -n 10 | cmp - sorted
  psort -f lines -t lines <lines | cmp - <(LC_ALL=C sort lines)
}

@test "the answer does not depend on the memory" {
  many 60000 >many.csv
  psort -k k -t csv many.csv >whole
  same "$(tail -n +2 many.csv | sort -s -t, -k1,1n | sha256sum)" "$(tail -n +2 whole | sha256sum)"
  for memory in 64K 1M 16M; do
    psort -k k -t csv -S "$memory" many.csv | cmp - whole
    psort -k k -n 30000 -t csv -S "$memory" many.csv | cmp - <(head -n 30001 whole)
  done
}

# bats test_tags=memory
@test "the memory is kept to" {
  many 600000 >many.csv
  run -0 bash -c '
    peak() { python3 -c "import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)" "$@"; }
    peak psort -k k -S 1M many.csv
    peak psort -k k -S 16M many.csv
    peak psort -f lines -S 1M many.csv
    peak psort -k k many.csv'
  for i in 0 1 2; do
    limit=$(((i == 1 ? 16384 : 1024) * 11 / 10 + 40960))
    [ "${lines[i]}" -lt $limit ] || same "below $limit" "${lines[i]}"
  done
  # So much would be taken without a limit.
  [ "${lines[3]}" -gt 60000 ]
}

@test "bytes that are not UTF-8 are lines too" {
  python3 -c 'import os, sys; sys.stdout.buffer.write(b"".join(os.urandom(20).replace(b"\n", b"") + b"\n" for _ in range(5000)))' >bytes
  psort -f lines -t lines --types line=binary bytes | cmp - <(LC_ALL=C sort bytes)
  psort -f lines -t lines --types line=binary -S 64K bytes | cmp - <(LC_ALL=C sort bytes)
}

@test "a temporary directory that is missing or not writable" {
  many 30000 >many.csv
  fails 1 "psort: temporary file in ./none: create: No such file or directory; use -T (or TMPDIR) to name another directory" \
    psort -k k -S 1M -T ./none -t csv many.csv
  fails 1 "psort: temporary file in /proc: create: No such file or directory; use -T (or TMPDIR) to name another directory" \
    psort -k k -S 1M -T /proc -t csv many.csv
  TMPDIR=./none run -1 psort -k k -S 1M -t csv many.csv
  # Nothing is spilled, so nothing is needed.
  psort -k k -T ./none many.csv | cmp - <(psort -k k many.csv)
}

@test "a full disk while spilling is an error and no answer" {
  many 60000 >many.csv
  trap '' XFSZ
  run -1 --separate-stderr bash -c 'ulimit -f 500; psort -k k -S 1M -T . many.csv -t csv'
  same "psort: temporary file in .: write: File too large; use -T (or TMPDIR) to name another directory" "$stderr"
  [ -z "$output" ]  # no header either
  mkdir small
  apart=(unshare -m)
  [ "$(id -u)" = 0 ] || apart=(unshare -rm)
  run -1 --separate-stderr "${apart[@]}" bash -c \
    'mount -t tmpfs -o size=1m none small; psort -k k -S 1M -T small many.csv -t csv'
  same "psort: temporary file in small: write: No space left on device; use -T (or TMPDIR) to name another directory" "$stderr"
  [ -z "$output" ]  # no header either
}

@test "the environment says how much memory there is, unless -S does" {
  awk 'BEGIN { for (i = 0; i < 40000; i++) print i * 7919 % 40000 ",some text" }' >many.csv
  export PENSTOCK_MEMORY=64K
  run -0 --separate-stderr bash -c "psort -v --no-header -k c1 many.csv | tail -n 1 >/dev/null"
  [[ $stderr == *"do not fit"* ]]
  run -0 --separate-stderr bash -c "psort -v -S 1G --no-header -k c1 many.csv | tail -n 1 >/dev/null"
  [[ $stderr != *"do not fit"* ]]
  export PENSTOCK_MEMORY=much
  fails 2 "psort: PENSTOCK_MEMORY: 'much' is not a size; write bytes, or a number with K, M, G or T as in 512M (see psort --help)" \
    psort -k id sales.csv
}

@test "sizes of memory are refused that are not sizes or past the limits" {
  fails 2 "psort: --memory: '1X' is not a size; write bytes, or a number with K, M, G or T as in 512M (see psort --help)" psort -k id -S 1X sales.csv
  fails 2 "psort: --memory: '1K' is not within 64K and 1024T (see psort --help)" psort -k id -S 1K sales.csv
}

@test "errors" {
  fails 2 "psort: no keys; use -k (see psort --help)" psort sales.csv
  fails 1 "psort: unknown column 'prise'; did you mean 'price'?" psort -k prise sales.csv
  run -2 --separate-stderr psort -k price:down sales.csv
  [[ $stderr == "psort: --key: "*"down"*"(see psort --help)" ]]
  fails 2 "psort: --rows: '-1' is not a number of rows (see psort --help)" psort -k id -n -1 sales.csv
}

@test "--describe tells how it splits" {
  psort -k price:desc -n 5 --describe | python3 -c '
import json, sys
split = json.load(sys.stdin)["split"]
assert split == {"local": ["psort", "-k", "price:desc", "-n", "5"], "merge": "price:desc",
                 "final": ["phead", "-n", "5"], "in_turn": False}, split'
}

@test "--per gives the first of each group, in the order of the keys" {
  printf 'k,v\na,5\nb,1\na,2\n,3\na,1\n,4\nb,7\n,9\n' >groups.csv
  gives $'k,v\nb,1\na,1\n,3' psort -k v -n 1 --per k -t csv groups.csv
  gives $'k,v\n,9\nb,7\na,5\n,4\na,2\nb,1' psort -k v:desc -n 2 --per k -t csv groups.csv
  gives $'k,v\n,9\nb,7\na,5' pflow -n 3 'psort -k v:desc -n 1 --per k groups.csv | pprint -t csv'
  gives 'k,v' psort -k v -n 0 --per k -t csv groups.csv
  fails 2 "psort: --per: how many rows? use -n (see psort --help)" psort -k v --per k groups.csv
  fails 1 "psort: unknown column 'z'; the columns are k, v" psort -k v -n 1 --per z groups.csv
}

@test "--per gives what phead -k behind a sort gives, in any memory" {
  many 30000 >many.csv
  psort -k text:desc many.csv | phead -k k -n 1 -t csv >expected
  for memory in 64K 1M 1G; do
    psort -S "$memory" -k text:desc -n 1 --per k -t csv many.csv | cmp - expected
  done
}
