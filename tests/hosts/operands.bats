# pflow --hosts with files that one host alone has, HOST:PATH.
load lab.bash

# What these tests leave on hosts.
teardown() {
  rm -rf "${LAB:?}"/own/* "${LAB:?}"/own.*/*
}

flow_on() {
  pflow --ssh "$LAB_SSH" --hosts "$@"
}

# parts: three files of one table, of which h1 has the first and h2 the others; here they are under
# the same names. The second makes v a float64, the third makes k text of more letters.
parts() {
  awk 'BEGIN { print "id,k,v"; for (i = 0; i < 3000; i++) printf "%d,c%d,%d\n", i, i * 7 % 13, i % 10 }' >1.csv
  awk 'BEGIN { print "id,k,v"; for (i = 3000; i < 5000; i++) printf "%d,c%d,%d.5\n", i, i * 7 % 13, i % 10 }' >2.csv
  awk 'BEGIN { print "id,k,v"; for (i = 5000; i < 5500; i++) printf "%d,\"k\n%d\",\n", i, i % 3 }' >3.csv
  { echo 'name,size'; for i in $(seq 0 9); do echo "c$i,$((i * 100))"; done; } >look.csv
  cp 1.csv "$LAB/own.1/1.csv"
  cp 2.csv 3.csv "$LAB/own.2"
  cp look.csv "$LAB/own.3"
}

# there FLOW: with the files of `parts` as HOST:PATH, the same bytes as in a shell, on hosts that
# take turns from flow to flow, and with one worker.
there() {
  local choices=(h1,h2,h3 'h3*1,h2*3,h1*1' ':*2,h2*1,h3,h1*1')
  local hosts=${choices[flows++ % 3]} flow=$1 wanted workers
  flow=${flow//1.csv/h1:$LAB/own/1.csv}
  flow=${flow//2.csv/h2:$LAB/own/2.csv}
  flow=${flow//3.csv/h2:$LAB/own/3.csv}
  flow=${flow//look.csv/h3:$LAB/own/look.csv}
  wanted=$(bash -c "$1"; echo .)
  for workers in '' '-n 1' '-n 5'; do
    # shellcheck disable=SC2086  # two words, or none
    same "$wanted" "$(flow_on "$hosts" $workers "$flow"; echo .)" || {
      echo "on $hosts $workers: $flow" >&2
      return 1
    }
  done
}

@test "files of several hosts give the bytes of a shell over all of them" {
  parts
  flows=0
  there "pscan 1.csv 2.csv 3.csv -t csv"
  there "pscan 2.csv 1.csv 3.csv 1.csv | pagg -k k 'sum(v), count(*)' -t csv"
  there "pscan 1.csv 2.csv | pagg -k k 'sum(v), count(*)' | psort -k k -t csv"
  there "pscan 1.csv 3.csv -w 'v > 3' | phead -n 20 -t csv"
  there "psort -k v:desc,k,id 2.csv -t csv"
  there "pagg -k k 'median(v)' -f csv --types v=float64 1.csv -t ndjson"
  there "pscan 3.csv 2.csv | psort -k v | pexchange --range --merge -k v | pagg 'count(*)' -t csv"
  there "pprint 1.csv"
}

@test "joins and merges read each input where it is" {
  parts
  flows=0
  there "pscan 1.csv 2.csv | pjoin -k k=name - look.csv | pagg 'sum(size)' -t csv"
  there "pjoin -k k=name 1.csv look.csv -t csv"
  there "pjoin --type full -k k=name 2.csv look.csv | psort -k id,name -t csv"
  there "pjoin -k k=name -f csv --types size=text 1.csv look.csv -t csv"
  there "pscan 2.csv | pjoin -k k=name - <(pscan look.csv | pfilter 'size > 200') -t csv"
  there "pmerge -k id 1.csv 2.csv -t csv"
  there "pagg -k k 'count(*) as n' 1.csv > n.arrows
pjoin -k k=name n.arrows look.csv | psort -k k -t csv"
}

@test "what cannot be cut is read there by one worker" {
  parts
  gzip -k 1.csv
  pscan 2.csv -o 2.arrows
  pscan 2.csv 3.csv -o 2.arrow
  pscan 1.csv -t ndjson -o 1.ndjson
  pscan 1.csv -t ndjson | paste -sd, | sed 's/.*/[&]/' >1.json
  : >0.csv
  cp 1.csv.gz 1.ndjson 1.json "$LAB/own.1"
  cp 2.arrows 2.arrow "$LAB/own.2"
  local flow file
  for flow in "FILE | pagg -k k 'sum(v)' -t csv" "FILE | psort -k v,id | phead -n 7 -t csv" "FILE -w 'id > 10' -t csv"; do
    for file in 1:1.csv.gz 1:1.ndjson 1:1.json 2:2.arrows 2:2.arrow; do
      same "$(bash -c "pscan ${flow/FILE/${file#*:}}")" \
        "$(flow_on h1,h2 "pscan ${flow/FILE/h${file/:/:$LAB/own/}}")"
    done
    same "$(bash -c "pscan ${flow/FILE/1.csv.gz 2.csv}")" \
      "$(flow_on h1,h2 "pscan ${flow/FILE/h1:$LAB/own/1.csv.gz h2:$LAB/own/2.csv}")"
    # What is here alone is read here.
    cp 2.csv "$LAB/own/here.csv"
    same "$(bash -c "pscan ${flow/FILE/1.csv.gz 2.csv}")" \
      "$(flow_on h1,h2 "pscan ${flow/FILE/h1:$LAB/own/1.csv.gz $LAB/own/here.csv}")"
    same "$(bash -c "pscan ${flow/FILE/2.arrows 2.arrow}")" \
      "$(flow_on h1,h2 "pscan ${flow/FILE/2.arrows h2:$LAB/own/2.arrow}")"
  done
}

@test "a path may be relative, without its suffix, a pattern, or of this host" {
  parts
  on h1 "cp $LAB/own/1.csv ~/below.csv"
  same "$(cat 1.csv)" "$(flow_on h1,h2 'pscan h1:below.csv -t csv')"
  same "$(cat 1.csv)" "$(flow_on h1,h2 "pscan h1:~/below -t csv")"
  same "$(pscan 2.csv 3.csv -t csv)" "$(flow_on h1,h2 "pscan 'h2:$LAB/own/[0-9].csv' -t csv")"
  same "$(pscan 2.csv 3.csv -t csv)" "$(flow_on h1,h2 --unordered "pscan 'h2:$LAB/own/[0-9].csv' | psort -k id -t csv")"
  # A file with a colon in its name.
  cp 1.csv h1:x.csv
  same "$(cat 1.csv)" "$(flow_on h1,h2 'pscan ./h1:x.csv -t csv')"
  same "$(cat 1.csv)" "$(pflow 'pscan h1:x.csv -t csv')"
  # An input that all hosts have, beside those of one.
  same "$(pscan 1.csv 2.csv -t csv)" "$(flow_on h1,h2,h3 "pscan 1.csv h2:$LAB/own/2.csv -t csv")"
  same "$(pagg 'sum(v)' 1.csv -t csv; pagg 'sum(v)' 2.csv -t csv)" \
    "$(flow_on h1,h2 "pagg 'sum(v)' 1.csv -t csv
pagg 'sum(v)' h2:$LAB/own/2.csv -t csv")"
}

@test "--explain shows where each file is read" {
  parts
  run -0 flow_on 'h1*2,h2*1' --explain "pscan h1:$LAB/own/1.csv h2:$LAB/own/2.csv | pagg -k k 'sum(v)'"
  [[ ${lines[1]} == "# fragment 1, 3 workers (1 2 on h1, 3 on h2): workers 1 to 2 read h1:$LAB/own/1.csv, worker 3 reads h2:$LAB/own/2.csv" ]]
  [[ $output == *"1 worker (here), exchange over the network: "* ]]
  # What is shown runs.
  same "$(flow_on h1,h2 "pscan h1:$LAB/own/1.csv h2:$LAB/own/2.csv | pagg -k k 'sum(v)' -t csv")" \
    "$(flow_on h1,h2 "$output -t csv")"
  run -0 flow_on 'h1*2,h2*1' --explain=json "pscan h1:$LAB/own/1.csv h2:$LAB/own/2.csv | pagg -k k 'sum(v)'"
  [[ $output == *'"reads":[["h1:'*'/1.csv",1,2],["h1:'*'/1.csv",2,2],["h2:'*'/2.csv",1,1]]'* ]]
}

@test "inputs that cannot be read are errors before any row moves" {
  parts
  cp 1.csv "$LAB/own.2/1.csv"
  mkfifo "$LAB/own.1/fifo"
  echo 'id,name' >"$LAB/own.1/other.csv"
  refused() {
    run --separate-stderr "-$1" flow_on h1,h2 "pscan $2 | pagg 'count(*)' -t csv"
    same "" "$output"
    same "pflow: $3" "$stderr"
  }
  local own=$LAB/own
  refused 125 "h1:$own/2.csv" "h1: $own/2.csv: No such file or directory"
  refused 125 "h1:$own" "h1: $own: is a directory"
  refused 125 "h1:$own/fifo" "h1: $own/fifo: is not a regular file"
  refused 125 "'h1:$own/*.tsv'" "pscan: h1: $own/*.tsv: no file there matches the pattern"
  refused 2 "h9:/x.csv" "pscan: 'h9:/x.csv': 'h9' is not one of the hosts of --hosts; a file of that name on this host is ./h9:/x.csv (see pflow --help)"
  refused 2 "h1:" "pscan: 'h1:': there is no file behind the host's name (see pflow --help)"
  refused 125 "h2:$own/2.csv h1:$own/other.csv" "pscan: h1:$own/other.csv: there are 2 columns, but there are 3 in h2:$own/2.csv; inputs that are read together need the same columns"
  refused 2 "- h1:$own/1.csv" "pscan: standard input can be read only once, and the files of other hosts have readers there (see pflow --help)"
  refused 2 "--rejects r.csv h1:$own/1.csv" "pscan: --rejects is for one reader, and the files of other hosts have readers there (see pflow --help)"
  pscan 2.csv -o "$LAB/own.2/2.arrow"
  refused 2 "h1:$own/1.csv h2:$own/2.arrow" "h2:$own/2.arrow is Arrow, and others are text; files that are read together with those of other hosts must all be one or the other (see pflow --help)"
  rm "$LAB/own.2/2.arrow"
  refused 125 "none.csv h1:$own/1.csv" "none.csv cannot be looked at, so it cannot be read together with files of other hosts"
  run -2 --separate-stderr flow_on h1,h2 "pjoin -k id 'h2:$own/*.csv'"
  same "pflow: pjoin: with the files of the pattern there are 4 inputs, and there can be 2 (see pflow --help)" "$stderr"
  run -2 --separate-stderr pflow "pscan h1:$own/1.csv"
  same "pflow: pscan: 'h1:$own/1.csv': a file of the host 'h1' needs --hosts; a file of that name on this host is ./h1:$own/1.csv (see pflow --help)" "$stderr"
  for host in h1 h2; do eventually is_clean "$host"; done
}

@test "a file that changes on its host while the flow runs ends it" {
  parts
  run -1 --separate-stderr flow_on 'h1*1,h2*1' "pscan h1:$LAB/own/1.csv | sh -c 'cat; $LAB_SSH h1 \"sed -i s/c1/d1/ $LAB/own/1.csv\"' > out"
  [[ $stderr == *"pflow: h1: $LAB/own/1.csv: the file was replaced while the flow ran, so the result may not belong to any version of it; "* ]]
  [ ! -e out ]
}

@test "a value that is wrong is named with its host, file and line" {
  { echo id,v; for i in $(seq 2000); do echo "$i,1"; done; echo '2001,x'; } >"$LAB/own.2/bad.csv"
  run -1 --separate-stderr flow_on h1,h2 "pscan --types v=int64 h2:$LAB/own/bad.csv | pagg 'sum(v)'"
  [[ $stderr == *", host h2, "*"$LAB/own/bad.csv:2002: column 'v': 'x' is not an integer"* ]]
}

@test "rows of a host's file go from host to host, and not through this one" {
  awk 'BEGIN { print "k,v"; for (i = 0; i < 1600000; i++) printf "%d,%d\n", i * 7919 % 100003, i }' >big.csv
  split -n l/2 big.csv half.
  { echo k,v; cat half.ab; } >"$LAB/own.2/half.csv"
  cp half.aa "$LAB/own.1/half.csv"
  received() { awk '$1 == "br0:" { print $2 }' /proc/net/dev; }
  local before after
  before=$(received)
  flow_on 'h1*1,h2*1,h3*1,h4*1' --unordered \
    "pscan h1:$LAB/own/half.csv h2:$LAB/own/half.csv | pagg -k k 'median(v) as m' | pagg 'count(*), sum(m)' -t csv" >out
  after=$(received)
  same "$(bash -c "pagg -k k 'median(v) as m' big.csv | pagg 'count(*), sum(m)' -t csv")" "$(cat out)"
  # Of 20 MB of text planning has sampled some.
  echo "$((after - before)) bytes" >&2
  [ $((after - before)) -lt 5000000 ]
}

@test "random flows over files of hosts give what the shell gives" {
  local ssh="$LAB_SSH -o ControlPath=$LAB/warm-%C" i
  for i in 1 2 3; do $ssh -o ControlMaster=yes -N -f "h$i"; done
  mkdir wrapped flows
  printf '#!/bin/sh\nexec "%s/pflow" --ssh "%s" --hosts h1,h2*1,h3*3 "$@"\n' \
    "$PENSTOCK_BIN" "$ssh" >wrapped/pflow
  chmod +x wrapped/pflow
  (cd flows && PATH=../wrapped:$PATH "$PENSTOCK_PYTHON" "$root/tests/hosts/operand_flows.py" \
    "${OPERAND_FLOWS:-30}" "${OPERAND_SEED:-1}" h1 h2 h3)
  for i in 1 2 3; do $ssh -O exit "h$i" 2>/dev/null; done
}
