# pflow --deploy: hosts on which nothing is installed.
load lab.bash

# Without the tools of the lab in PATH, and without the libraries that they load.
bare() {
  local host
  for host in "$@"; do
    echo 'PATH=/usr/bin:/bin' >"$LAB/home.${host#h}/.bashrc"
    on "$host" "for name in simdjson zmq sodium cctz norm pgm stdc++; do
        for file in /usr/lib/*-linux-gnu/lib\$name*.so.*; do mount --bind /dev/null \$file; done
      done"
  done
}

undone() {
  local host
  for host in "$@"; do
    rm -rf "$LAB/home.${host#h}"/{.bashrc,.cache}
    on "$host" 'grep -o " /usr/lib/[^ ]*" /proc/mounts | xargs -r umount'
    eventually is_clean "$host"
  done
}

deployed() {
  pflow --ssh "$LAB_SSH" --deploy --hosts "$@"
}

@test "a host that lacks Penstock gets it once, and gives it back" {
  bare h1 h2
  run -125 --separate-stderr pflow --ssh "$LAB_SSH" --hosts h1 'pscan sales.csv'
  [[ $stderr = "pflow: h1: 'pflow' is not a program that can be run there: "* ]]
  local wanted
  wanted=$(pagg -k city 'count(*)' sales.csv | psort -k city -t csv)
  run -0 --separate-stderr deployed h1,h2 "pscan sales.csv | pagg -k city 'count(*)' | psort -k city -t csv"
  same "$wanted" "$output"
  same "pflow: Penstock was copied to h1, h2; pflow --undeploy removes it" "$stderr"
  local copy=("$LAB"/home.1/.cache/penstock/*)
  same 1 "${#copy[@]}"
  same "700 700" "$(stat -c %a "$LAB/home.1/.cache/penstock" "${copy[0]}" | tr '\n' ' ' | sed 's/ $//')"
  cmp "$PENSTOCK_BIN/penstock" "${copy[0]}/pflow"
  # As it is, it cannot be run there.
  run ! on h1 "${copy[0]}/pflow" --version
  # Not again.
  gives "$wanted" deployed h1,h2 "pscan sales.csv | pagg -k city 'count(*)' | psort -k city -t csv"
  gives "" pflow --ssh "$LAB_SSH" --undeploy h1,h2
  [ ! -e "$LAB/home.1/.cache/penstock" ]
  [ ! -e "$LAB/home.2/.cache/penstock" ]
  # Where there is nothing there is nothing to remove.
  gives "" pflow --ssh "$LAB_SSH" --undeploy h1,h2
  undone h1 h2
}

@test "a host that does not take Penstock, or does not run it, says why" {
  on h1 'mkdir -p ~/.cache; mount -t tmpfs -o noexec tmpfs ~/.cache'
  run -125 --separate-stderr deployed h1,h2 'pscan sales.csv'
  [[ ${stderr_lines[0]} = "pflow: h1: the copy of Penstock cannot be run there (a file system that is mounted noexec?): "*"Permission denied" ]]
  same "" "$(on h1 'ls -A ~/.cache/penstock')"
  on h1 'umount ~/.cache; mount -t tmpfs -o size=1m tmpfs ~/.cache'
  run -125 --separate-stderr deployed h1 'pscan sales.csv'
  [[ ${stderr_lines[0]} = "pflow: h1: Penstock cannot be written there: "*"No space left on device" ]]
  on h1 'umount ~/.cache; rmdir ~/.cache; touch ~/.cache'
  run -125 --separate-stderr deployed h1 'pscan sales.csv'
  [[ ${stderr_lines[0]} = "pflow: h1: no folder for Penstock can be made in "*": "* ]]
  rm "$LAB/home.1/.cache"
  run -125 --separate-stderr deployed stranger 'pscan sales.csv'
  same "pflow: stranger: ssh ended with status 255: root@10.77.0.1: Permission denied (publickey)." "$stderr"
  undone h1 h2
}

@test "a manager that is killed while it copies leaves no part of a copy" {
  for delay in 0.1 0.2 0.3 0.4; do

    pflow --ssh "$LAB_SSH" --deploy --hosts h1 'pscan sales.csv' >/dev/null 2>&1 3>&- &
    manager=$!
    sleep "$delay"
    kill -9 "$manager" 2>/dev/null || true
    wait "$manager" || true
    eventually is_clean h1
    run ! ls -d "$LAB"/home.1/.cache/penstock/new-*
    rm -rf "$LAB/home.1/.cache"
  done
}

@test "--deploy is for hosts, and runs its own copies" {
  fails 2 "pflow: --deploy is for --hosts and --slurm (see pflow --help)" pflow --deploy 'pscan sales.csv'
  fails 2 "pflow: --deploy runs its own copies, so --remote-pflow has no meaning (see pflow --help)" \
    pflow --deploy --hosts h1 --remote-pflow x 'pscan sales.csv'
  fails 2 "pflow: --undeploy runs no flow, so 'pscan sales.csv' is one too many (see pflow --help)" \
    pflow --undeploy h1 'pscan sales.csv'
}
