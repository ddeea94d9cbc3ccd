# pflow --agent as ssh starts it.
load lab.bash

# greeting HOST: starts its agent, whose input ends at once.
greeting() {
  on "$1" exec pflow --agent </dev/null | head -c 17
}

@test "an agent greets over ssh, and ends with its input" {
  same "penstock-agent 1" "$(greeting h1)"
  eventually is_clean h1
}

@test "an agent tells at which addresses it was reached, and where its run's folder is" {
  local status=0
  on h2 exec pflow --agent </dev/null >bytes || status=$?
  # No manager has said that the run is over.
  same 1 "$status"
  grep -aq "10.77.0.254 [0-9]* 10.77.0.2 2222" bytes
  grep -aq "$LAB/tmp.2/pflow-......" bytes
  eventually is_clean h2
}

@test "an agent whose ssh is killed ends" {
  mkfifo in
  $LAB_SSH h1 exec pflow --agent <in >bytes &
  exec 4>in
  eventually grep -aq "^penstock-agent 1" bytes
  [ -n "$(left h1)" ]
  kill -9 $!
  eventually is_clean h1
}

@test "an agent that is killed leaves nothing, whichever of its two processes it is" {
  for which in 1 2; do
    mkfifo "in.$which"
    $LAB_SSH h1 exec pflow --agent <"in.$which" >"bytes.$which" &
    exec 4>"in.$which"
    eventually grep -aq "^penstock-agent 1" "bytes.$which"
    kill -9 "$(left h1 | sed -n "${which}s/ .*//p")"
    eventually is_clean h1
  done
}

@test "an agent in which no folder can be made says so" {
  run ! on h1 'TMPDIR=/nowhere exec pflow --agent' </dev/null
  [[ $output = *"/nowhere/pflow-"*"No such file or directory"* ]]
}

@test "an agent is not for people" {
  run -2 on h1 'pflow --agent >/dev/null'
  same "pflow: --agent is what pflow starts on other hosts; its standard input and output are a connection to a pflow (see pflow --help)" "$output"
}
