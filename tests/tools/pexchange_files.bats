#!/usr/bin/env bats

load ../setup

rows() { awk -v n="$1" 'BEGIN { print "k,v"; for (i = 0; i < n; ++i) print i % 97 "," i }'; }

# list_of PARTITION FOLDER...: the list of a partition's files in all folders, for --read.
list_of() {
  local partition=$1
  shift
  for folder; do
    awk -v p="$partition" -v at="$PWD/$folder/" \
      'NF == 5 && ("," $4 ",") ~ ("," p ",") { print $1, $2, $3, "-", at $5 }' "$folder/files"
  done | awk 'BEGIN { print "penstock input files 2" } { print } END { print "end", NR }'
}

@test "what is written is read back, by two writers and three readers" {
  rows 5000 >all.csv
  { head -n 1 all.csv; sed -n '2~2p' all.csv; } >a.csv
  { head -n 1 all.csv; sed -n '3~2p' all.csv; } >b.csv
  for part in a b; do gives "" pexchange --hash -k k --partitions 3 --write "out-$part" $part.csv; done
  for p in 0 1 2; do
    list_of $p out-a out-b >list
    pexchange --read=list -t csv >part-$p.csv
    pexchange --read=list --merge -k v -t csv >sorted-$p.csv
    same "$(tail -n +2 part-$p.csv | sort -t, -k 2n)" "$(tail -n +2 sorted-$p.csv)"
  done
  same "$(tail -n +2 all.csv | sort)" "$(tail -q -n +2 part-?.csv | sort)"
  # The same partitions as anywhere.
  ppartition --hash -k k -n 3 a.csv memory-%d.csv
  for p in 0 1 2; do same "$(cat memory-$((p + 1)).csv)" "$(pprint out-a/$((p + 1)).arrow)"; done
}

@test "a broadcast and a grid write each row once" {
  rows 100 >in.csv
  pexchange --broadcast --partitions 3 --write out in.csv
  same "100 0,1,2 1.arrow" "$(awk 'NF == 5 && $1 > 0 { print $1, $4, $5 }' out/files)"
  pexchange --grid 2x2 --write grid in.csv
  same $'50 0,1 1.arrow\n50 2,3 2.arrow' "$(awk 'NF == 5 && $1 > 0 { print $1, $4, $5 }' grid/files)"
  pexchange --grid 2x2 --second-input --write second in.csv
  same $'50 0,2 1.arrow\n50 1,3 2.arrow' \
    "$(awk 'NF == 5 && $1 > 0 { print $1, $4, $5 }' second/files)"
  pexchange --round-robin --turn 2 --partitions 3 --write turn <(printf 'k\n7\n8\n')
  same $'k\n7' "$(pprint turn/3.arrow)"
  same $'k\n8' "$(pprint turn/1.arrow)"
  [ ! -e turn/2.arrow ]
  same k "$(pprint turn/schema.arrow)"
}

@test "ranges are even, and less memory changes nothing" {
  rows 20000 >in.csv
  pexchange --range -k v:desc --partitions 4 --write out in.csv
  pexchange --range -k v:desc --partitions 4 --write little -S 64K in.csv
  same "$(sort -t, -k 2nr <(tail -n +2 in.csv))" \
    "$(for p in 1 2 3 4; do pprint out/$p.arrow | tail -n +2 | sort -t, -k 2nr; done)"
  for p in 1 2 3 4; do
    same "$(pprint out/$p.arrow)" "$(pprint little/$p.arrow)"
    count=$(pprint out/$p.arrow | tail -n +2 | wc -l)
    ((count > 4000 && count < 6000))
  done
}

@test "damage of every kind is named, and nothing else is" {
  rows 1000 >in.csv
  pexchange --single --write out in.csv
  list_of 0 out >list
  file=$PWD/out/1.arrow
  cp out/1.arrow whole
  printf x >>out/1.arrow
  fails 1 "pexchange: $file: is damaged: has $(stat -c %s out/1.arrow) bytes, not $(stat -c %s whole)" \
    pexchange --read list -t csv
  cp whole out/1.arrow
  printf '\xAA' | dd of=out/1.arrow bs=1 seek=5000 conv=notrunc status=none
  run -1 --separate-stderr pexchange --read list
  same "pexchange: $file: is damaged: its checksum is not that of its writer" "$stderr"
  rm out/1.arrow
  fails 1 "pexchange: $file: is gone" pexchange --read list
  fails 1 "pexchange: in.csv: line 1: 'k,v' is not 'penstock input files 2'" pexchange --read in.csv
  fails 1 "pexchange: none: No such file or directory" pexchange --read none
}

@test "a failure leaves a folder without a list" {
  printf 'k\n1\nx\n' >bad.csv
  run -1 --separate-stderr pexchange --types k=int64 --single --write out bad.csv
  same "" "$(ls -A out)"
  rows 100000 >in.csv
  run -1 --separate-stderr bash -c \
    "trap '' XFSZ; ulimit -f 100; pexchange --single --write large in.csv"
  same "pexchange: large/1.arrow: write: File too large" "$stderr"
  same "" "$(ls -A large)"
}

@test "what is read may not be writable, and a full disk is an error" {
  rows 1000 >in.csv
  pexchange --single --write out in.csv
  list_of 0 out >list
  chmod a-w out out/*
  same "$(cat in.csv)" "$(pexchange --read list -t csv)"
  run -1 --separate-stderr bash -c 'pexchange --read list >/dev/full'
  same "pexchange: standard output: write: No space left on device" "$stderr"
}

@test "a folder that cannot be written" {
  [ "$(id -u)" != 0 ] || skip "root may write everywhere"
  mkdir locked
  chmod a-w locked
  fails 1 "pexchange: locked/1.arrow: create: Permission denied" \
    pexchange --single --write locked sales.csv
}

@test "what --write and --read refuse" {
  fails 2 "pexchange: --write needs --partitions (see pexchange --help)" \
    pexchange --hash -k id --write out sales.csv
  fails 2 "pexchange: options for writing have no meaning with --write (see pexchange --help)" \
    pexchange --single --write out -o x sales.csv
  fails 2 "pexchange: --write and --read are two ends; name one (see pexchange --help)" \
    pexchange --single --write out --read list sales.csv
  mkdir full
  touch full/x
  fails 1 "pexchange: full: is not empty; name a new folder, or remove its files" \
    pexchange --single --write full sales.csv
  [ ! -e out ]
}
