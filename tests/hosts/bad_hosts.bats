# What is wrong with a host shows before any row moves, and in words.
load lab.bash

flow_on() {
  pflow --ssh "$LAB_SSH" --hosts "$1" "${@:2}" 'pscan sales.csv | pprint -t csv'
}

# refused MESSAGE HOSTS…: a flow on these ends with pflow's own failure and the message, which may have
# further lines below it.
refused() {
  run -125 --separate-stderr flow_on "${@:2}"
  same "$1" "${stderr_lines[0]}"
  same "" "$output"
}

@test "hosts that ssh cannot reach, or does not let us in, with its own words" {
  refused "pflow: nowhere: ssh ended with status 255: ssh: Could not resolve hostname nowhere: Temporary failure in name resolution" \
    h1,nowhere
  refused "pflow: changed: ssh ended with status 255: Host key verification failed." changed,h2
  [[ $stderr = *$'\n  '*"REMOTE HOST IDENTIFICATION HAS CHANGED"* ]]
  refused "pflow: unseen: ssh ended with status 255: Host key verification failed." unseen
  refused "pflow: stranger: ssh ended with status 255: root@10.77.0.1: Permission denied (publickey)." stranger
  refused "pflow: h1:2223: ssh ended with status 255: ssh: connect to host 10.77.0.1 port 2223: Connection refused" \
    h1:2223
  for host in h1 h2; do eventually is_clean "$host"; done
}

@test "a host without Penstock, or with another" {
  refused "pflow: h1: '/nowhere/pflow' is not a program that can be run there: bash: line 1: /nowhere/pflow: No such file or directory" \
    h1 --remote-pflow /nowhere/pflow
  refused "pflow: h1: its agent ended with status 3 before its greeting" h1 --remote-pflow 'sh -c "exit 3"'
  # An agent of version 9, on a machine that ours could be.
  cat >other <<'END'
#!/bin/sh
text() { printf "\\$(printf %03o ${#1})\\0\\0\\0%s" "$1"; }
number() { printf "\\$(printf %03o "$1")\\0\\0\\0\\0\\0\\0\\0"; }
cd "$(dirname "$0")"
{ printf A; text 9.0.0; text x86_64; text h1; text /tmp; number 1; number 1; number 1; text ''; } >ready
printf 'penstock-agent 1\n'
printf "\\$(printf %03o "$(wc -c <ready)")\\0\\0\\0"
cat ready -
END
  chmod +x other
  version=$(pflow --version)
  refused "pflow: h1: has Penstock 9.0.0, and this host ${version##* }; all hosts need the same version" \
    h1 --remote-pflow "$PWD/other"
  printf '#!/bin/sh\nprintf "penstock-agent 1\\nGET / HTTP/1.0\\n"; cat\n' >other
  refused "pflow: h1: its agent sent a message has 542393671 bytes; 1 to 67108864 are allowed" \
    h1 --remote-pflow "$PWD/other"
}

@test "what a host's shell prints is skipped, as far as it may" {
  echo 'echo Welcome to h1; echo penstock-agent' >"$LAB/home.1/.bashrc"
  gives "$(pprint -t csv sales.csv)" flow_on h1
  echo 'head -c 70000 /dev/zero' >"$LAB/home.1/.bashrc"
  refused "pflow: h1: printed more than 65536 bytes before an agent's greeting; a shell that is not interactive must print nothing" h1
  rm "$LAB/home.1/.bashrc"
}

@test "hosts by address, with a user and a port" {
  for host in 10.77.0.1 root@h1:2222 'root@[fd77::1]:2222' fd77::1 fd77::1,h2; do
    gives "$(pprint -t csv sales.csv)" flow_on "$host"
  done
}

@test "lists of hosts that are not lists of hosts" {
  fails 2 "pflow: --hosts: host 'a b': a host has no spaces in it; commas, or lines of a file, separate hosts (see pflow --help)" \
    flow_on 'a b'
  printf 'h1\n# h2\n-h3\n' >hosts
  fails 2 "pflow: --hostfile: hosts:3: host '-h3': a host does not begin with '-', for ssh takes it as an option (see pflow --help)" \
    pflow --hostfile hosts 'pscan sales.csv'
}

@test "a host twice, or without a slot" {
  fails 2 "pflow: --hosts: host 'H1': is listed twice; give it once, with the number of its workers: h1*2 (see pflow --help)" \
    flow_on 'h1,H1'
  fails 2 "pflow: --hosts: host 'h1*0': 0 slots; leave a host out that is not to run any worker (see pflow --help)" flow_on 'h1*0'
}

@test "a host that wants a password is refused, and nobody is asked for one" {
  ip netns exec h1 /usr/sbin/sshd -D -f "$LAB/sshd_config.1" -p 2224 -o PasswordAuthentication=yes \
    -o AuthenticationMethods=password -o KbdInteractiveAuthentication=no -E "$LAB/sshd.password.log" 3>&- &
  echo "[10.77.0.1]:2224 $(cut -d' ' -f1,2 "$LAB/host.pub")" >>"$LAB/known_hosts"
  eventually ip netns exec h1 bash -c 'exec 3<>/dev/tcp/127.0.0.1/2224' 2>/dev/null
  # On a terminal, where ssh would ask.
  run -125 script -qec "NO_COLOR=1 pflow --ssh '$LAB_SSH' --hosts h1:2224 'pscan sales.csv'" said </dev/null
  kill $!
  same $'pflow: h1:2224: ssh ended with status 255: root@10.77.0.1: Permission denied (password).\r' "$output"
}

@test "a host without a free port" {
  local before
  before=$(ip netns exec h1 sysctl -n net.ipv4.ip_local_port_range)
  ip netns exec h1 sysctl -qw net.ipv4.ip_local_port_range='50000 50001'
  run -125 --separate-stderr pflow --ssh "$LAB_SSH" --hosts 'h1*4' \
    'pscan sales.csv | pexchange --hash -k id | pprint -t csv'
  ip netns exec h1 sysctl -qw net.ipv4.ip_local_port_range="$before"
  echo "$stderr"
  [[ $stderr = "pflow: h1: its agent cannot go on: "*"Address already in use"* ]]
  same "" "$output"
  eventually is_clean h1
}

@test "hosts whose clocks are hours apart, and files from the future" {
  cp sales.csv "$LAB/own/dated.csv"
  for host in h1 h2; do on "$host" "cp $PWD/sales.csv $LAB/own/dated.csv"; done
  on h1 "touch -d '9 hours' $LAB/own/dated.csv"
  on h2 "touch -d '9 hours ago' $LAB/own/dated.csv"
  cd "$LAB/own"
  gives "$(pprint -t csv dated.csv)" pflow --ssh "$LAB_SSH" --hosts 'h1*1,h2*1' \
    --remote-pflow 'unshare --time --monotonic 32400 --boottime 32400 --fork --kill-child pflow' \
    'pscan dated.csv | pexchange --hash -k id | psort -k id | pprint -t csv'
  for host in h1 h2; do eventually is_clean "$host"; done
}

@test "a host on which nothing may run from \$TMPDIR" {
  on h1 'mount -t tmpfs -o noexec tmpfs $TMPDIR'
  gives "$(pprint -t csv sales.csv)" flow_on h1
  on h1 'umount $TMPDIR'
}
