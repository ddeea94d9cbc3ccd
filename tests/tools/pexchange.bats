#!/usr/bin/env bats
# each: pexchange left.csv

load ../setup

# A private directory with a short path for sockets; workers that a failed test leaves behind end
# with it.
setup_sockets() {
  d=$(mktemp -d /tmp/pex.XXXXXX)
  to=ipc://$d/1,ipc://$d/2
  workers=()
}

teardown() {
  for pid in "${workers[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  [ -z "${d-}" ] || rm -rf "$d"
}

# numbers FIRST STEP LAST: a CSV column k.
numbers() { printf 'k\n'; seq "$1" "$2" "$3"; }

# ends STATUS WITHIN PID: the process ends with that status in that many seconds.
ends() {
  local deadline=$((SECONDS + $2)) status=0
  while kill -0 "$3" 2>/dev/null && [ "$SECONDS" -le "$deadline" ]; do sleep 0.05; done
  ! kill -0 "$3" 2>/dev/null || { echo "still runs after $2 s" >&2; return 1; }
  wait "$3" || status=$?
  same "$1" "$status"
}

# waits_for FILE: until it is there.
waits_for() {
  for _ in $(seq 200); do [ ! -e "$1" ] || return 0; sleep 0.05; done
  return 1
}

@test "without endpoints the input passes through" {
  gives $'id,city,price\n1,Bern,2.5\n2,Oslo,\n3,Bern,10' pexchange --hash -k city -t csv sales.csv
  for how in "--range -k id" --round-robin --broadcast --single "--grid 2x3" "--hash -k id --merge"; do
    same "$(pscan sales.csv -t csv)" "$(pexchange $how sales.csv -t csv)"
  done
  fails 1 "pexchange: unknown column 'cty'; did you mean 'city'?" pexchange --hash -k cty sales.csv
}

@test "each row comes to one receiver, equal keys to the same" {
  setup_sockets
  numbers 1 2 19999 >odd.csv
  numbers 0 3 29999 >third.csv
  pexchange --hash -k k --send "$to" odd.csv &
  pexchange --hash -k k --send "$to" third.csv &
  pexchange --receive "ipc://$d/1" --senders 2 -o 1.csv &
  pexchange --receive "ipc://$d/2" --senders 2 -o 2.csv
  wait
  same "$(tail -q -n +2 odd.csv third.csv | sort)" "$(tail -q -n +2 1.csv 2.csv | sort)"
  same "" "$(comm -12 <(tail -n +2 1.csv | sort -u) <(tail -n +2 2.csv | sort -u))"
  [ "$(wc -l <1.csv)" -gt 5000 ]
  [ "$(wc -l <2.csv)" -gt 5000 ]
  same "" "$(ls -A "$d")"
}

@test "a heavy key's rows are spread, its partners go everywhere" {
  setup_sockets
  awk 'BEGIN { print "k,i"; for (i = 1; i <= 20000; i++) print (i % 2 ? 7 : i) "," i }' >left.csv
  awk 'BEGIN { print "k,name"; for (i = 0; i <= 20000; i++) print i ",n" i }' >right.csv
  pexchange --hash -k k --spread heavy --send "$to" left.csv &
  pexchange --hash -k k --spread heavy --second-input --send "ipc://$d/3,ipc://$d/4" right.csv &
  for part in 1 2; do
    pjoin -k k -t csv -o "$part.csv" \
      <(pexchange --receive "ipc://$d/$part" --spread heavy --senders 1 2>>notes) \
      <(pexchange --receive "ipc://$d/$((part + 2))" --senders 1) &
  done
  wait
  same "$(pjoin -k k left.csv right.csv -t csv | tail -n +2 | sort)" \
    "$(tail -q -n +2 1.csv 2.csv | sort)"
  for part in 1 2; do
    [ "$(grep -c '^7,' "$part.csv")" -gt 4000 ]
    [ "$(wc -l <"$part.csv")" -lt 12000 ]
  done
  [[ $(cat notes) == "pexchange: 1 of the keys holds about "[45][0-9]" % of the rows: they are spread over all workers" ]]
  fails 2 "pexchange: --spread is for --hash (see pexchange --help)" \
    pexchange --round-robin --spread heavy --send "$to" left.csv
}

@test "tcp, numbered senders and a name" {
  setup_sockets
  local port=$((20000 + RANDOM % 20000))
  pexchange --single --worker 2 --name r1/2/0 --send "tcp://127.0.0.1:$port" sales.csv &
  pexchange --single --worker 1 --name r1/2/0 --send "tcp://127.0.0.1:$port" sales.csv &
  run -0 pexchange --receive "tcp://127.0.0.1:$port" --senders 2 --name r1/2/0 -t csv
  wait
  same 7 "${#lines[@]}"
}

@test "range: receivers get ranges, and merge what was sorted" {
  setup_sockets
  numbers 1 2 4000 >odd.csv
  numbers 0 2 4000 >even.csv
  pexchange --range -k k --send "$to" odd.csv &
  pexchange --range -k k --send "$to" even.csv &
  pexchange --receive "ipc://$d/1" --senders 2 --merge -k k -o 1.csv &
  pexchange --receive "ipc://$d/2" --senders 2 --merge -k k -o 2.csv
  wait
  same "$(seq 0 4000)" "$(tail -q -n +2 1.csv 2.csv)"
  [ "$(wc -l <1.csv)" -gt 1500 ]
  [ "$(wc -l <2.csv)" -gt 1500 ]
}

@test "one receiver puts parts together as pmerge does" {
  setup_sockets
  for part in 1 2 3; do
    awk -v p=$part 'BEGIN { print "k,i"; for (i = 0; i < 5000; i++) print int(i / 7) "," p "-" i }' >$part.csv
  done
  # gather OPTIONS…: the parts, the last sender first.
  gather() {
    for part in 3 2 1; do pexchange --single --worker $part --send "ipc://$d/1" $part.csv & done
    pexchange --receive "ipc://$d/1" --senders 3 -t csv "$@"
    wait
  }
  gather --in-turn -S 1M >got.csv
  cmp got.csv <(pmerge --in-turn 1.csv 2.csv 3.csv -t csv)
  gather --merge -k k >got.csv
  cmp got.csv <(pmerge -k k 1.csv 2.csv 3.csv -t csv)
}

@test "broadcast sends every row to every receiver, round-robin an equal share" {
  setup_sockets
  numbers 1 1 9999 >n.csv
  pexchange --broadcast --send "$to" n.csv &
  pexchange --receive "ipc://$d/1" --senders 1 -o 1.csv &
  pexchange --receive "ipc://$d/2" --senders 1 -o 2.csv
  wait
  cmp n.csv 1.csv
  cmp n.csv 2.csv
  pexchange --round-robin --send "$to" n.csv &
  pexchange --receive "ipc://$d/1" --senders 1 -o 1.csv &
  pexchange --receive "ipc://$d/2" --senders 1 -o 2.csv
  wait
  same "$(seq 9999)" "$(tail -q -n +2 1.csv 2.csv | sort -n)"
  [ "$(wc -l <1.csv)" -gt 4000 ]
  [ "$(wc -l <2.csv)" -gt 4000 ]
}

@test "wrong command lines" {
  fails 2 "pexchange: --send and --receive are two ends; name one (see pexchange --help)" \
    pexchange --hash -k id --send ipc:///x/1 --receive ipc:///x/2
  fails 2 "pexchange: --receive needs --senders (see pexchange --help)" pexchange --receive ipc:///x/1
  fails 2 "pexchange: --hash needs keys; use -k (see pexchange --help)" pexchange --hash sales.csv
  fails 2 "pexchange: how to partition is missing; use --hash, --range, --round-robin, --broadcast, --single or --grid (see pexchange --help)" \
    pexchange --send ipc:///x/1 sales.csv
  fails 2 "pexchange: --senders: '0' is not a number from 1 to 1024 (see pexchange --help)" \
    pexchange --receive ipc:///x/1 --senders 0
  fails 2 "pexchange: --senders: '1025' is not a number from 1 to 1024 (see pexchange --help)" \
    pexchange --receive ipc:///x/1 --senders 1025
  fails 2 "pexchange: --timeout: '0' is not a number from 1 to 86400 (see pexchange --help)" \
    pexchange --receive ipc:///x/1 --senders 1 --timeout 0
  local long
  long=ipc:///$(printf 'x%.0s' $(seq 107))
  run -2 --separate-stderr pexchange --receive "$long" --senders 1
  [[ $stderr == *"at most 107 bytes, this one has 108"* ]]
  run -2 --separate-stderr pexchange --receive tcp://0.0.0.0:5555 --senders 1
  [[ $stderr == *"is not a loopback address"* ]]
}

@test "keys are made once, and for their owner alone" {
  fails 2 "pexchange: -t has no meaning with --make-keys (see pexchange --help)" \
    pexchange --make-keys -t csv
  run -0 pexchange --make-keys
  same "penstock-keys 1" "${lines[0]}"
  same 3 "${#lines[@]}"
  pexchange --make-keys -o keys
  same 600 "$(stat -c %a keys)"
  run -1 --separate-stderr pexchange --make-keys -o keys
  same "pexchange: keys: exists already; keys do not replace a file" "$stderr"
  chmod 644 keys
  fails 2 "pexchange: --keys and the input are both standard input (see pexchange --help)" \
    pexchange --single --send tcp://127.0.0.1:1 --keys - -
  fails 1 "pexchange: keys: other users may read these keys; use chmod 600 keys" \
    pexchange --receive tcp://127.0.0.1:1 --senders 1 --keys keys
}

@test "with keys, rows move to any address" {
  setup_sockets
  pexchange --make-keys -o keys
  pexchange --make-keys -o others
  local port=$((20000 + RANDOM % 20000)) rows
  rows=$(pscan -t csv sales.csv)
  pexchange --receive "tcp://0.0.0.0:$port" --senders 1 --keys keys -t csv >got 2>receiver.err &
  workers+=($!)
  fails 1 "pexchange: tcp://127.0.0.1:$port: the receiver refused our key; use the keys of this exchange" \
    pexchange --single --send "tcp://127.0.0.1:$port" --keys <(cat others; grep public keys |
      sed "s|public|receiver tcp://127.0.0.1:$port|") sales.csv
  pexchange --single --send "tcp://127.0.0.1:$port" --keys <(cat keys) sales.csv
  wait "${workers[0]}"
  same "$rows" "$(cat got)"
  same "pexchange: tcp://0.0.0.0:$port: refused a connection from 127.0.0.1: its key is not in the keys file
pexchange: tcp://0.0.0.0:$port: refused 1 connection in the handshake, 1 of them with other keys" \
    "$(cat receiver.err)"
}

@test "compressed rows are the same rows" {
  setup_sockets
  numbers 1 1 50000 >n.csv
  for way in none lz4 zstd auto; do
    pexchange --broadcast --compress $way --send "$to" n.csv &
    pexchange --receive "ipc://$d/1" --senders 1 -t csv >1.csv &
    pexchange --receive "ipc://$d/2" --senders 1 -t csv >2.csv
    wait
    cmp n.csv 1.csv
    cmp n.csv 2.csv
  done
  fails 2 "pexchange: --compress: 'gzip' is not auto, none, lz4 or zstd (see pexchange --help)" \
    pexchange --single --compress gzip --send "ipc://$d/1" n.csv
}

@test "a receiver inherits a socket that listens" {
  setup_sockets
  pexchange --make-keys -o keys
  cat >listen.py <<'EOF'
import os, socket, subprocess, sys
listening = socket.create_server(("127.0.0.1", 0))
where = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
fd = str(listening.fileno())
sender = subprocess.Popen(["pexchange", "--single", "--send", where, "--keys", "keys", "sales.csv"])
receiver = subprocess.run(["pexchange", "--receive", where, "--listen-fd", fd, "--senders", "1",
                           "--keys", "keys", "-t", "csv"], pass_fds=[listening.fileno()])
other = where[:where.rindex(":")] + ":1"
refused = subprocess.run(["pexchange", "--receive", other, "--listen-fd", fd, "--senders", "1"],
                         pass_fds=[listening.fileno()], stderr=subprocess.PIPE, text=True)
sys.stderr.write(refused.stderr.replace(where, "THERE").replace(f"descriptor {fd}", "it"))
sys.exit(receiver.returncode or sender.wait())
EOF
  run -0 --separate-stderr python3 listen.py
  same "$(pscan -t csv sales.csv)" "$output"
  same "pexchange: tcp://127.0.0.1:1: it listens at THERE" "$stderr"
}

@test "a directory that others may enter, and one that is not there" {
  setup_sockets
  mkdir -m 755 "$d/open"
  fails 1 "pexchange: ipc://$d/open/1: others may enter $d/open; use a directory of your own with mode 0700, as mktemp -d makes it" \
    pexchange --receive "ipc://$d/open/1" --senders 1
  fails 1 "pexchange: ipc://$d/open/1: others may enter $d/open; use a directory of your own with mode 0700, as mktemp -d makes it" \
    pexchange --hash -k id --send "ipc://$d/open/1" --timeout 1 sales.csv
  fails 1 "pexchange: ipc://$d/no/1: $d/no: No such file or directory" \
    pexchange --receive "ipc://$d/no/1" --senders 1
  fails 1 "pexchange: ipc://$d/no/1: $d/no: No such file or directory" \
    pexchange --hash -k id --send "ipc://$d/no/1,ipc://$d/2" --timeout 1 sales.csv
}

@test "a failure names one place at every end" {
  setup_sockets
  { echo a; seq 300000; echo x; } >bad.csv
  endless() { echo a; while seq 100000 2>/dev/null; do :; done; }
  for types in int text; do
    # With text it is the first receiver that fails, while rows still come: a sender whose rows have
    # all arrived would have ended well.
    out=/dev/null from="cat bad.csv"
    [ $types = int ] || out=/dev/full from=endless
    pexchange --receive "ipc://$d/1" --senders 2 --timeout 20 -t csv >$out 2>r1.err & workers+=($!)
    pexchange --receive "ipc://$d/2" --senders 2 --timeout 20 -t csv >/dev/null 2>r2.err & workers+=($!)
    $from | pexchange --hash -k a --send "$to" --timeout 20 --types a=$types 2>s1.err & workers+=($!)
    $from | pexchange --hash -k a --send "$to" --timeout 20 --types a=$types 2>s2.err & workers+=($!)
    for worker in "${workers[@]}"; do wait "$worker" || true; done
    workers=()
    for end in r1 r2 s1 s2; do
      same 1 "$(wc -l <$end.err)"
      [ "$(grep -o ipc:// $end.err | wc -l)" -le 1 ] || { cat $end.err; return 1; }
    done
    if [ $types = int ]; then
      grep -q "standard input:300002: column 'a': 'x' is not an integer" r1.err
    else
      grep -q "^pexchange: ipc://$d/1: standard output: write: No space left on device" r2.err
    fi
  done
}

@test "every name of this host" {
  for host in localhost 127.0.0.1 127.0.0.2 '[::1]'; do
    # A host may have no IPv6.
    if [ "$host" = '[::1]' ] && ! grep -qs ' lo$' /proc/net/if_inet6; then continue; fi
    port=$((20000 + RANDOM % 20000))
    pexchange --receive "tcp://$host:$port" --senders 1 --timeout 20 -t csv >got 2>receiver.err &
    run -0 --separate-stderr pexchange --single --send "tcp://$host:$port" --timeout 20 sales.csv
    wait $!
    same "$(pscan -t csv sales.csv)" "$(cat got)"
  done
}

@test "a second receiver, and the socket of a killed one" {
  setup_sockets
  pexchange --receive "ipc://$d/1" --senders 1 -o got.csv &
  local first=$!
  waits_for "$d/1"
  fails 1 "pexchange: ipc://$d/1: another receiver listens there" \
    pexchange --receive "ipc://$d/1" --senders 1
  kill -9 "$first"
  wait "$first" || true
  [ -S "$d/1" ]
  pexchange --single --send "ipc://$d/1" sales.csv &
  run -0 pexchange --receive "ipc://$d/1" --senders 1 -t csv
  same 4 "${#lines[@]}"
  wait
}

@test "a sender that never comes, and a receiver" {
  setup_sockets
  fails 1 "pexchange: ipc://$d/1: 1 of 1 senders did not come within 1 s (missing: 1); see --timeout" \
    pexchange --receive "ipc://$d/1" --senders 1 --timeout 1
  fails 1 "pexchange: ipc://$d/1: no receiver answered within 1 s; see --timeout" \
    pexchange --single --send "ipc://$d/1" --timeout 1 sales.csv
}

@test "senders with different columns" {
  setup_sockets
  printf 'id,city\n1,a\n' >other.csv
  pexchange --single --worker 1 --send "ipc://$d/1" sales.csv 2>1.txt &
  workers+=($!)
  pexchange --single --worker 2 --send "ipc://$d/1" other.csv 2>2.txt &
  workers+=($!)
  run -1 --separate-stderr pexchange --receive "ipc://$d/1" --senders 2 -t csv
  [[ $stderr == "pexchange: ipc://$d/1: sender "*"columns and "*"make them equal with pproject" ]]
  ends 1 5 "${workers[0]}"
  ends 1 5 "${workers[1]}"
  [[ $(cat 1.txt) == "pexchange: ipc://$d/1: "*"make them equal with pproject" ]]
  [[ $(cat 2.txt) == "pexchange: ipc://$d/1: "*"make them equal with pproject" ]]
}

@test "garbage at the socket disturbs nobody" {
  setup_sockets
  pexchange --receive "ipc://$d/1" --senders 1 -o got.csv 2>said.txt &
  local receiver=$!
  workers+=($!)
  waits_for "$d/1"
  python3 - "$d/1" <<'PY'
import os, socket, sys
for text in (b"GET / HTTP/1.0\r\n\r\n", os.urandom(100_000), b"", b"\xff" + bytes(8) + b"\x7f\x03"):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(sys.argv[1])
        try:
            peer.sendall(text)
        except OSError:
            pass
PY
  pexchange --single --send "ipc://$d/1" --name other sales.csv 2>other.txt || true
  [[ $(cat other.txt) == "pexchange: ipc://$d/1: it belongs to the exchange 'other', not to ''" ]]
  pexchange --single --send "ipc://$d/1" sales.csv
  ends 0 5 "$receiver"
  same "$(cat sales.csv)" "$(sed 's/,Bern,10/,"Bern",10/' got.csv)"
  [[ $(cat said.txt) == "pexchange: ipc://$d/1: refused a connection: "* ]]
}

@test "a sender that dies is an error that names it" {
  setup_sockets
  { numbers 1 1 100000; sleep 20; } 3>&- | pexchange --single --worker 1 --send "ipc://$d/1" 2>1.txt &
  workers+=($!)
  pexchange --receive "ipc://$d/1" --senders 1 -o got.csv 2>said.txt &
  local receiver=$!
  workers+=($!)
  sleep 1
  kill -9 "${workers[0]}"
  ends 1 5 "$receiver"
  [[ $(cat said.txt) == "pexchange: ipc://$d/1: sender 1 stopped before it had sent all rows (after "*" rows)" ]]
  [ ! -e got.csv ]
}

# bats test_tags=slow
@test "a receiver that dies ends its senders, though their input waits" {
  setup_sockets
  { numbers 1 1 1000; sleep 20; } 3>&- | pexchange --single --send "ipc://$d/1" 2>said.txt &
  local sender=$!
  workers+=($!)
  pexchange --receive "ipc://$d/1" --senders 1 -o got.csv &
  local receiver=$!
  workers+=($!)
  sleep 1
  kill -9 "$receiver"
  ends 1 5 "$sender"
  [[ $(cat said.txt) == "pexchange: ipc://$d/1: the receiver is gone (after "*" rows)" ]]
}

# bats test_tags=slow
@test "a peer that is stopped is an error within 10 seconds" {
  setup_sockets
  { numbers 1 1 1000; sleep 20; } 3>&- | pexchange --single --send "ipc://$d/1" 2>sender.txt &
  local sender=$!
  workers+=($!)
  pexchange --receive "ipc://$d/1" --senders 1 -o 1.csv 2>receiver.txt &
  local receiver=$!
  workers+=($!)
  { numbers 1 1 1000; sleep 20; } 3>&- | pexchange --single --send "ipc://$d/2" 2>other.txt &
  local other=$!
  workers+=($!)
  pexchange --receive "ipc://$d/2" --senders 1 -o 2.csv &
  local stopped=$!
  workers+=($!)
  sleep 1
  kill -STOP "$sender" "$stopped"
  ends 1 10 "$receiver"
  ends 1 10 "$other"
  [[ $(cat receiver.txt) == "pexchange: ipc://$d/1: sender 1 has not answered for 8 s (after "* ]]
  [[ $(cat other.txt) == "pexchange: ipc://$d/2: the receiver has not answered for 8 s (after "* ]]
  [ ! -e 1.csv ]
}

@test "an input that is cut fails both ends with its own words" {
  setup_sockets
  pscan sales.csv | head -c 300 >cut.arrows
  pexchange --single --send "ipc://$d/1" cut.arrows 2>sender.txt &
  workers+=($!)
  run -1 --separate-stderr pexchange --receive "ipc://$d/1" --senders 1 -o got.csv
  [[ $stderr == "pexchange: ipc://$d/1: sender 1: cut.arrows: input ended before"* ]]
  ends 1 5 "${workers[0]}"
  [[ $(cat sender.txt) == "pexchange: cut.arrows: input ended before"* ]]
  [ ! -e got.csv ]
}

@test "a reader that has had enough ends all upstream quietly" {
  setup_sockets
  for worker in 1 2; do
    { seq 1 10000000 | pscan --names k --no-header - 2>>said.txt; } |
      pexchange --hash -k k --send "$to" 2>>said.txt &
    workers+=($!)
  done
  pexchange --receive "ipc://$d/1" --senders 2 2>>said.txt | phead -n 3 -o 1.csv &
  pexchange --receive "ipc://$d/2" --senders 2 2>>said.txt | phead -n 3 -o 2.csv
  ends 141 5 "${workers[0]}"
  ends 141 5 "${workers[1]}"
  wait
  same 4 "$(wc -l <1.csv)"
  same 4 "$(wc -l <2.csv)"
  same "" "$(cat said.txt)"
}

# bats test_tags=memory
@test "a receiver that nobody reads stops its sender; memory stays bounded" {
  setup_sockets
  pscan --names k --no-header <(seq 1 6000000) -o n.arrows
  command time -f %M -o peak.txt pexchange --single -S 4M --send "ipc://$d/1" n.arrows &
  workers+=($!)
  { command time -f %M -o peak2.txt pexchange --receive "ipc://$d/1" --senders 1 -S 4M; } |
    { sleep 2; pagg 'count(*) as n' -t csv >n.csv; } &
  wait
  same $'n\n6000000' "$(cat n.csv)"
  [ "$(cat peak.txt)" -lt 60000 ]
  [ "$(cat peak2.txt)" -lt 60000 ]
}

# The merge outside needs the second receiver's first row before it reads the rest of the first's,
# and the sender, whose rows are sorted, has them behind all of the first's.
@test "ranges that are merged outside do not wait in a ring" {
  setup_sockets
  pscan --names k --no-header <(seq 1 3000000) -o n.arrows
  timeout 60 pexchange --range -k k -S 1M --send "$to" n.arrows &
  workers+=($!)
  run -0 bash -c "timeout 60 pmerge -k k <(pexchange --receive ipc://$d/1 --senders 1 -S 1M) \
    <(pexchange --receive ipc://$d/2 --senders 1 -S 1M) |
    timeout 60 pagg 'count(*) as n, min(k) as a, max(k) as b' -t csv"
  same $'n,a,b\n3000000,1,3000000' "$output"
  ends 0 5 "${workers[0]}"
}

# Whichever process dies, and whenever: no receiver's output looks complete unless it has all rows, and nobody is
# left behind.
@test "one of four processes is killed at a random moment" {
  setup_sockets
  pscan --names k --no-header <(seq 1 3000000) -o n.arrows
  for round in 1 2 3 4 5 6; do
    rm -f 1.arrow 2.arrow
    workers=()
    for end in 1 2; do
      pexchange --hash -k k --send "$to" --timeout 3 n.arrows 2>>said.txt &
      workers+=($!)
      pexchange --receive "ipc://$d/$end" --senders 2 --timeout 3 -o "$end.arrow" 2>>said.txt &
      workers+=($!)
    done
    sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
    local victim=${workers[RANDOM % 4]} failed=0
    kill -9 "$victim" 2>/dev/null || true
    for pid in "${workers[@]}"; do wait "$pid" || failed=$((failed + 1)); done
    echo "round $round: $failed failed"
    # Either it was too late, or all that had not ended yet have failed.
    if [ -e 1.arrow ] && [ -e 2.arrow ]; then
      same 6000000 "$(pmerge 1.arrow 2.arrow | pagg 'count(*)' -t csv | tail -n 1)"
    else
      [ "$failed" -ge 1 ]
    fi
  done
}

@test "--spread: a file that never comes is not waited for longer than --timeout (12)" {
  { echo k,v; seq -f '%g,1' 1 9; } >rows.csv
  mkdir -m 700 sockets
  timeout 20 pexchange --receive "ipc://$PWD/sockets/a" --senders 1 >received 2>errors &
  fails 1 "pexchange: --spread none: the exchange of the first input has not left its heavy keys there within 1 s; is it running, with the same file? use --timeout to wait longer" \
    timeout 20 pexchange --hash --spread=none --second-input --timeout 1 -k k "--send=ipc://$PWD/sockets/a" rows.csv
  status=0
  wait $! || status=$?
  same 1 "$status"
  [[ $(cat errors) == *"--spread none: "* ]]
}
