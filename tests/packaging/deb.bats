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
  [[ $output == *"libcctz2 (>="* ]]
  [[ $output == *"libbz2-1.0 (>="* ]]
  [[ $output == *"liblzma5 (>="* ]]
  [[ $output == *"libzstd1 (>="* ]]
  [[ $output == *"libutf8proc2 (>="* ]]
  run -0 dpkg-deb -c "$DEB"
  tools=$("$root/build/release/tools/penstock" --list)
  [ -n "$tools" ]
  for tool in $tools; do
    [[ $output == *"./usr/bin/$tool"* ]]
    [[ $output == *"./usr/share/man/man1/$tool.1.gz"* ]]
    [[ $output == *"./usr/share/bash-completion/completions/$tool"* ]]
    [[ $output == *"./usr/share/zsh/vendor-completions/_$tool"* ]]
    [[ $output == *"./usr/share/fish/vendor_completions.d/$tool.fish"* ]]
  done
  [[ $output == *"./usr/share/man/man1/penstock.1.gz"* ]]
  [[ $output == *"./usr/share/man/man7/penstock.7.gz"* ]]
}

@test "it is at most 4 MB packed, and its program at most 8 MB" {
  [ "$(stat -c %s "$DEB")" -le 4000000 ]
  dpkg-deb -x "$DEB" "$BATS_TEST_TMPDIR/x"
  [ "$(stat -c %s "$BATS_TEST_TMPDIR/x/usr/bin/penstock")" -le 8000000 ]
  run -0 file "$BATS_TEST_TMPDIR/x/usr/bin/penstock"
  [[ $output == *"pie executable"*", stripped"* ]]
  size=$(dpkg-deb -f "$DEB" Installed-Size)
  [ "$size" -ge 1000 ] && [ "$size" -le 16000 ]
}

@test "all tools are hard links to one program" {
  dpkg-deb -x "$DEB" "$BATS_TEST_TMPDIR/x"
  cd "$BATS_TEST_TMPDIR/x/usr/bin"
  for tool in *; do
    [ "$tool" -ef penstock ]
    [ ! -L "$tool" ]
  done
  [ "$(./penstock --list)" = "$(printf '%s\n' * | grep -vx penstock)" ]
}

@test "its program is hardened" {
  dpkg-deb -x "$DEB" "$BATS_TEST_TMPDIR/x"
  program=$BATS_TEST_TMPDIR/x/usr/bin/penstock
  run -0 readelf -W --dynamic --program-headers --dyn-syms "$program"
  [[ $output == *"GNU_RELRO"* ]]
  [[ $output =~ FLAGS_1.*NOW.*PIE ]]
  [[ $output =~ GNU_STACK\ .*\ RW\ +0 ]]
  [[ $output == *"__stack_chk_fail"* ]]
  [[ $output == *"_chk@GLIBC"* ]]
}

@test "the Parquet plugin is a package of its own, which the programs find" {
  run -0 dpkg-deb -c "$DEB"
  [[ $output != *libpenstock-parquet* ]]
  parquet=$(ls "$root"/build/release/penstock-parquet_*.deb)
  run -0 dpkg-deb -f "$parquet" Depends
  [[ $output == "penstock (= "*"libc6 (>="* ]]
  dpkg-deb -x "$DEB" "$BATS_TEST_TMPDIR/x"
  PATH=$BATS_TEST_TMPDIR/x/usr/bin:$PATH
  cd "$BATS_TEST_TMPDIR"
  printf 'a\n1\n' >a.csv
  run -1 pscan a.csv -o a.parquet
  [[ $output == *"; install penstock-parquet to read and write Parquet" ]]
  dpkg-deb -x "$parquet" x
  pscan a.csv -o a.parquet
  run -0 pscan -t csv a.parquet
  [ "$output" = $'a\n1' ]
  run -0 lintian --allow-root --tag-display-limit 0 --fail-on none "$parquet"
  found=$(grep -E '^[EW]:' <<<"$output" | grep -v ' embedded-library ' || true)
  echo "$found"
  [ "$found" = "" ]
  grep -q '^parquet [0-9.]*: Apache-2.0' x/usr/share/doc/penstock-parquet/copyright
}

@test "it conflicts with Debian's pscan, which has a program of that name" {
  run -0 dpkg-deb -f "$DEB" Conflicts
  [ "$output" = pscan ]
}

@test "it has a copyright file that names each library, and a changelog" {
  dpkg-deb -x "$DEB" "$BATS_TEST_TMPDIR/x"
  doc=$BATS_TEST_TMPDIR/x/usr/share/doc/penstock
  for library in libpg-query libutf8proc libcctz libboost libsimdjson libzstd liblz4 zlib1g libbz2 liblzma libre2 libfmt libhwy libcli11 libxxhash libmd \
    libflatbuffers; do
    grep -q "^==== $library" "$doc/copyright"
  done
  run -0 zcat "$doc/changelog.gz"
  [[ ${lines[0]} =~ ^penstock\ \([0-9.]+\)\ unstable ]]
}

@test "it has the examples with their data, and they run" {
  dpkg-deb -x "$DEB" "$BATS_TEST_TMPDIR/x"
  cd "$BATS_TEST_TMPDIR/x/usr/share/doc/penstock/examples"
  diff -r "$root/examples" .
  cd pscan
  PATH=$BATS_TEST_TMPDIR/x/usr/bin:$PATH run -0 ./run.sh
  [ "$output" = "$(cat expected)" ]
}

@test "it has every page to which the manual refers" {
  dpkg-deb -x "$DEB" "$BATS_TEST_TMPDIR/x"
  pages=$(zgrep -hoE '(/usr/share/doc/penstock/)?[A-Z_]+\.md' "$BATS_TEST_TMPDIR"/x/usr/share/man/man*/* |
    sed 's,.*/,,' | sort -u)
  [[ $pages == *STATE.md* ]]
  [[ $pages == *EXCHANGE_FILES.md* ]]
  for page in $pages; do [ -s "$BATS_TEST_TMPDIR/x/usr/share/doc/penstock/$page" ]; done
  # None by its place in the source.
  run -1 zgrep -E 'libcore/' "$BATS_TEST_TMPDIR"/x/usr/share/man/man*/*
}

@test "lintian finds nothing but what is meant" {
  run -0 lintian --allow-root --tag-display-limit 0 --fail-on none "$DEB"
  # zlib is linked in, for each shared library makes the start of a tool longer.
  found=$(grep -E '^[EW]:' <<<"$output" | grep -v ' embedded-library zlib ' || true)
  echo "$found"
  [ "$found" = "" ]
}

@test "cmake --install makes the links too, and leaves out symbols" {
  run -0 cmake --install "$root/build/release" --prefix "$BATS_TEST_TMPDIR/opt"
  cd "$BATS_TEST_TMPDIR/opt/bin"
  for tool in *; do [ "$tool" -ef penstock ]; done
  run -0 file penstock
  [[ $output == *", stripped"* ]]
  run -0 ./pscan --version
  [[ $output == "pscan (Penstock) "* ]]
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
