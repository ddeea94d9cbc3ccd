#!/usr/bin/env bats
# pindex: which files and batches an index leaves out, what keeps it up to date, and what it refuses.

load ../setup

# The cities lie in all files; none of the partitions and bounds tells where.
make_table() {
  { echo id,city,price; seq 400 | awk '{ print $1 ",city " $1 * 37 % 101 "," $1 ".5" }'; } >rows.csv
  ppartition --hash -k id -n 8 -o t/ rows.csv
}

pieces() {
  find t/_penstock -type f | wc -l
}

@test "a key of the index is read from the files that have it" {
  make_table
  run -0 --separate-stderr pindex -v -k city t
  same "pindex: t: the index city covers 8 more files of version 0" "$stderr"
  same "" "$output"
  run -0 --separate-stderr pscan -v -t csv -w "city = 'city 5'" t
  same "$(pfilter "city = 'city 5'" rows.csv | psort -k id -t csv)" "$(psort -k id -t csv <<<"$output")"
  [[ $stderr =~ "t: read "[1-4]" of 8 partitions, "[1-4]" of 8 batches, by the index city" ]]
  run -0 --separate-stderr pscan -v -t csv -w "city = 'city 500'" t
  [[ $stderr == *"t: read 0 of 8 partitions, 0 of 8 batches, by the index city"* ]]
}

@test "the list has a row for each index" {
  make_table
  gives "name,keys,pieces,files,stale,bytes" pindex -t csv t
  pindex -k city t
  pindex -k price,id --name two t
  gives $'name,keys,pieces,files,stale\ncity,city,1,8,0\ntwo,"price,id",1,8,0' \
    eval 'pindex t | pproject name,keys,pieces,files,stale -t csv'
  pindex --drop city t
  gives $'name\ntwo' eval 'pindex t | pproject name -t csv'
  run -1 --separate-stderr pindex --drop city t
  same "pindex: t: has no index 'city'" "$stderr"
}

@test "all changes keep it, and the rows are those of a scan" {
  make_table
  pindex -k city t
  printf 'id,city,price\n1001,city 5,1\n1002,new,2\n' | pinsert t
  pupdate --set "city = 'moved'" -w "city = 'city 7'" t
  pdelete -w "city = 'city 9'" t
  printf 'id,city,price\n3,upserted,1\n1003,upserted,2\n' | pupsert -k id t
  pindex --check t
  gives $'stale\n0' eval 'pindex t | pproject stale -t csv'
  gives $'id\n3\n1003' eval "pscan -w \"city = 'upserted'\" t | psort -k id | pproject id -t csv"
  for city in "city 5" new moved "city 7" "city 9" "city 111"; do
    pscan -w "city = '$city'" t | psort -k id -t csv >got
    pscan -w "city || '' = '$city'" t | psort -k id -t csv >wanted
    cmp got wanted
  done
  ptable --compact t
  pindex --check t
  gives $'stale\n0' eval 'pindex t | pproject stale -t csv'
}

@test "a delete by a key of the index reads the files that have it" {
  make_table
  pindex -k city t
  run -0 --separate-stderr pdelete -v -w "city = 'city 5'" t
  same "$(pfilter "city <> 'city 5'" rows.csv | psort -k id -t csv)" "$(psort -k id -t csv t)"
}

@test "without its pieces the index is stale, and rows are right" {
  make_table
  pindex -k city t
  rm t/_penstock/index-city/*
  same "$(pfilter "city = 'city 5'" rows.csv | psort -k id -t csv)" \
    "$(pscan -w "city = 'city 5'" t | psort -k id -t csv)"
  pindex -k city t
  same 1 "$(pieces)"
}

@test "many small pieces become one" {
  make_table
  pindex -k city t
  for i in 1 2 3 4 5 6 7 8 9; do
    printf 'id,city,price\n200%s,city 5,1\n' $i | pinsert t
  done
  same 10 "$(pieces)"
  run -0 --separate-stderr pindex -v -k city t
  same "pindex: t: the index city covers 0 more files of version 9, 10 pieces merged" "$stderr"
  same 1 "$(pieces)"
  pindex --check t
  same 13 "$(pscan -t csv -w "city = 'city 5'" t | tail -n +2 | wc -l)"
}

@test "little memory gives the same index" {
  make_table
  pindex -k price,city --name one t
  pindex -k price,city --name two -S 64K t
  pindex --check -S 64K t
  gives $'name\none\ntwo' eval 'pindex t | pproject name -t csv'
}

@test "a piece that is not as the data is found, and the status is 1" {
  make_table
  pindex -k city t
  piece=$(echo t/_penstock/index-city/*.arrow)
  truncate -s -1 "$piece"
  run -1 --separate-stderr pindex --check t
  [[ $stderr == "pindex: $piece: "* ]]
  # It is left out with a note.
  run -0 --separate-stderr pscan -t csv -w "city = 'city 5'" t
  [[ $stderr == "pscan: $piece: "*"; the index is not used here" ]]
  same "$(pfilter "city = 'city 5'" rows.csv | psort -k id -t csv)" \
    "$(pscan -q -w "city = 'city 5'" t | psort -k id -t csv)"
}

@test "vacuum removes pieces of files that no version needs" {
  make_table
  pindex -k city t
  pdelete -w true t
  printf 'id,city,price\n1,a,1\n' | pinsert t
  same 2 "$(pieces)"
  ptable --vacuum --older-than 7d t
  same 2 "$(pieces)"
  sleep 0.01
  ptable --vacuum --older-than 0s t
  same 1 "$(pieces)"
  gives $'id\n1' eval "pscan -w \"city = 'a'\" t | pproject id -t csv"
}

@test "writers at once, and pindex beside them" {
  make_table
  pindex -k city t
  for i in 1 2 3 4; do
    (for j in 1 2 3 4 5; do
      printf 'id,city,price\n%s%s00,many,1\n' $i $j | pinsert --retries 1000 t || echo insert
    done) 2>said.$i &
  done
  for i in 1 2 3 4 5 6; do
    pindex -k city t 2>>said.index || echo pindex >>said.index
  done
  wait
  same "" "$(cat said.*)"
  pindex -k city t
  pindex --check t
  gives $'n\n20' eval "pscan -w \"city = 'many'\" t | pagg 'count(*) as n' -t csv"
  gives $'stale\n0' eval 'pindex t | pproject stale -t csv'
}

@test "what is wrong is said" {
  make_table
  fails 2 "pindex: TABLE is missing (see pindex --help)" pindex -k city
  fails 2 "pindex: too many operands: 'u' (see pindex --help)" pindex -k city t u
  fails 2 "pindex: -k, --check and --drop exclude each other (see pindex --help)" pindex -k city --check t
  fails 2 "pindex: --name is for an index that -k makes (see pindex --help)" pindex --name x t
  fails 1 "pindex: t: the key 'city' comes twice" pindex -k city,city t
  run -1 --separate-stderr pindex -k cty t
  [[ $stderr == "pindex: t: unknown column 'cty'; did you mean 'city'"* ]]
  run -1 --separate-stderr pindex -k city nowhere
  [[ $stderr == "pindex: nowhere: "* ]]
  pindex -k city --name x t
  fails 1 "pindex: t: the index 'x' has the keys city; give another --name, or remove it with --drop" \
    pindex -k id --name x t
}
