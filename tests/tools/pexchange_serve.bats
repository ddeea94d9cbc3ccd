#!/usr/bin/env bats

load ../setup

# Waits for what runs in the background, so that none of it outlives its test.
teardown() {
  if [ -n "${server:-}" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
}

rows() { awk -v n="$1" 'BEGIN { print "k,v"; for (i = 0; i < n; ++i) print i % 97 "," i }'; }

# remote_list ENDPOINT PREFIX FOLDER...: the list of all files that have rows, for --read.
remote_list() {
  local endpoint=$1 prefix=$2
  shift 2
  for folder; do
    awk -v at="$endpoint $prefix$folder/" \
      'NF == 5 && $1 > 0 { print $1, $2, $3, at $5 }' "$folder/files"
  done | awk 'BEGIN { print "penstock input files 2" } { print } END { print "end", NR }'
}

# Each test has ports of its own.
port() { echo $((20000 + BASHPID % 20000)); }

# serve ENDPOINT [OPTION...]: serves the test's folder in the background.
serve() {
  local endpoint=$1
  shift
  pexchange --serve . --endpoint "$endpoint" "$@" 2>>serve.log &
  server=$!
}

@test "files are read over tcp with keys, one after the other and merged" {
  rows 20000 >in.csv
  pexchange --hash -k k --partitions 5 --write out in.csv
  pexchange --make-keys -o keys
  at=tcp://127.0.0.1:$(port)
  serve "$at" --keys keys
  remote_list "$at" "" out >list
  pexchange --read list --keys keys -t csv >all.csv
  same "$(tail -n +2 in.csv | sort)" "$(tail -n +2 all.csv | sort)"
  pexchange --read list --keys keys --merge -k v -t csv >merged.csv
  same "$(cat in.csv)" "$(cat merged.csv)"
  pexchange --make-keys -o others
  run -1 --separate-stderr pexchange --read list --keys others
  same "pexchange: $at: the server has another key than our keys file states" "$stderr"
  run -1 --separate-stderr pexchange --read list
  same "pexchange: $at: the server wants keys, or is not a file server; see --keys" "$stderr"
}

@test "files are read by ipc, and with files of this host" {
  rows 3000 >in.csv
  pexchange --round-robin --partitions 3 --write out in.csv
  chmod 700 .
  serve "ipc://$PWD/socket"
  remote_list "ipc://$PWD/socket" "" out | sed "3s|ipc.* out|- $PWD/out|" >list
  same "- $PWD/out/2.arrow" "$(sed -n 3p list | cut -d ' ' -f 4-)"
  same "$(cat in.csv)" "$(pexchange --read list --merge -k v -t csv)"
}

@test "files that are gone, damaged or out of the folder" {
  rows 1000 >in.csv
  mkdir served
  pexchange --single --write out in.csv
  mv out served/
  chmod 700 .
  at=ipc://$PWD/socket
  (cd served && exec pexchange --serve . --endpoint "$at") &
  server=$!
  remote_list "$at" "" served/out | sed 's| served/| |' >list
  file="$at: out/1.arrow"
  same "$(cat in.csv)" "$(pexchange --read list -t csv)"
  cp served/out/1.arrow whole
  printf x >>served/out/1.arrow
  fails 1 "pexchange: $file: is damaged: has $(stat -c %s served/out/1.arrow) bytes, not $(stat -c %s whole)" \
    pexchange --read list -t csv
  cp whole served/out/1.arrow
  printf '\xAA' | dd of=served/out/1.arrow bs=1 seek=5000 conv=notrunc status=none
  run -1 --separate-stderr pexchange --read list
  same "pexchange: $file: is damaged: its checksum is not that of its writer" "$stderr"
  ln -sf "$PWD/whole" served/out/1.arrow
  run -1 --separate-stderr pexchange --read list
  same "pexchange: $file: cannot be read: is not below the served folder" "$stderr"
  rm served/out/1.arrow
  fails 1 "pexchange: $file: is gone" pexchange --read list
}

@test "a server that was killed and runs again is read on; one that stays away is an error" {
  rows 200000 >in.csv
  pexchange --round-robin --partitions 20 --write out in.csv
  chmod 700 .
  at=ipc://$PWD/socket
  remote_list "$at" "" out >list
  serve "$at"
  mkfifo rows
  pexchange --read list -t csv >rows &
  reader=$!
  exec 7<rows
  IFS= read -r first <&7
  same k,v "$first"
  kill -9 "$server"
  wait "$server" || true
  serve "$at"
  same "$(tail -n +2 in.csv | sort | md5sum)" "$(sort <&7 | md5sum)"
  wait "$reader"
  kill -9 "$server"
  wait "$server" || true
  server=
  run -1 --separate-stderr pexchange --read list --timeout 1
  same "pexchange: $at: the server has not answered for 1 s" "$stderr"
}

@test "--as-is gives the bytes of the files, of this host and others" {
  rows 200000 >in.csv
  pexchange --round-robin --partitions 3 --write out in.csv
  : >out/empty
  chmod 700 .
  serve "ipc://$PWD/socket"
  {
    remote_list "ipc://$PWD/socket" "" out | sed '1d; $d; 3s|ipc.* out|- '"$PWD/out|"
    echo "0 0 2d06800538d394c2 ipc://$PWD/socket out/empty"
    echo "7 0 2d06800538d394c2 - $PWD/out/empty"
  } | awk 'BEGIN { print "penstock input files 2" } { print } END { print "end", NR }' >list
  pexchange --read list --as-is >all
  cat out/[123].arrow | cmp - all
  run -1 --separate-stderr bash -c 'pexchange --read list --as-is >/dev/full'
  same "pexchange: standard output: write: No space left on device" "$stderr"
  pexchange --read list --as-is | head -c 10 | cmp - <(head -c 10 all)
  printf '\xAA' | dd of=out/1.arrow bs=1 seek=5000 conv=notrunc status=none
  file="ipc://$PWD/socket: out/1.arrow"
  run -1 --separate-stderr bash -c 'pexchange --read list --as-is >part'
  same "pexchange: $file: is damaged: its checksum is not that of its writer" "$stderr"
  size=$(stat -c %s out/1.arrow)
  printf x >>out/1.arrow
  run -1 --separate-stderr bash -c 'pexchange --read list --as-is >part'
  same "pexchange: $file: is damaged: has $((size + 1)) bytes, not $size" "$stderr"
  fails 2 "pexchange: options for writing have no meaning with --as-is (see pexchange --help)" \
    pexchange --read list --as-is -t csv
}

@test "a server inherits a socket that listens" {
  rows 2000 >in.csv
  pexchange --single --write out in.csv
  pexchange --make-keys -o keys
  cat >listen.py <<'EOF'
import socket, subprocess, sys
listening = socket.create_server(("127.0.0.1", 0))
where = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
facts = next(line for line in open("out/files") if line.endswith(" 1.arrow\n")).split()[:3]
with open("list", "w") as file:
    print("penstock input files 2", f"{' '.join(facts)} {where} 1.arrow", "end 1",
          sep="\n", file=file)
server = subprocess.Popen(["pexchange", "--serve", "out", "--endpoint", where, "--keys", "keys",
                           "--listen-fd", str(listening.fileno())], pass_fds=[listening.fileno()])
listening.close()
reader = subprocess.run(["pexchange", "--read", "list", "--keys", "keys", "-t", "csv"])
server.kill()
server.wait()
sys.exit(reader.returncode)
EOF
  run -0 --separate-stderr python3 listen.py
  same "$(cat in.csv)" "$output"
}

@test "a reader that was stopped itself does not blame its server" {
  rows 2000 >in.csv
  pexchange --single --write out in.csv
  chmod 700 .
  at=ipc://$PWD/socket
  remote_list "$at" "" out >list
  serve "$at"
  pexchange --read list >/dev/null
  kill -STOP "$server"
  pexchange --read list --timeout 2 -t csv >out.csv &
  reader=$!
  sleep 0.5
  kill -STOP "$reader"
  sleep 3.5
  kill -CONT "$reader"
  sleep 0.2
  kill -CONT "$server"
  wait "$reader"
  cmp in.csv out.csv
}

@test "what --serve refuses" {
  fails 2 "pexchange: --serve needs --endpoint (see pexchange --help)" pexchange --serve .
  fails 2 "pexchange: --endpoint is for --serve (see pexchange --help)" \
    pexchange --read list --endpoint ipc:///x
  fails 2 "pexchange: --read and --serve are two ends; name one (see pexchange --help)" \
    pexchange --read list --serve . --endpoint ipc:///x
  run -2 --separate-stderr pexchange --serve . --endpoint tcp://10.0.0.1:4000
  [[ $stderr == *"--keys"* ]]
  fails 2 "pexchange: options for writing have no meaning with --serve (see pexchange --help)" \
    pexchange --serve . --endpoint tcp://127.0.0.1:4000 -o x
  chmod 700 .
  fails 1 "pexchange: none: No such file or directory" \
    pexchange --serve none --endpoint "ipc://$PWD/socket"
}
