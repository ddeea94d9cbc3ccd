#!/usr/bin/env bats
# Data that is compressed with bzip2, xz and lz4, and zip archives.

load ../setup

setup() {
  cd "$BATS_TEST_TMPDIR"
  printf 'id,city,price\n1,Bern,2.5\n2,"Chur, GR",\n3,Genf,1e3\n' >sales.csv
}

@test "15: bzip2, xz, lz4 and zip are looked through" {
  wanted=$(pscan -t csv sales.csv)
  for command in "bzip2 -c" "xz -c" "lz4 -q -c"; do
    $command sales.csv >packed
    gives "$wanted" pscan -t csv packed
    cat packed packed >two
    run -0 pscan --no-header -c c1 -t csv two
    same 9 "${#lines[@]}"
    run -0 bash -c "$command sales.csv | pagg 'count(*) as n' -t csv"
    same $'n\n3' "$output"
    gzip -c packed >twice
    gives "$wanted" pscan -t csv twice
    run -0 pflow -n 3 'pscan -t csv packed'
    same "$wanted" "$output"
  done
  pscan sales.csv -t tsv -o sales.tsv
  zip -q packed.zip sales.tsv
  # The name of the file in it says what it is.
  gives "$wanted" pscan -t csv packed.zip
  bzip2 -k sales.tsv
  mkdir alone
  mv sales.tsv.bz2 alone/
  gives "$wanted" pscan -t csv alone/sales
  run -0 bash -c 'zip -q - - <sales.csv | pscan -t csv'
  same "$wanted" "$output"
}

@test "15: compressed data that is cut, needs too much, or is not one file" {
  local -A suffixes=([bzip2]=bz2)
  for program in bzip2 xz lz4; do
    $program -c sales.csv >whole 2>/dev/null
    for cut in $(seq 10 $(($(stat -c %s whole) - 1))); do
      head -c "$cut" whole >packed
      [ $((cut % 7)) -gt 0 ] || fails 1 "pscan: packed: compressed data ends too early" pscan packed
    done
    { cat whole; echo more; } >packed
    run -1 --separate-stderr pscan packed
    [[ $stderr == "pscan: packed: compressed data "* ]]
    fails 2 "pscan: new.csv.${suffixes[$program]-$program}: .${suffixes[$program]-$program} is read, not written; compress into .gz or .zst (see pscan --help)" \
      pscan sales.csv -o "new.csv.${suffixes[$program]-$program}"
  done
  xz -c --lzma2=dict=256MiB sales.csv >large.xz
  gives "$(pscan -t csv sales.csv)" pscan -t csv --max-window 256M large.xz
  fails 1 "pscan: large.xz: compressed data needs a window of 256 MiB, more than the 128 MiB that are allowed; use --max-window 256M" \
    pscan large.xz
  cp sales.csv other.csv
  zip -q two.zip sales.csv other.csv
  fails 1 "pscan: two.zip: is a zip archive of several files ('sales.csv', 'other.csv'), as spreadsheets are; unpack one of them with unzip -p" \
    pscan two.zip
  run -1 --separate-stderr bash -c 'cat two.zip | pagg "count(*)"'
  [[ $stderr == "pagg: standard input: is a zip archive of several files ("* ]]
  same "" "$output"
  zip -q -d two.zip sales.csv
  gives "$(pscan -t csv sales.csv)" pscan -t csv two.zip
  head -c -1 two.zip >cut.zip
  fails 1 "pscan: cut.zip: compressed data ends too early" pscan cut.zip
  zip -q -P word secret.zip sales.csv
  fails 1 "pscan: secret.zip: file 'sales.csv' of the zip archive is encrypted; unpack it with unzip -p, which asks for the password" \
    pscan secret.zip
  printf 'PK\5\6%018d' 0 | tr 0 '\0' >none.zip
  fails 1 "pscan: none.zip: is a zip archive without files" pscan none.zip
}
