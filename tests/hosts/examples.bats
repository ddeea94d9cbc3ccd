# The examples of several hosts give on hosts what they give where one machine stands for all.
load lab.bash

# on_hosts EXAMPLE: with the hosts h1 and h2, which the answer calls a and b.
on_hosts() {
  cd "$root/examples/$1"
  "${@:2}" ./run.sh | sed -E 's/\bh1\b/a/g; s/\bh2\b/b/g' >"$BATS_TEST_TMPDIR/got"
  diff expected "$BATS_TEST_TMPDIR/got"
  for host in h1 h2; do eventually is_clean "$host"; done
}

@test "targets of a Makefile are flows on hosts" {
  on_hosts makefile-hosts env HOSTS=h1,h2 "SSH=$LAB_SSH"
}

@test "shared memory, shared disk and shared nothing" {
  on_hosts architectures env "HOSTS=h1 h2" "SSH=$LAB_SSH"
}
