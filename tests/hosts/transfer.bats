# pflow --hosts with --send and --transfer: files that exist here alone.
load lab.bash

# $LAB/own is another folder on each host.
teardown() {
  rm -rf "${LAB:?}"/own/* "${LAB:?}"/own.*/*
}

flow_on() {
  pflow --ssh "$LAB_SSH" --hosts "$@"
}

# parts: files that are here alone, in the current folder.
parts() {
  cd "$LAB/own"
  awk 'BEGIN { print "id,k,v"; for (i = 0; i < 4000; i++) printf "%d,c%d,%d\n", i, i * 7 % 13, i % 10 }' >1.csv
  awk 'BEGIN { print "id,k,v"; for (i = 4000; i < 5000; i++) printf "%d,\"c\n%d\",%d.5\n", i, i * 7 % 13, i % 10 }' >2.csv
  { echo 'name,size'; for i in $(seq 0 9); do echo "c$i,$((i * 100))"; done; } >look.csv
}

@test "--transfer gives the bytes of a shell over files that are here alone" {
  parts
  pscan 1.csv -t ndjson -o 1.ndjson
  pscan 1.csv -o 1.arrow
  gzip -k 1.csv
  local flow flows=(
    "pscan 1.csv 2.csv | pagg -k k 'sum(v), count(*)' -t csv"
    "pscan 1.csv ./2.csv | pagg -k k 'sum(v), count(*)' | psort -k k -t csv"
    "psort -k v:desc,id $LAB/own/2.csv -t csv"
    "pjoin -k k=name 1.csv look.csv -t csv"
    "pscan 1.ndjson | pproject 'id + 1 as n' -t csv"
    "pscan 1.arrow | pagg -k k 'median(v)' | psort -k k -t csv"
    "pscan 1.csv.gz | pagg -k k 'sum(v)' -t csv"
    "pagg -k k 'count(*) as n' 1.csv > n.arrow
psort -k n,k n.arrow -t csv"
    "pscan 1.csv -t csv")
  for flow in "${flows[@]}"; do
    same "$(bash -c "$flow"; echo .)" "$(flow_on h1,h2*3 --transfer "$flow"; echo .)"
  done
  same "$(bash -c "pscan 1.csv | pagg 'sum(v)' -t csv")" \
    "$(flow_on h1,h2 --transfer --unordered "pscan 1.csv | pagg 'sum(v)' -t csv")"
  for host in h1 h2; do eventually is_clean "$host"; done
}

@test "without --transfer an input must be on all hosts" {
  parts
  run -125 --separate-stderr flow_on h1,h2 "pagg 'sum(v)' 1.csv"
  same "pflow: h1: $LAB/own/1.csv: No such file or directory; every host needs the input at the same path, unless --transfer sends it" "$stderr"
  # What a host has under that name is not what is read.
  echo 'id,k,v' >"$LAB/own.1/1.csv"
  same "$(pagg 'sum(v)' 1.csv -t csv)" "$(flow_on h1 -n 2 --transfer "pagg 'sum(v)' 1.csv -t csv")"
  same 'id,k,v' "$(cat "$LAB/own.1/1.csv")"
}

@test "a file that a later statement replaces is sent again" {
  parts
  same "$(pagg 'sum(v)' 1.csv -t csv; pscan 1.csv -w 'id > 10' | pagg 'sum(v)' -t csv)" \
    "$(flow_on h1,h2 --transfer "pscan 1.csv > t.arrow
pagg 'sum(v)' t.arrow -t csv
pscan 1.csv -w 'id > 10' > t.arrow
pagg 'sum(v)' t.arrow -t csv")"
}

@test "messages have the path that a sent file has here" {
  parts
  echo 'x,y,1' >>1.csv
  run -1 --separate-stderr flow_on h1,h2 --transfer "pscan --types id=int64 1.csv | pagg 'sum(v)'"
  echo "$stderr"
  [[ $stderr == *": $LAB/own/1.csv:4002: column 'id': 'x' is not an integer"* ]]
}

@test "--send brings programs, schemas and inputs to where stages run" {
  parts
  mkdir sub
  cat >"sub/a program.sh" <<'END'
#!/bin/sh
words=$(cat "$1" "${2#--more=}")
exec pproject "id, k, '$words' as words"
END
  chmod +x "sub/a program.sh"
  printf 'first ' >words.txt
  printf 'second' >more.txt
  printf 'id int64\nk text\nv float64\n' >schema.txt
  mkdir -p "$HOME/.config/penstock/tools.d"
  echo '{"placement": "any", "keeps_order": true}' >"$HOME/.config/penstock/tools.d/a program.sh.json"
  local flow="pscan --schema schema.txt 1.csv | './sub/a program.sh' words.txt --more=$LAB/own/more.txt | pjoin -k k=name - look.csv | pagg -k words 'sum(id) as ids, sum(size)' -t csv"
  local wanted
  wanted=$(bash -c "$flow")
  [[ $wanted == *"first second"* ]]
  run -0 flow_on h1,h2 --explain "$flow"
  [[ $output == *"fragment 1, "[2-9]" workers"*"a program.sh"*"fragment 2, "* ]]
  same "$wanted" "$(flow_on h1,h2 --send 1.csv --send "$LAB/own/sub/../sub/a program.sh" --send words.txt \
    --send ./more.txt --send schema.txt --send look.csv "$flow")"
  same "$wanted" "$(flow_on h1,h2 --transfer --send "sub/a program.sh" --send words.txt \
    --send more.txt --send schema.txt "$flow")"
  # A column of a file's name is a column.
  cp 1.csv k
  same "$(pagg -k k 'sum(v)' 1.csv -t csv)" "$(flow_on h1,h2 --transfer --send k "pagg -k k 'sum(v)' 1.csv -t csv")"
  for host in h1 h2; do eventually is_clean "$host"; done
  # On this host alone the files are where they are.
  same "$wanted" "$(pflow -n 2 --send words.txt --transfer "$flow")"
}

@test "--send brings the schema and the files of a command" {
  parts
  printf 'k text\nn int64\n' >schema.txt
  echo 'BEGIN { FS = OFS = "," } { print $1, $2 * 2 }' >double.awk
  echo 'BEGIN { FS = OFS = "," } { sum[$1] += $2 } END { for (k in sum) print k, sum[k] }' >sums.awk
  local each="--out-no-header --no-header --schema schema.txt"
  local flow="pscan -c k,v 1.csv | papply $each -- awk -f double.awk |
    preduce -k k $each --per-group --combiner 'cat' -- awk -f $LAB/own/sums.awk | pprint"
  run -0 flow_on h1,h2 --explain "$flow"
  [[ $output == *"fragment 2, "[2-9]" workers"* ]]
  local wanted
  wanted=$(bash -c "$flow")
  same "$wanted" "$(flow_on h1,h2 --transfer --send schema.txt --send double.awk --send ./sums.awk "$flow")"
  run -1 --separate-stderr flow_on h1,h2 --transfer --send double.awk --send sums.awk "$flow"
  [[ $stderr == *"schema.txt: No such file or directory"* ]]
}

@test "--send beside files of hosts" {
  parts
  mv 1.csv "$LAB/own.1"
  printf 'id int64\nk text\nv float64\n' >schema.txt
  same "$(pscan --schema schema.txt "$LAB/own.1/1.csv" | pagg 'sum(v)' -t csv)" \
    "$(flow_on h1,h2 --send schema.txt "pscan --schema schema.txt h1:$LAB/own/1.csv | pagg 'sum(v)' -t csv")"
  run -125 --separate-stderr flow_on h1,h2 "pscan h1:$LAB/own/1.csv 2.csv --types id=int64 | psort -k id"
  same "pflow: h2: $LAB/own/2.csv: No such file or directory; every host needs the input at the same path, unless --transfer sends it" \
    "${stderr/pflow: h1:/pflow: h2:}"
  same "$(pscan "$LAB/own.1/1.csv" 2.csv -t csv)" \
    "$(flow_on h1,h2 --transfer "pscan h1:$LAB/own/1.csv 2.csv -t csv")"
}

@test "files that cannot be sent" {
  parts
  refused() {
    run --separate-stderr "-$1" flow_on h1,h2 "${@:3}" "pscan 1.csv | pagg 'count(*)'"
    same "" "$output"
    same "pflow: $2" "$stderr"
  }
  refused 125 "none.txt: No such file or directory" --send none.txt
  refused 125 "/tmp: is a directory; --send copies files, and may be given several times" --send /tmp
  refused 125 "/dev/null: is not a regular file, which --send copies" --send /dev/null
  refused 2 "--send: the name of a file is missing (see pflow --help)" --send ''
  run -2 --separate-stderr flow_on h1 $(printf -- '--send look.csv %.0s' $(seq 1025)) 'pscan 1.csv'
  same "pflow: --send: look.csv is one file too many; the limit is 1024 (see pflow --help)" "$stderr"
}

@test "a host without room for a sent file is an error" {
  parts
  head -c 9000000 /dev/zero | tr '\0' a >large.txt
  printf '#!/bin/sh\nulimit -f 4096\nexec pflow "$@"\n' >"$LAB/tmp.2/small"
  chmod +x "$LAB/tmp.2/small"
  run -125 --separate-stderr flow_on h1,h2 --remote-pflow "sh -c 'ulimit -f 4096; trap \"\" XFSZ; exec pflow \"\$@\"' pflow" --send large.txt "pscan look.csv"
  [[ $stderr == "pflow: h"[12]": its agent cannot go on: "*"/sent$LAB/own/large.txt: write: File too large" ]]
  rm "$LAB/tmp.2/small"
  for host in h1 h2; do eventually is_clean "$host"; done
}

@test "nothing is left of sent files when pflow is killed" {
  parts
  awk 'BEGIN { print "id,k,v"; for (i = 0; i < 300000; i++) printf "%d,c%d,%d\n", i, i * 7 % 13, i % 10 }' >1.csv
  pflow --ssh "$LAB_SSH" --hosts h1,h2 --send 2.csv --transfer "pscan 1.csv | pproject 'id, k' -t csv | sh -c 'sleep 100'" &
  local flow=$!
  has_copy() { [ -e "$(echo "$LAB"/tmp.1/pflow-*/sent"$LAB/own/1.csv")" ]; }
  eventually has_copy
  [ "$(stat -c %a "$LAB"/tmp.1/pflow-*/sent"$LAB/own/2.csv")" = 600 ]
  kill -9 "$flow"
  wait "$flow" || true
  for host in h1 h2; do eventually is_clean "$host"; done
}
