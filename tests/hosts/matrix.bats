# A sample of the fault matrix (faults/matrix.py), which makes labs of its own.
load lab.bash

# matrix OPTIONS…
matrix() {
  python3 -B "$root/tests/hosts/faults/matrix.py" --rounds 1 --seed "$(date +%j)" "$@"
}

@test "processes that are killed, and full disks, end a flow at once, at the start, in mid-flow and at the end" {
  matrix --jobs 3 --fault worker,agent,ssh,manager,disk
}

# bats test_tags=slow
@test "hosts that fall silent end a flow, slow ones and slow readers do not" {
  matrix --jobs 8 --fault cut,drop-in,drop-out,pause,short-pause,slow-link,slow-consumer
}
