# pflow --checkpoint on nodes of Slurm, which share the disk of the manager.
load lab.bash

# numbers: a file, and what is made of it.
numbers() {
  { echo k,v,text; seq 300000 | awk '{print $1 % 97 "," $1 ",some more text"}'; } >numbers.csv
  local gate="sh -c 'cat; touch $PWD/at.\$\$; while [ ! -e $PWD/go ]; do sleep 0.05; done'"
  flow="pscan numbers.csv | preduce -k k -t arrow -f arrow -- $gate | pagg -k k 'sum(v)' | psort -k k | pprint -t csv"
  touch go
  pflow -n 1 "$flow" >right.csv
  rm -f go at.*
  [ "$(wc -l <right.csv)" = 98 ]
}

at_gate() {
  [ "$(compgen -G 'at.*' | wc -l)" -ge 4 ]
}

kept() {
  same 'commits
flow.json
lock' "$(ls -A ck)"
}

@test "nodes give the bytes of one host" {
  numbers
  touch go
  pflow --slurm=-N2 -n 4 --unordered --checkpoint=ck "$flow" >out.csv
  cmp right.csv out.csv
  kept
  eventually all_is_clean
}

@test "a node whose agent is killed does not end the run, and what it wrote is used" {
  numbers
  salloc --quiet -N2 --ntasks-per-node=2 pflow --slurm --unordered --checkpoint=ck "$flow" >out.csv 2>said 3>&- &
  local manager=$!
  eventually at_gate
  kill -9 $(left n2 | sed -n 's/ pflow --agent.*//p')
  touch go
  wait "$manager"
  cmp right.csv out.csv
  grep -q '^pflow: n2: .*; its tasks run elsewhere$' said
  ! grep -q 'made again' said
  kept
  eventually has_no_job
  # Both processes of the agent were killed, so nobody has removed its folder.
  rm -rf "$LAB"/tmp.2/*
}

@test "a run whose job is cancelled goes on with another one" {
  numbers
  pflow --slurm=-N2 -n 4 --unordered --checkpoint=ck "$flow" >out.csv 2>said 3>&- &
  local manager=$! status=0
  eventually at_gate
  scancel --user=root
  wait "$manager" || status=$?
  [ "$status" = 125 ]
  grep -q 'ck goes on with it$' said
  eventually all_is_clean
  rm -f at.*
  touch go
  pflow --slurm=-N2 --unordered --resume=ck >out.csv
  cmp right.csv out.csv
  # The first fragment's tasks were done.
  same 4 "$(grep -c ' task 1 ' ck/commits)"
  kept
  eventually all_is_clean
}
