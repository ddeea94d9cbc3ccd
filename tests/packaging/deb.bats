#!/usr/bin/env bats
# bats file_tags=packaging
# The Debian package goes in, works, and comes out without a trace. Needs root and a built release.

bats_require_minimum_version 1.5.0

setup_file() {
  root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  # The checkout's tools must not shadow the installed ones.
  PATH=/usr/sbin:/usr/bin:/sbin:/bin
  export root PATH
  # The tests follow one another, and dpkg takes one at a time.
  export BATS_NO_PARALLELIZE_WITHIN_FILE=true
  [ "$(id -u)" = 0 ] || { echo "installing a package needs root" >&2; return 1; }
  (cd "$root/build/release" && rm -f ./*.deb && cpack -G DEB >cpack.log 2>&1) ||
    { cat "$root/build/release/cpack.log" >&2; return 1; }
  DEB=$(ls "$root"/build/release/penstock_*.deb)
  export DEB
}

teardown_file() {
  dpkg -r penstock >/dev/null 2>&1 || true
}

@test "the package names its dependencies and holds programs and man pages" {
  run -0 dpkg-deb -f "$DEB" Depends
  [[ $output == *"libc6 (>="* ]]
  [[ $output == *"libzmq5 (>="* ]]
  run -0 dpkg-deb -c "$DEB"
  for tool in "$root"/tools/*.cc; do
    name=$(basename "$tool" .cc)
    [[ $output == *"./usr/bin/$name"* ]]
    [[ $output == *"./usr/share/man/man1/$name.1.gz"* ]]
    [[ $output == *"./usr/share/bash-completion/completions/$name"* ]]
    [[ $output == *"./usr/share/zsh/vendor-completions/_$name"* ]]
    [[ $output == *"./usr/share/fish/vendor_completions.d/$name.fish"* ]]
  done
  [[ $output == *"./usr/share/man/man7/penstock.7.gz"* ]]
}

@test "it installs, and the installed programs work together" {
  run -0 dpkg -i "$DEB"
  run -0 bash -c 'printf "k,v\na,1\nb,2\na,3\n" | pscan | pagg -k k "sum(v) as s" | psort -k k | pprint -t csv'
  [ "$output" = $'k,s\na,4\nb,2' ]
  run -0 readlink -f "$(command -v pscan)"
  [ "$output" = /usr/bin/pscan ]
}

@test "it is removed without a trace" {
  dpkg -L penstock | while read -r path; do [ -d "$path" ] || echo "$path"; done >"$BATS_TEST_TMPDIR/files"
  [ -s "$BATS_TEST_TMPDIR/files" ]
  run -0 dpkg -r penstock
  while read -r path; do
    [ ! -e "$path" ]
  done <"$BATS_TEST_TMPDIR/files"
  run -1 dpkg -s penstock
}
