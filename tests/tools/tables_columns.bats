#!/usr/bin/env bats
# Column groups: tables whose columns lie apart, in files of their own.
load ../setup

setup() {
  begin_test
  awk 'BEGIN { print "k,g,v,note"; for (i = 0; i < 3000; ++i) print i "," i % 7 "," i * 3 % 1000 ",n" i % 50 }' >in.csv
}

# refuses STATUS BEGINNING COMMAND…: the command ends with that status and says one line that begins
# so.
refuses() {
  local status=$1 beginning=$2
  shift 2
  run "-$status" --separate-stderr "$@"
  same "$beginning" "${stderr:0:${#beginning}}"
}

# The files of each group of the latest version's first data file, a line each.
group_files() {
  grep -h '"add"' "$1"/_delta_log/*.json | tail -1 | python3 -c '
import json, sys
for path, size, checksum in json.loads(json.load(sys.stdin)["add"]["tags"]["penstock.groups"]):
    print(path)'
}

# T, with groups, and P, without them, have the same rows in the same order.
as_plain() {
  diff <(pscan -t csv P "$@") <(pscan -t csv T "$@")
  ptable --check T
}

@test "all rows come back, in the same order, with any partitioning" {
  for how in "--hash -k k -n 3" "--range -k v -n 3" "--round-robin -n 3" "--by g" \
    "--hash -k g -n 2 --sort v:desc"; do
    # shellcheck disable=SC2086
    ppartition $how -o P in.csv
    # shellcheck disable=SC2086
    ppartition $how --columns k,v --columns note -o T in.csv
    as_plain
    as_plain -c note,k
    as_plain -c v -w "note = 'n7' and k > 1000"
    as_plain -c g -w 'g = 3'
    for part in 1/2 2/2 3/4; do as_plain --partition $part; done
    rm -r P T
  done
}

@test "groups alone divide a table" {
  ppartition --columns 'k..g' -v -o T in.csv 2>notes
  grep -q '3000 rows written to 1 file of T, version 0' notes
  diff <(pscan -t csv T) in.csv
  same 2 "$(find T -name '*.arrow' | wc -l)"
  grep -q '"readerFeatures":\["penstock-arrow","penstock-groups"\]' T/_delta_log/*.json
}

@test "only the files of columns that are used are opened" {
  ppartition --columns k,v --columns g -o T in.csv
  pscan -t csv T -c v,k >kv
  pscan -t csv T -c k -w 'v = 9' >k9
  group_files T >files
  same 3 "$(wc -l <files)"
  rm "T/$(sed -n 2p files)" "T/$(sed -n 3p files)"
  diff kv <(pscan -t csv T -c v,k)
  diff k9 <(pscan -t csv T -c k -w 'v = 9')
  same 3000 "$(pagg 'count(*) as n' <(pscan T -c k) -t csv --out-no-header)"
  refuses 1 "pscan: T/$(sed -n 2p files): of version 0 of the table: No such file" pscan T -c k,g
  refuses 1 "pscan: T/$(sed -n 3p files): of version 0 of the table: No such file" pscan T -c note
  run -1 --separate-stderr ptable --check T
  same 2 "$(wc -l <<<"$stderr")"
}

@test "changes and upkeep leave the rows of a table without groups" {
  ppartition --hash -k k -n 3 -o P in.csv
  ppartition --hash -k k -n 3 --columns g,k --columns note -o T in.csv
  printf 'k,g,v,note\n5000,1,2,new\n5001,3,4,newer\n' >more.csv
  printf 'k,g,v,note\n5001,8,8,again\n7,8,8,again\n6000,8,8,again\n' >put.csv
  pindex -k note T
  for table in P T; do
    pinsert $table more.csv
    pupdate --set 'v = v + 1' -w 'g = 2' $table
    pupdate --set 'k = k + 10000' -w 'k < 5' $table
    pdelete -w "note = 'n3'" $table
    pupsert -k k $table put.csv
    pupdate --set "note = 'all'" $table
    pinsert --add-columns $table <<<$'k,g,v,note,x\n9000,1,1,one,extra'
    ptable --compact $table
  done
  as_plain
  as_plain --as-of 0
  as_plain --as-of 5
  as_plain -c x,k -w "note = 'one' or k = 7"
  pindex --check T
  diff <(ptable --history P -t csv | cut -d, -f 1,3,5-) <(ptable --history T -t csv | cut -d, -f 1,3,5-)
  diff <(ptable --stats P -t csv | cut -d, -f 1-3,5-) <(ptable --stats T -t csv | cut -d, -f 1-3,5-)
  for table in P T; do ptable --repartition --by g $table; done
  as_plain
  for table in P T; do ptable --repartition --range=100,2000 -k k -n 3 $table; done
  as_plain
  as_plain --as-of 3
  ptable --vacuum --older-than 0s T
  ptable --vacuum --older-than 0s P
  as_plain
  # Three groups: those that were named, and the other columns.
  same $((3 * $(find P -name '*.arrow' | wc -l))) "$(find T -name '*.arrow' -not -path '*/_penstock/*' | wc -l)"
  ppartition --force --hash -k k -n 3 --columns v -o T in.csv
  ppartition --force --hash -k k -n 3 -o P in.csv
  as_plain
  ppartition --force --hash -k k -n 3 -o T in.csv
  as_plain
  ppartition --force --hash -k k -n 3 --columns v -o T in.csv
  as_plain
}

@test "the bytes of a partition are those of all its files" {
  ppartition --columns k --columns g -o T in.csv
  same "$(find T -name '*.arrow' -printf '%s\n' | awk '{ s += $1 } END { print s }')" \
    "$(ptable --stats T -t csv | sed 1d | cut -d, -f 3)"
}

@test "a condition over several groups leaves out batches" {
  awk 'BEGIN { print "k,v,text"; for (i = 0; i < 100000; ++i) printf "%d,%d,%d-%080d\n", i, i * 2, i * 7919 % 100000, i }' >big.csv
  ppartition --columns k --columns v -o T big.csv
  same "77,154,9763-$(printf '%080d' 77)" "$(pscan -v T -w 'k = 77 and v < 200' -t csv --out-no-header 2>notes)"
  grep -Eq '^pscan: T: read 1 of 1 files, 1 of ([2-9]|[1-9][0-9]+) batches$' notes
  pindex -k text T
  same "99,198" "$(pscan -v T -c k,v -w "text = '83981-$(printf '%080d' 99)'" -t csv --out-no-header 2>notes)"
  grep -q 'by the index text' notes
  pindex --check T
}

@test "columns that are added are a last group, which older files lack" {
  ppartition --columns k,g --columns v,note -o T in.csv
  pinsert --add-columns T <<<$'k,g,v,note,x,y\n9000,1,1,one,extra,2'
  pinsert T <<<$'k,g,v,note,x,y\n9001,1,1,two,more,3'
  same 8 "$(find T -name '*.arrow' | wc -l)"
  same $'2999,3,997,n49,,\n9000,1,1,one,extra,2\n9001,1,1,two,more,3' \
    "$(pscan -t csv --out-no-header T -w 'k >= 2999')"
  same $',0\n,1\n3,9001' \
    "$(pscan -t csv --out-no-header T -c y,k -w "x is null and k < 2 or x = 'more'")"
  same 3002 "$(pagg 'count(*) as n' T -t csv --out-no-header)"
  same 5 "$(pagg 'sum(y) as y' T -t csv --out-no-header)"
  ptable --compact T
  same 3 "$(group_files T | wc -l)"
  same 5 "$(pagg 'sum(y) as y' T -t csv --out-no-header)"
  # Before, there was no such group.
  diff <(pscan -t csv --as-of 0 T) in.csv
}

@test "a table that is there gets other groups, and none again" {
  ppartition --hash -k k -n 2 -o P in.csv
  ppartition --hash -k k -n 2 -o T in.csv
  for groups in "-c k,v -c note" "-c note" "--columns k..note" ""; do
    # shellcheck disable=SC2086
    ptable --repartition --hash -k k -n 2 $groups T
    as_plain
    as_plain -c note -w 'v > 500'
    pupdate --set 'v = v + 1' -w 'k < 100' T
    pupdate --set 'v = v + 1' -w 'k < 100' P
    as_plain
  done
  # Of the last version: together.
  ptable --repartition --undivided T
  same 1 "$(find T -maxdepth 1 -name '*.arrow' | wc -l)"
  same 0 "$(grep -h '"metaData"' T/_delta_log/*.json | tail -1 | grep -c 'penstock.groups' || true)"
  for version in 0 1 3 5; do pscan --as-of $version -t csv T | sed 1d | wc -l; done >counts
  same "3000" "$(sort -u counts)"
  ptable --repartition --by g -c k T
  diff <(pscan T | psort -k k -t csv) <(pscan P | psort -k k -t csv)
  refuses 1 "ptable: 'g' is a partition column" ptable --repartition --by g -c g T
  refuses 2 "ptable: one of --hash, --range" ptable --repartition -c k T
  ppartition --hash -k k -n 2 -t parquet -o Q in.csv
  refuses 1 "ptable: column groups are of Arrow data" ptable --repartition --undivided -c k Q
}

@test "a flow reads groups as a shell does" {
  ppartition --hash -k k -n 4 --columns k,v -o T in.csv
  for n in 2 3; do
    for flow in "pscan T | pagg -k k 'sum(v) as v' | psort -k k | pprint -t csv" \
      "pscan T | pagg -k g 'max(note) as m, count(*) as n' | psort -k g | pprint -t csv"; do
      diff <(sh -c "$flow") <(pflow -n $n "$flow")
    done
  done
}

@test "files that do not belong together are refused" {
  ppartition --columns k --columns g -o T in.csv
  group_files T >files
  sed -i 's/^3,3,/3,4,/' in.csv
  ppartition --columns k --columns g -o U in.csv
  group_files U >others
  # Another file of the same size, by its ID, and by its checksum.
  cp "U/$(sed -n 2p others)" "T/$(sed -n 2p files)"
  run -1 --separate-stderr pscan T -c k,g
  [[ $stderr == *"under another name"* || $stderr == *" as the table's log says"* ]]
  run -1 --separate-stderr ptable --check T
  [[ $stderr == *"as the table's log says"* ]]
  diff <(cut -d, -f 1 in.csv) <(pscan -t csv T -c k)
}

@test "what cannot be groups is refused" {
  refuses 2 "ppartition: --columns is for Arrow data" ppartition --columns k -t parquet -o T in.csv
  refuses 2 "ppartition: --columns is for tables" ppartition --hash -k k -n 2 --columns k -o %d.arrow in.csv
  refuses 2 "ppartition: -n has no meaning with --columns alone" ppartition --columns k -n 2 -o T in.csv
  refuses 1 "ppartition: column 'k' is in two column groups" ppartition --columns k --columns g,k -o T in.csv
  refuses 1 "ppartition: unknown column 'z'" ppartition --columns z -o T in.csv
  refuses 1 "ppartition: 'g' is a partition column" ppartition --by g --columns g -o T in.csv
  [ ! -e T ]
}

@test "a write that fails leaves no file of any group" {
  ppartition --hash -k k -n 2 --columns g -o H in.csv
  # The name of a partition's folder is that of a file: what was written is removed.
  rm -r H/p00001
  touch H/p00001
  find H -type f | sort >before
  refuses 1 "ppartition: H" ppartition --force --hash -k k -n 2 --columns g -o H in.csv
  diff before <(find H -type f | sort)
}
