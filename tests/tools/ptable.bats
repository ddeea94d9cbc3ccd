#!/usr/bin/env bats
# ptable: what it shows of a table, the damage that it finds, and the files that it puts in order.

load ../setup

make_table() {
  { echo id,city,price; seq 100 | awk '{ print $1 ",city " $1 % 7 "," $1 ".5" }'; } >rows.csv
  ppartition --hash -k id -n 4 -o t/ rows.csv
}

data_files() {
  find t -name '*.arrow' | wc -l
}

@test "the history has a row for each version, the newest first" {
  make_table
  pdelete -w 'id = 42' t
  rows=$(grep -o 'numRecords[^,]*' t/_delta_log/*1.json | tr -cd 0-9)
  gives "version,operation,files_added,files_removed,rows_added
1,DELETE,1,1,$rows
0,CREATE TABLE AS SELECT,4,0,100" \
    eval 'ptable --history t | pproject version,operation,files_added,files_removed,rows_added -t csv'
  run -0 ptable --history -t ndjson t
  [[ ${lines[0]} == '{"version":1,"time":"'20*'","operation":"DELETE","engine":"Penstock/'* ]]
  ptable --history -o h.csv t
  same 3 "$(wc -l <h.csv)"
}

@test "the statistics have a row for each partition, also of an earlier version" {
  make_table
  run -0 ptable --stats -t csv t
  same "partition,files,rows,bytes,share,least,greatest" "${lines[0]}"
  same 5 "${#lines[@]}"
  gives $'files,rows\n4,100' eval 'ptable --stats t | pagg "sum(files) as files, sum(rows) as rows" -t csv'
  pdelete -w true t
  gives $'files,rows\n0,0' eval 'ptable --stats t | pagg "sum(files) as files, sum(rows) as rows" -t csv'
  gives $'files,rows\n4,100' \
    eval 'ptable --stats --as-of 0 t | pagg "sum(files) as files, sum(rows) as rows" -t csv'
}

@test "a check names each file that is missing or damaged" {
  make_table
  gives "" ptable --check t
  run -0 --separate-stderr ptable --check -v t
  [[ $stderr == "ptable: t: version 0: 4 files of "*" bytes read, 0 damaged" ]]
  files=(t/p*/*.arrow)
  rm "${files[0]}"
  printf x | dd of="${files[1]}" bs=1 seek=100 conv=notrunc status=none
  truncate -s 10 "${files[2]}"
  : >t/lost.arrow
  run -1 --separate-stderr ptable --check t
  same "" "$output"
  same 4 "${#stderr_lines[@]}"
  [[ $stderr == *"ptable: ${files[0]}: No such file or directory"* ]]
  [[ $stderr == *"ptable: ${files[1]}: has the checksum "* ]]
  [[ $stderr == *"ptable: ${files[2]}: has 10 bytes, and "*" as the table's log says"* ]]
  same "ptable: t: 1 file in the directory that no version names; see --vacuum" \
    "${stderr_lines[3]}"
}

@test "vacuum removes what is old and no version has, and nothing else" {
  make_table
  pdelete -w 'id < 50' t
  : >t/lost.arrow
  before=$(psort -k id -t csv t)
  # All is younger than 7 days.
  gives "" ptable --vacuum --dry-run t
  ptable --vacuum t
  same 9 "$(data_files)"
  sleep 0.01
  run -0 --separate-stderr ptable --vacuum --older-than 0s --dry-run t
  same 5 "${#lines[@]}"
  [[ ${lines[0]} == lost.arrow ]]
  same 9 "$(data_files)"
  run -0 --separate-stderr ptable --vacuum --older-than 0s -v t
  same 6 "${#stderr_lines[@]}"
  same "ptable: t/lost.arrow: removed" "${stderr_lines[0]}"
  [[ ${stderr_lines[5]} == "ptable: t: 5 files of "*" bytes removed" ]]
  same 4 "$(data_files)"
  same "$before" "$(psort -k id -t csv t)"
  gives "" ptable --check t
  run -1 --separate-stderr pscan --as-of 0 t
  [[ $stderr == *": of version 0 of the table: No such file or directory" ]]
}

@test "compact makes one file of many small ones, and no row changes" {
  make_table
  for part in 1 2 3; do pinsert t rows.csv; done
  before=$(psort -k id,city,price -t csv t)
  run -0 --separate-stderr ptable --compact -v t
  same "ptable: t: 16 files written again as 4, version 4" "$stderr"
  same "$before" "$(psort -k id,city,price -t csv t)"
  run -0 --separate-stderr ptable --compact -v t
  same "ptable: t: 0 files written again as 0, version 4" "$stderr"
  ptable --check t
  # By its key, one partition is still read.
  run -0 --separate-stderr pscan -v -w 'id = 42' -t csv t
  same 5 "${#lines[@]}"
  [[ $stderr == *"read 1 of 4 partitions"* ]]
}

@test "compact and writers at once: each row is there once" {
  make_table
  for part in 1 2 3 4; do pinsert --retries 1000 t rows.csv & done
  ptable --compact --retries 1000 t &
  pdelete --retries 1000 -w 'id = 1000' t &
  wait
  ptable --compact t
  gives $'n,distinct\n500,100' pagg 'count(*) as n, count(distinct id) as distinct' -t csv t
  gives $'files\n4' eval 'ptable --stats t | pagg "sum(files) as files" -t csv'
}

# The rows of T in an order of their own.
sorted_rows() {
  psort -k id,city,price -t csv t
}

@test "another partitioning has the same rows, and later changes follow it" {
  for data in arrow parquet; do
    if ! ppartition -t $data --hash -k id -n 4 -o t/ <(printf 'id,city\n1,x\n'); then
      [[ $data == parquet ]]
      continue
    fi
    rm -r t
    { echo id,city,price; seq 300 | awk '{ print $1 ",city " $1 % 7 "," $1 ".5" }'; } >rows.csv
    ppartition -t $data --hash -k id -n 4 -o t/ rows.csv
    pinsert t rows.csv
    before=$(sorted_rows)
    run -0 --separate-stderr ptable --repartition --range=101,201 -k id -n 3 -v t
    same "ptable: t: 8 files written again as 3, version 2" "$stderr"
    same "$before" "$(sorted_rows)"
    run -0 --separate-stderr pscan -v -w 'id = 42' -t csv t
    same $'id,city,price\n42,city 0,42.5\n42,city 0,42.5' "$output"
    [[ $stderr == *"read 1 of 3 partitions"* ]]
    ptable --repartition --hash -k city -n 5 --sort id t
    same "$before" "$(sorted_rows)"
    # Workers count a city each in one partition.
    flow=$(pflow -n 3 'pscan t | pagg -k city "count(*) as n" | psort -k city -t csv')
    same "$flow" "$(pagg -k city 'count(*) as n' t | psort -k city -t csv)"
    pupdate --set 'price = 0' -w "city = 'city 3'" t
    gives $'n,sum\n86,0' \
      eval "pscan -w \"city = 'city 3'\" t | pagg 'count(*) as n, sum(price) as sum' -t csv"
    ptable --repartition --by city t
    [ -d "t/city=city 3" ] || [ -d "t/city=city%203" ]
    pdelete -w "city = 'city 3'" t
    ptable --repartition --undivided t
    gives $'n\n514' pagg 'count(*) as n' -t csv t
    ptable --check t
    # Earlier versions are as they were.
    same "$before" "$(pscan --as-of 3 t | psort -k id,city,price -t csv)"
    gives $'version,operation\n7,REPARTITION\n6,DELETE' \
      eval 'ptable --history t | phead -n 2 | pproject version,operation -t csv'
    rm -r t
  done
}

@test "indexes follow another partitioning" {
  make_table
  # A column that older files lack.
  pinsert --add-columns t <(printf 'id,city,price,kind\n1000,city 5,1.5,x\n')
  pindex -k city t
  for how in "--by city" "--hash -k city -n 3" "--undivided"; do
    # shellcheck disable=SC2086
    ptable --repartition $how t
    run -0 --separate-stderr pscan -v -t csv -w "city = 'city 5'" t
    same "$(pfilter "city = 'city 5'" rows.csv | pproject id -t csv | sort)" \
      "$(pfilter 'id < 1000' <<<"$output" | pproject id -t csv | sort)"
    gives $'stale\n0' eval 'pindex t | pproject stale -t csv'
    pindex --check t
  done
}

@test "another partitioning and writers at once: each row is there once, in its partition" {
  make_table
  for part in 1 2 3 4; do
    # A writer whose rows were divided in the old way is refused, and begins again.
    { until pinsert --retries 1000 t rows.csv 2>"refused-$part"; do
      grep -q "were changed; no row was inserted" "refused-$part" || exit
    done; } &
  done
  ptable --repartition --hash -k id -n 3 --retries 1000 t &
  pupdate --retries 1000 --set 'price = 1' -w 'id = 7' t &
  wait
  gives $'n,distinct\n500,100' pagg 'count(*) as n, count(distinct id) as distinct' -t csv t
  run -0 --separate-stderr pscan -v -w 'id = 42' -t csv t
  same 6 "${#lines[@]}"
  [[ $stderr == *"read 1 of 3 partitions"* ]]
}

@test "what is wrong is said" {
  make_table
  see="(see ptable --help)"
  fails 2 "ptable: the task is missing; use --history, --stats, --check, --vacuum, --compact or --repartition $see" \
    ptable t
  fails 2 "ptable: --history excludes --vacuum $see" ptable --history --vacuum t
  fails 2 "ptable: TABLE is missing $see" ptable --history
  fails 2 "ptable: too many operands: 'u' $see" ptable --history t u
  fails 2 "ptable: --as-of is for --stats and --check $see" ptable --vacuum --as-of 0 t
  fails 2 "ptable: --older-than is for --vacuum $see" ptable --check --older-than 7d t
  fails 2 "ptable: --dry-run is for --vacuum $see" ptable --compact --dry-run t
  fails 2 "ptable: --target-size is for --compact $see" ptable --check --target-size 1M t
  fails 2 "ptable: --retries, -S and -T are for --compact and --repartition $see" ptable --check -S 1G t
  fails 2 "ptable: options for writing rows are for --history and --stats $see" \
    ptable --vacuum -t csv t
  division="--hash, --range, --round-robin, --by, --undivided, -k, -n, --sort and -c"
  fails 2 "ptable: $division are for --repartition $see" ptable --compact -k id t
  kinds="--hash, --range, --round-robin, --by and --undivided"
  fails 2 "ptable: one of $kinds must be given $see" ptable --repartition t
  fails 2 "ptable: one of $kinds must be given $see" ptable --repartition --hash --by city t
  fails 2 "ptable: -n has no meaning with --undivided $see" ptable --repartition --undivided -n 2 t
  fails 2 "ptable: the number of partitions is missing; use -n $see" \
    ptable --repartition --hash -k id t
  fails 2 "ptable: no keys; use -k $see" ptable --repartition --hash -n 2 t
  fails 2 "ptable: --older-than: '7' is not an age, as in 7d, 12h, 30m or 45s $see" \
    ptable --vacuum --older-than 7 t
  fails 2 "ptable: --target-size: '0' is not a size, as in 128M $see" \
    ptable --compact --target-size 0 t
  fails 1 "ptable: nowhere: is not a table: it has no version" ptable --history nowhere
  fails 1 "ptable: nowhere: is not a table: it has no version" ptable --check nowhere
  same 4 "$(data_files)"
}
