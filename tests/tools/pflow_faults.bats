#!/usr/bin/env bats

load ../setup
load ../flows

# bats test_tags=slow
@test "a process that is killed or stopped at any moment: an error, nothing left" {
  run -0 python3 "$root/tests/stress/kill.py" --rounds 20
  same "20 passed, 0 failed" "$output"
}

# bats test_tags=slow
@test "random flows whose processes stop and go on finish, and give the shell's rows" {
  run -0 python3 "$root/tests/stress/delays.py" --flows 12
  same "12 passed, 0 failed" "$output"
}

@test "ignored signals stay ignored, others leave no folder, and a start sweeps (12)" {
  mkdir temporary
  export TMPDIR=$PWD/temporary
  run -0 --separate-stderr bash -c "trap '' HUP; pflow -q -n 2 'sleep 0.5 | pscan -f lines | pagg \"count(*) as n\" -t csv' & sleep 0.2; kill -HUP \$!; pkill -HUP -P \$!; wait \$!"
  same $'n\n0' "$output"
  for signal in QUIT HUP TERM INT; do
    status=0
    # A shell starts what runs behind it with INT and QUIT ignored.
    python3 - $signal <<'END' || status=$?
import os, signal, subprocess, sys, time
number = getattr(signal, "SIG" + sys.argv[1])
flow = subprocess.Popen(["pflow", "-q", "-n", "2", "sleep 20 | psort -k a"])
end = time.monotonic() + 30
while not os.listdir("temporary") and time.monotonic() < end:  # its folder, made when it runs
    time.sleep(0.01)
flow.send_signal(number)
flow.send_signal(number)
sys.exit(flow.wait() - 128 - number)
END
    same 0 "$status"
    same "" "$(ls temporary)"
  done
  pflow -q -n 2 'sleep 20 | psort -k a' &
  until [ -n "$(ls temporary)" ]; do sleep 0.01; done
  kill -KILL $!
  wait $! || :
  [ -n "$(ls temporary)" ]
  for _ in 1 2 3 4 5; do
    sleep 0.1
    pflow -n 2 "pagg 'count(*)' $BATS_TEST_TMPDIR/sales.csv" >/dev/null || :
    [ -z "$(ls temporary)" ] && break
  done
  same "" "$(ls temporary)"
}

@test "a stage that fails ends the flow with one error" {
  tables
  for workers in 1 2 7; do
    run -1 --separate-stderr pflow -n "$workers" \
      "pscan --types price=int64 rows.csv | pagg -k city 'sum(price)' | pprint > out.csv"
    [[ $stderr == "pflow: fragment 1, "*"stage 1: pscan: rows.csv:"*": column 'price': '"?".25' is not "* ]]
    same 1 "$(wc -l <<<"$stderr")"
    [ ! -e out.csv ]
  done
  run -127 --separate-stderr pflow 'pscan sales.csv -t csv | no-such-program'
  same "pflow: fragment 1, stage 2: no-such-program is not a program that can be found in PATH" "${stderr##*$'\n'}"
  run -126 --separate-stderr pflow -q '/dev/null | pprint'
  run -137 --separate-stderr pflow -q "sh -c 'kill -9 \$\$' | pprint"
  same "pflow: fragment 1, stage 1: sh died of signal 9 (Killed)" "$stderr"
  run -1 pflow 'pscan none.csv > a && pscan sales.csv > b'
  [ ! -e a ] && [ ! -e b ]
}

@test "nothing is left: no process, no file" {
  tables
  mkdir temporary
  export TMPDIR=$PWD/temporary
  pflow -n 3 "pjoin -k city=name rows.csv <(pscan cities.csv) | pagg 'count(*)'" >out
  run -1 pflow -n 3 "pscan rows.csv | pagg 'sum(1/(id - 5))'"
  same "" "$(ls temporary)"
  pflow -q -n 2 "sleep 100 | psort -k a" &
  sleep 0.5
  kill -TERM $!
  status=0
  wait $! || status=$?
  same 143 "$status"
  same "" "$(ls temporary)"
  run pgrep -f 'sleep 100'
  same 1 "$status"
}

@test "a worker that is killed ends the flow" {
  tables
  pflow -q -n 2 --log log "sleep 30 | pagg 'count(*)' > out" 2>err &
  local manager=$!
  for _ in $(seq 100); do grep -q '"stage":2' log && break; sleep 0.05; done
  kill -9 "$(sed -n 's/.*"event":"start".*"stage":2,"pid":\([0-9]*\).*/\1/p' log)"
  status=0
  wait $manager || status=$?
  same 137 "$status"
  same "pflow: fragment 1, stage 2: pagg died of signal 9 (Killed)" "$(cat err)"
  [ ! -e out ]
}

@test "a reader that closes early ends it quietly" {
  seq 300000 >big.csv
  run -0 --separate-stderr bash -c 'pflow -n 2 "pscan big.csv" | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}'
  same "" "$stderr"
  same 141 "$output"
  gives $'1\n2\n3' pflow -n 3 "pproject '*' big.csv | phead -n 2 -t csv"
}

@test "a file that changes while the flow reads it is an error" {
  for change in 'truncate -s -2 f.csv:became shorter' 'touch f.csv:was written to' \
                'cp f.csv g.csv; mv g.csv f.csv:was replaced' 'rm f.csv:is gone' \
                'sed s/1/2/ f.csv >g.csv; cat g.csv g.csv >f.csv:was written to'; do
    for scan in "pscan f.csv | pproject a" "pscan f.csv | psort -k a" "pagg -k a 'sum(a) as s' f.csv"; do
      seq 2000 | sed '1s/^/a\n/' >f.csv
      rm -f out.arrows
      run -1 --separate-stderr pflow -q -n 2 "$scan | bash -c 'cat; ${change%:*}' > out.arrows"
      [[ $stderr == "pflow: f.csv: the file ${change##*:} while the flow ran, so the result may not belong"* ]]
      [[ ! -e out.arrows ]]
    done
  done
}

@test "a file that grows is read as far as planning saw it" {
  printf 'a\n1\n2\n3\n' >f.csv
  for scan in "pscan f.csv | pproject a" "pscan f.csv | psort -k a" "pagg -k a 'sum(a) as s' f.csv"; do
    run -0 pflow -q -n 2 "$scan | bash -c 'cat; echo 4 >> f.csv' | phead -n 100 -t csv"
  done
  printf '%s 6\n' "$(stat -c '%d %i' f.csv)" >files
  gives $'a\n1\n2' env PENSTOCK_FILES=files pscan -t csv f.csv
  printf '%s 600\n' "$(stat -c '%d %i' f.csv)" >files
  fails 1 "pscan: f.csv: the file became shorter while the flow ran; run it again when nobody writes to it, or on a copy" \
    env PENSTOCK_FILES=files pscan -t csv f.csv
}

@test "15: a misspelt tool is suggested" {
  run -127 --separate-stderr pflow -n 2 'pscan sales.csv | pfliter "id > 1"'
  same "pflow: fragment 1, stage 2: pfliter is not a program that can be found in PATH; did you mean 'pfilter'?" \
    "${stderr##*$'\n'}"
  run -127 --separate-stderr pflow -n 1 'pscn sales.csv | pprint'
  same "pflow: fragment 1, stage 1: pscn is not a program that can be found in PATH; did you mean 'pscan'?" \
    "${stderr##*$'\n'}"
}
