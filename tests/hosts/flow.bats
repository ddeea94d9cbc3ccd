# pflow --hosts: the same bytes as in a shell.
load lab.bash
load ../flows.bash

flow_on() {
  pflow --ssh "$LAB_SSH" --hosts "$@"
}

# everywhere FLOW: as in a shell, on hosts that take turns from flow to flow.
everywhere() {
  local wanted
  local choices=(h1,h2 'h1*1,h2*2,h3*1,h4*3' ':*1,h3*2')
  local hosts=${choices[flows++ % 3]}
  wanted=$(bash -c "$1"; echo .)
  same "$wanted" "$(flow_on "$hosts" "$1"; echo .)" || {
    echo "on $hosts: $1" >&2
    return 1
  }
}

@test "the flows of the tests of one host give the same bytes on several" {
  flows_of_one_host
}

@test "statements, and files that later ones read" {
  tables
  everywhere 'pscan rows.csv -w "id > 1000" > big.arrows
pagg -k city "sum(price)" big.arrows | psort -k city -t csv'
  everywhere "pjoin -k city=name rows.csv <(pscan cities.csv | pfilter 'size > 200') | pagg -k city 'count(*), sum(size)' | psort -k city -t csv"
}

@test "each statement has inputs of its own that all workers read" {
  tables
  local one='pscan rows.csv | pjoin -k city=name <(pscan cities.csv | pfilter "size > 200" | psort -k name)'
  everywhere "$one | pagg 'sum(size)' -t csv
${one/200/300} | pagg 'sum(size)' -t csv
${one/200/400} | pagg 'sum(size)' -t csv"
}

# The bytes that this host has received.
received() {
  awk '$1 == "br0:" { print $2 }' /proc/net/dev
}

@test "rows between hosts never pass through this one" {
  awk 'BEGIN { print "k,v"; for (i = 0; i < 400000; i++) printf "%d,%d\n", i * 7919 % 100003, i }' >big.csv
  local before after
  before=$(received)
  flow_on 'h1*1,h2*1,h3*1,h4*1' "pscan big.csv | pagg -k k 'median(v) as m' | pagg 'count(*), sum(m)' -t csv" >out
  after=$(received)
  same "$(bash -c "pagg -k k 'median(v) as m' big.csv | pagg 'count(*), sum(m)' -t csv")" "$(cat out)"
  # Three quarters of 400,000 rows of 16 bytes go to another host; we get a row.
  echo "$((after - before)) bytes" >&2
  [ $((after - before)) -lt 1000000 ]
}

@test "--explain shows which worker runs on which host, and what goes over the network" {
  tables
  run -0 flow_on 'h1*1,h2*2' --explain "pscan rows.csv | pagg -k city 'sum(price)' | psort -k city"
  [[ ${lines[0]} == "# pflow -n 3" ]]
  [[ ${lines[1]} == "# fragment 1, 3 workers (1 on h1, 2 3 on h2): "* ]]
  [[ $output == *"1 worker (here), exchange over the network: "* ]]
  same "$(bash -c "pagg -k city 'sum(price)' rows.csv | psort -k city -t csv")" \
    "$(bash -c "$output -t csv")"
}

@test "an input that a host lacks, or has another of, is an error before any row moves" {
  cp sales.csv "$LAB/own/other.csv"
  cd "$LAB/own"
  run -125 --separate-stderr flow_on h1,h2 "pagg -k city 'sum(price)' other.csv"
  same "pflow: h1: $LAB/own/other.csv: No such file or directory; every host needs the input at the same path, unless --transfer sends it" "$stderr"
  same "" "$output"
  on h1 "cp $BATS_TEST_TMPDIR/sales.csv $LAB/own/other.csv; echo 4,Rom,1 >>$LAB/own/other.csv"
  run -125 --separate-stderr flow_on h1 -n 2 "pagg -k city 'sum(price)' other.csv"
  [[ $stderr == "pflow: h1: $LAB/own/other.csv has "*" bytes there, and "*" here" ]]
}

@test "a stage that fails on a host is named with it" {
  printf 'a,b\n1,x\n' >bad.csv
  for ((i = 0; i < 2000; ++i)); do echo "$i,y"; done >>bad.csv
  echo 'oops,z' >>bad.csv
  run -1 --separate-stderr flow_on 'h1*1,h2*1' "pscan --types a=int64 bad.csv | pagg -k b 'sum(a)'"
  echo "$stderr"
  [[ $stderr == "pflow: fragment 1, worker "*" of 2, host h"*", "*"bad.csv:2003: column 'a': 'oops' is not an integer"* ]]
  for host in h1 h2; do eventually is_clean "$host"; done
}

@test "all listening sockets of a flow have keys, and lie at the hosts' addresses" {
  awk 'BEGIN { print "k,v"; for (i = 0; i < 2000000; i++) printf "%d,%d\n", i * 7919 % 100003, i }' >big.csv
  flow_on 'h1*1,h2*1' "pscan big.csv | pagg -k k 'median(v) as m' | pagg 'count(*)' -t csv" >out 2>said &
  local flow=$! seen=0 line
  while kill -0 "$flow" 2>/dev/null; do
    for host in h1 h2; do
      while read -r _ _ _ line _; do
        [[ $line == 10.77.0.${host#h}:* ]]
        # A peer without a key of the run gets nothing, and does no harm.
        echo garbage >"/dev/tcp/${line/://}" || true
        seen=$((seen + 1))
      done < <(ip netns exec "$host" ss -Hltn 'sport != :2222')
    done
  done
  wait "$flow"
  same "count
100003" "$(cat out)"
  [ "$seen" -gt 0 ]
  # They are counted in the log of the exchange.
  grep -E "^h[12]: pexchange: tcp://10.77.0.[12]:[0-9]*: refused [0-9]+ connections? in the handshake, 0 of them with other keys$" said
}
