#!/usr/bin/env bats
# bats file_tags=packaging
# The sources that are released hold all that a build needs.

bats_require_minimum_version 1.5.0

setup_file() {
  root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  tarball=$("$root/scripts/release" "$BATS_FILE_TMPDIR/new" 2>/dev/null)
  export root tarball
  tar -xJf "$tarball" -C "$BATS_FILE_TMPDIR"
  cd "$BATS_FILE_TMPDIR"/penstock-*/
  source=$PWD
  export source
}

@test "it holds each file of the last commit, as it is there" {
  [ "$(git -C "$root" ls-files | wc -l)" -gt 1000 ]
  git -C "$root" archive HEAD | tar --compare -C "$source"
}

@test "the Parquet plugin is compiled from it without a network and without crates of one's own" {
  cd "$source/plugins/parquet"
  export CARGO_HOME=$BATS_TEST_TMPDIR/empty CARGO_TARGET_DIR=$BATS_TEST_TMPDIR/target
  run -0 unshare -n cargo metadata --format-version 1 --locked --offline
  # A crate with much in C, and one of the arrow project.
  run -0 unshare -n cargo build --locked --offline --quiet -p zstd-sys -p arrow-schema
  [ -n "$(find "$CARGO_TARGET_DIR" -name 'libarrow_schema*.rlib')" ]
  # A crate that is not as it was released is an error.
  echo >>vendor/arrow-schema/src/lib.rs
  run -101 env CARGO_TARGET_DIR="$CARGO_TARGET_DIR-2" unshare -n cargo build --locked --offline --quiet -p arrow-schema
  [[ $output == *"checksum"* ]]
}

@test "packing it again gives the same file" {
  "$root/scripts/release" "$BATS_TEST_TMPDIR" 2>/dev/null
  cmp "$tarball" "$BATS_TEST_TMPDIR/${tarball##*/}"
}
