#!/usr/bin/env bats
# Parquet in and out. tests/conformance has the types, and the other implementations.

load ../setup

python=${PENSTOCK_PYTHON:-$root/build/venv/bin/python}

setup() {
  begin_test
  [ -e "$(dirname "$(command -v penstock)")/../lib/penstock/libpenstock-parquet.so" ] ||
    skip "built without Parquet"
  pscan sales.csv -o sales.parquet
}

@test "what is written is read: by suffix, by -t, through pipes, compressed and from archives" {
  wanted=$'id,city,price\n1,Bern,2.5\n2,Oslo,\n3,Bern,10'
  gives "$wanted" pscan -t csv sales.parquet
  gives "$wanted" pscan -t csv -f parquet sales.parquet
  run -0 bash -c 'pscan sales.csv -t parquet | pscan -t csv'
  same "$wanted" "$output"
  same "PAR1" "$(head -c 4 sales.parquet)"
  same "PAR1" "$(tail -c 4 sales.parquet)"
  gzip -k sales.parquet
  gives "$wanted" pscan -t csv sales.parquet.gz
  zip -q sales.zip sales.parquet
  gives "$wanted" pscan -t csv sales.zip
  # Without the suffix.
  mkdir alone && cp sales.parquet alone
  gives "$wanted" pscan -t csv alone/sales
  gives $'n\n3' bash -c "pagg 'count(*) as n' -t csv <sales.parquet"
}

@test "columns and rows are chosen, in the order that is asked for" {
  gives $'price,id\n2.5,1\n,2\n10,3' pscan -t csv -c price,id sales.parquet
  gives $'price\n10' pscan -t csv -c price -w 'id > 2' sales.parquet
  gives $'city,price\nOslo,' pscan -t csv -c 'city,price' -w 'price is null' sales.parquet
  gives $'id\n1\n3' bash -c "pfilter 'city = \$\$Bern\$\$' sales.parquet | pscan -c id -t csv"
  run -1 --separate-stderr pscan -c prise sales.parquet
  [[ $stderr == "pscan: sales.parquet: unknown column 'prise'; did you mean 'price'?"* ]]
  run -1 --separate-stderr pscan -w 'prise > 1' sales.parquet
  [[ $stderr == *"unknown column 'prise'; did you mean 'price'?"* ]]
}

@test "several files, --file-name, --union-by-name, and files of other formats" {
  printf 'id,city,price\n4,Rom,1\n' >more.csv
  pscan more.csv -o more.parquet
  gives $'id,city,price\n1,Bern,2.5\n2,Oslo,\n3,Bern,10\n4,Rom,1' pscan -t csv sales.parquet --types price=float64 more.csv
  gives $'id,file\n1,sales.parquet\n2,sales.parquet\n3,sales.parquet' pscan -t csv --file-name file -c id,file sales.parquet
  pscan -c id more.parquet -o less.parquet
  gives $'id,city\n1,Bern\n2,Oslo\n3,Bern\n4,' pscan -t csv --union-by-name -c id,city sales.parquet less.parquet
}

@test "row groups are divided among parts and workers" {
  seq 2500000 | pscan --no-header --names n -f csv | pproject 'n, n % 7 as k' -o many.parquet
  wanted=$(pagg 'count(*) as c, sum(n) as s' -k k many.parquet | psort -k k -t csv)
  run -0 pflow -n 3 "pagg 'count(*) as c, sum(n) as s' -k k many.parquet | psort -k k -t csv"
  same "$wanted" "$output"
  run -0 bash -c '{ for i in 1 2 3; do pscan --partition $i/3 -t csv --out-no-header -c n many.parquet; done; } | cmp - <(seq 2500000)'
}

@test "conditions give what they give without statistics" {
  pproject "n, case when n % 11 = 0 then null else n / 2.0 end as half, n::text as word" -o many.arrow < <(
    seq 300000 | pscan --no-header --names n -f csv)
  pscan many.arrow -o many.parquet
  for where in 'n = 123456' 'n between 1000 and 2000 or n > 299990' 'half is null and n < 100' \
    "word = '77777'" 'half > 149990' 'n < 0' 'not (n < 299999)' "word like '29999%'" 'half = half'; do
    pscan -w "$where" -t csv many.arrow >wanted
    pscan -w "$where" -t csv many.parquet | cmp - wanted
  done
}

@test "a file that is damaged, cut, encrypted or not Parquet is an error" {
  head -c 300 sales.parquet >cut
  fails 1 "pscan: cut: is damaged: its end is not that of a Parquet file; was it cut?" pscan cut
  fails 1 "pscan: standard input: is damaged: its end is not that of a Parquet file; was it cut?" \
    bash -c 'pscan <cut'
  printf 'PAR1\025\0\0\0\0\0\0\0\0\0\0\377\377\377\0PAR1' >long
  fails 1 "pscan: long: is damaged: its footer is longer than the file" pscan long
  printf 'PAR1\025\0\0\0\0\0\0\0\0\0\0\377\377\377\0PARE' >secret
  fails 1 "pscan: secret: is encrypted, which is not supported" pscan secret
  fails 1 "pscan: sales.csv: is not Parquet, which begins with 'PAR1'; leave --from out" \
    pscan -f parquet sales.csv
  fails 1 "pscan: sales.parquet: is Parquet, not text; leave --from out" pscan -f csv sales.parquet
}

@test "a page that is not what its checksum says is an error" {
  "$python" -c 'import pyarrow as pa, pyarrow.parquet as p
rows = pa.table({"n": range(1000), "word": [f"word {i}" for i in range(1000)]})
for version in "1.0", "2.0":
    for name, made in {"": {"compression": "none", "use_dictionary": False},
                       "dictionary": {"compression": "zstd"}}.items():
        path = f"{name}{version}.parquet"
        p.write_table(rows, path, write_page_checksum=True, data_page_version=version, **made)
        chunk = p.ParquetFile(path).metadata.row_group(0).column(1)
        end = (chunk.dictionary_page_offset or chunk.data_page_offset) + chunk.total_compressed_size
        if name: end = chunk.data_page_offset
        data = bytearray(open(path, "rb").read())
        data[end - 1] ^= 1
        open(f"other-{path}", "wb").write(data)'
  for file in 1.0 2.0 dictionary1.0 dictionary2.0; do
    gives $'n,words\n499500,1000' pagg 'sum(n) as n, count(distinct word) as words' -t csv "$file.parquet"
    run -1 --separate-stderr pscan -c word -t csv "other-$file.parquet"
    same "pscan: other-$file.parquet: is damaged, or not supported: Parquet error: Page CRC checksum mismatch" "$stderr"
    # Its other column is read.
    gives $'n\n499500' pagg 'sum(n) as n' -t csv "other-$file.parquet"
  done
}

@test "a name or a type of a column that changed in the footer is an error" {
  "$python" -c 'data = bytearray(open("sales.parquet", "rb").read())
at = data.index(b"price", len(data) - 8 - int.from_bytes(data[-8:-4], "little"))
kind = at - 5  # before the repetition and the size of the name
assert data[kind] == 2 * 5  # DOUBLE
for name, place, value in ("name", at, ord("q")), ("type", kind, 2 * 2):
    other = bytearray(data)
    other[place] = value
    open(name, "wb").write(other)'
  for file in name type; do
    fails 1 "pscan: $file: is damaged: its first row group has another name or type of column 3 than its schema" \
      pscan -t csv $file
  done
}

@test "options that would have no effect are refused" {
  fails 2 "pscan: sales.parquet: --delimiter is for CSV, but this is Parquet (see pscan --help)" pscan -d ';' sales.parquet
  run -2 --separate-stderr pscan --types id=text sales.parquet
  [[ $stderr == "pscan: sales.parquet: --types is for text, but this is Parquet, which has names and types"* ]]
  run -2 --separate-stderr pscan --out-no-header sales.csv -o out.parquet
  [[ $stderr == "pscan: --out-no-header is for "* ]]
  [ ! -e out.parquet ]
  run -2 --separate-stderr pscan --follow sales.parquet
  [[ $stderr == "pscan: sales.parquet: --follow is for text, but this is Parquet"* ]]
}

@test "without the plugin, the error names its package" {
  export PENSTOCK_PARQUET=$PWD/none.so
  run -1 --separate-stderr pscan sales.parquet
  [[ $stderr == "pscan: sales.parquet: is Parquet: "*"; install penstock-parquet to read and write Parquet" ]]
  run -1 --separate-stderr pscan sales.csv -o out.parquet
  [[ $stderr == *"; install penstock-parquet to read and write Parquet" ]]
  [ ! -e out.parquet ]
  gives $'id\n1' pscan -w 'id = 1' -c id -t csv sales.csv
}

@test "a type that Parquet does not have is an error that names its column" {
  run -1 --separate-stderr bash -c "pproject \"id, interval '1 month' as span\" sales.csv -o out.parquet"
  [[ $stderr == *"column 'span': Parquet cannot represent its type"* ]]
  [ ! -e out.parquet ]
}

@test "partitioned output: each file is whole" {
  run -0 ppartition --round-robin -n 2 -o 'part%d.parquet' sales.csv
  run -0 pagg 'sum(id) as ids' -t csv part*.parquet
  same $'ids\n6' "$output"
}
