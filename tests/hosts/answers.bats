# bats file_tags=slow
# The same answers on four hosts: TPC-H's queries, and random flows.
load lab.bash
load ../answers.bash

# Connections that are kept open, for each flow makes four.
# warm WORDS…: with these words besides.
warm() {
  ssh="$LAB_SSH -o ControlPath=$LAB/warm-%C"
  local i
  for i in 1 2 3 4; do $ssh -o ControlMaster=yes -N -f "h$i"; done
  wrap --ssh "$ssh" --hosts h1,h2,h3,h4 "$@"
}

cool() {
  local i
  for i in 1 2 3 4; do
    $ssh -O exit "h$i" 2>/dev/null
    eventually is_clean "h$i"
  done
}

@test "TPC-H's 22 queries give the known answers" {
  warm
  tpch_answers
  cool
}

@test "random flows give what the shell gives" {
  warm
  random_answers 200
  cool
}

@test "TPC-H's queries over files, on disks of the hosts' own" {
  warm
  mkdir "$LAB/own/tpch"
  tpch_answers "$LAB/own/tpch"
  cool
  # The directory that each of them made is gone.
  same '' "$(ls -A "$LAB/own.1/tpch")"
  rm -r "$LAB"/own/tpch "$LAB"/own.?/tpch
}

@test "random flows over files, on disks of the hosts' own" {
  warm --transfer
  random_checkpoints 50 "$LAB/own/kept"
  cool
  rm -r "$LAB"/own/kept "$LAB"/own.?/kept
}
