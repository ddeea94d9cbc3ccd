#!/usr/bin/env bats
# each: pscan left.csv

load ../setup

@test "an output without a name, and a link to nothing" {
  fails 1 "pscan: an output file has an empty name" pscan sales.csv -o ''
  fails 1 "pscan: an input file has an empty name" pscan ''
  ln -s nowhere link
  fails 1 "pscan: link: is a link to a file that does not exist; remove it, or name the file" pscan sales.csv -o link
  [ -L link ] && [ ! -e nowhere ]
}

@test "--no-sync writes the same file" {
  gives "" pscan sales.csv -o one.csv
  gives "" pscan --no-sync sales.csv -o two.csv
  cmp one.csv two.csv
  command -v strace >/dev/null || return 0
  same 2 "$(strace -f -e trace=fsync pscan sales.csv -o one.csv 2>&1 | grep -c 'fsync(.*= 0')"
  same 0 "$(strace -f -e trace=fsync pscan --no-sync sales.csv -o one.csv 2>&1 | grep -c 'fsync(.*= 0')"
}

@test "columns in the order asked for, rows that the condition keeps" {
  gives $'price,id\n,2\n10,3' pscan -c price,id -w 'id > 1' -t csv sales.csv
  gives $'city\nBern\nBern' pscan -c city -w "price > 1" -t csv sales.csv
  gives $'id\n1\n2\n3' pscan -c id -w 'true' -t csv sales.csv
  gives 'id' pscan -c id -w 'false' -t csv sales.csv
}

@test "the same of an Arrow stream" {
  pscan sales.csv >s
  gives $'price,id\n,2\n10,3' pscan -c price,id -w 'id > 1' -t csv s
  gives $'price,id\n,2\n10,3' pscan -c price,id -w 'id > 1' -t csv - <s
}

@test "batches of an Arrow file that the condition excludes are not read" {
  seq 0 99999 | pscan --names n --no-header -f csv - | psort -k n -o sorted.arrow
  run -0 --separate-stderr pscan -v -t csv -w 'n = 70000' sorted.arrow
  same $'n\n70000' "$output"
  [[ $stderr =~ 'sorted.arrow: read 1 of '([0-9]+)' batches' ]]
  local batches=${BASH_REMATCH[1]}
  ((batches > 1))
  # Rows that are not read cannot fail.
  run -0 --separate-stderr pscan -v -t csv -w '1 / (n - n) > 0 and n < 0' sorted.arrow
  same n "$output"
  [[ $stderr == *"read 0 of $batches batches"* ]]
  same 60000 "$(pscan -w 'n >= 40000' sorted.arrow -t csv | tail -n +2 | wc -l)"
  # All batches come from a pipe, which has no footer yet.
  same 60000 "$(cat sorted.arrow | pscan -w 'n >= 40000' -t csv - | tail -n +2 | wc -l)"
}

@test "several inputs are one, with types inferred over all of them" {
  printf 'a,b\n1,\n' >1.csv
  printf 'a,b\n2.5,7\n' >2.csv
  gives $'a,b\n1,\n2.5,7' pscan -t csv 1.csv 2.csv
  run -0 --separate-stderr pscan -v -o x.arrow 1.csv 2.csv
  [[ $stderr == *"a float64, b int64"* ]]
}

@test "inputs that differ are named, both of them" {
  printf 'id,town,price\n' >other.csv
  fails 1 "pscan: other.csv: column 2 is 'town', but it is 'city' in sales.csv; inputs that are read together need the same columns" \
    pscan sales.csv other.csv
  printf 'id,city\n' >fewer.csv
  fails 1 "pscan: fewer.csv: there are 2 columns, but there are 3 in sales.csv; inputs that are read together need the same columns" \
    pscan sales.csv fewer.csv
  pscan sales.csv >1.arrows
  pscan --types id=text sales.csv >2.arrows
  fails 1 "pscan: 2.arrows: column 1 is 'id' utf8, but it is 'id' int64 in 1.arrows; inputs that are read together need the same columns" \
    pscan 1.arrows 2.arrows
}

@test "gzip and zstd are looked through" {
  gzip -k sales.csv
  gives $'id\n1\n2\n3' pscan -c id -t csv sales.csv.gz
  cat sales.csv.gz sales.csv.gz >two.gz
  run -0 pscan --no-header -c c1 -t csv two.gz
  same 9 "${#lines[@]}"
  pscan sales.csv -o s.arrows.zst
  gives $'id\n1\n2\n3' pscan -c id -t csv s.arrows.zst
  head -c 40 sales.csv.gz >cut.gz
  fails 1 "pscan: cut.gz: compressed data ends too early" pscan cut.gz
}

@test "other delimiters, headers and quotes" {
  printf 'a;b\n1;x,y\n' >semi.csv
  gives $'a,b\n1,"x,y"' pscan -d ';' -t csv semi.csv
  printf 'a\tb\n1\t2\n' >t.tsv
  gives $'a,b\n1,2' pscan -t csv t.tsv
  printf '1|x|\n2|y|\n' >t.tbl
  gives $'k,v\n1,x\n2,y' pscan --no-header --names k,v -t csv t.tbl
  printf 'a,b\n1,5" disk\n' >inch.csv
  gives $'a,b\n1,"5"" disk"' pscan --no-quotes -t csv inch.csv
  printf 'one\n\ntwo, three\n' >f.txt
  gives $'line\none\n""\n"two, three"' pscan --from lines -t csv f.txt
}

@test "--types, with * for all the others" {
  gives '{"id":"1","city":"Bern","price":2.50}' \
    bash -c "pscan --types 'price=decimal(5,2),*=text' -t ndjson sales.csv | head -n 1"
  fails 1 "pscan: --types: unknown column 'prise'; did you mean 'price'?" \
    pscan --types prise=text sales.csv
  fails 2 "pscan: --types: types are NAME=TYPE,..., as in price=float64,day=date, not 'price' (see pscan --help)" \
    pscan --types price sales.csv
}

@test "--schema from lines and from a stream" {
  printf '# of sales\nid int32\ncity text\n\n"price" decimal(6,2)\n' >sales.schema
  gives $'id,city,price\n1,Bern,2.50\n2,Oslo,\n3,Bern,10.00' pscan --schema sales.schema -t csv sales.csv
  pscan --schema sales.schema sales.csv >s
  gives $'id,city,price\n1,Bern,2.50\n2,Oslo,\n3,Bern,10.00' pscan --schema s -t csv sales.csv
  printf 'id int32\ncity\n' >bad.schema
  fails 1 "pscan: --schema: bad.schema:2: a line is a name and a type, as in 'price float64'" \
    pscan --schema bad.schema sales.csv
}

@test "--decimals: as many digits as the sample has, and never fewer" {
  printf 'a,b,c\n1.5,1,0.1\n-2.25,2,1e3\n.125,3,nan\n' >m.csv
  gives $'a,b,c\n1.500,1,0.1\n-2.250,2,1e3\n0.125,3,nan' pscan --decimals -t csv m.csv
  gives '{"a":0.30}' bash -c "printf 'a\n0.10\n0.20\n' | pagg --decimals 'sum(a) as a' -t ndjson"
  printf '{"a":1.50,"b":[2.5]}\n{"a":3,"b":[0.25,1]}\n' >m.ndjson
  gives $'{"a":1.50,"b":[2.50]}\n{"a":3.00,"b":[0.25,1.00]}' pscan --decimals -t ndjson m.ndjson
  printf 'a\n1.25\n' >more.csv
  printf 'a\n3\n' >whole.csv
  printf 'a\n0.500\n' >fine.csv
  gives $'a\n1.250\n0.500\n3.000' pscan --decimals -t csv more.csv fine.csv whole.csv
}

@test "files named .tbl have no header and end each field" {
  printf '1|Bern|2.50|\n2|Oslo||\n' >sales.tbl
  rm sales.csv
  gives $'c1,c2,c3\n1,Bern,2.5\n2,Oslo,' pscan -t csv sales.tbl
  gives $'id,city,price\n1,Bern,2.50\n2,Oslo,' pscan --names id,city,price --decimals -t csv sales
  gzip sales.tbl
  gives '2' bash -c "pagg 'count(*) as n' -t csv sales | tail -n 1"
}

@test "a name without its suffix" {
  gives 3 bash -c "pscan -t csv sales | tail -n +2 | wc -l"
  pscan sales.csv -o sales.arrow
  fails 2 "pscan: 'sales' may be sales.csv or sales.arrow; name one of them (see pscan --help)" pscan sales
  fails 1 "pscan: sale: No such file or directory" pscan sale
}

@test "--names and --decimals go with an Arrow stream that has what they ask for" {
  gives $'a,b,c\n1,Bern,2.5\n2,Oslo,\n3,Bern,10' pscan --names a,b,c -t csv sales.csv
  for suffix in arrow arrows; do
    pscan --decimals sales.csv -o "other.$suffix"
    gives $'id\n1\n2\n3' pscan --names id,city,price --decimals -c id -t csv "other.$suffix"
    fails 2 "pscan: other.$suffix: --names is for CSV, but this is an Arrow stream with other names (see pscan --help)" \
      pscan --names a,b,c "other.$suffix"
    pscan sales.csv -o "other.$suffix"
    fails 2 "pscan: other.$suffix: --decimals is for text, but this is an Arrow stream, whose column 'price' is float64 (see pscan --help)" \
      pscan --decimals "other.$suffix"
    gives $'id\n1\n2\n3' pscan --decimals -c id -t csv "other.$suffix"
  done
}

@test "options do not go with an input that they do not fit" {
  pscan sales.csv >s
  pscan sales.csv -t ndjson >sales.ndjson
  pscan sales.csv -t csv >sales.txt
  for option in --delimiter=';' --no-quotes --trailing-delimiter --no-header; do
    fails 2 "pscan: s: ${option%=*} is for CSV, but this is an Arrow stream (see pscan --help)" \
      pscan "$option" s
    fails 2 "pscan: standard input: ${option%=*} is for CSV, but this is an Arrow stream (see pscan --help)" \
      pscan "$option" <s
    fails 2 "pscan: sales.ndjson: ${option%=*} is for CSV, but this is JSON (see pscan --help)" \
      pscan "$option" sales.ndjson
  done
  fails 2 "pscan: sales.ndjson: --names is for CSV, but this is JSON (see pscan --help)" \
    pscan --names id,city,price sales.ndjson
  fails 2 "pscan: sales.txt: --delimiter is for CSV, but this is read as lines; use -f csv (see pscan --help)" \
    pscan -d ';' sales.txt
  for option in --types=id=text --date-format=%d.%m.%Y; do
    fails 2 "pscan: s: ${option%%=*} is for text, but this is an Arrow stream, which has names and types (see pscan --help)" \
      pscan "$option" s
  done
  # Behind another stage, by itself and in a flow.
  run -2 --separate-stderr bash -c 'pscan sales.csv | pagg -d ";" "count(*)"'
  [[ $stderr == *"--delimiter is for CSV, but this is an Arrow stream"* ]]
  run ! --separate-stderr pflow 'pscan sales.csv | pagg -d ";" "count(*)"'
  [[ $stderr == *"--delimiter is for CSV, but this is an Arrow stream"* ]]
}

@test "--date-format is for strings of JSON, too" {
  printf '{"d":"03\\/02\\/2024","t":"x"}\n{"d":"29/02/2024"}\n' >d.ndjson
  gives $'d,t\n2024-02-03,x\n2024-02-29,' pscan --date-format %d/%m/%Y -t csv d.ndjson
  printf '{"t":"3.2.24 4:05"}\n' >t.ndjson
  gives $'t\n2024-02-03T04:05:00' pscan --date-format '%d.%m.%y %H:%M' -t csv t.ndjson
  printf '{"d":"2024-02-03"}\n' >iso.ndjson
  fails 1 "pscan: iso.ndjson:1: column 'd': '2024-02-03' is not a date (%d/%m/%Y); use --types d=text or --on-error=null" \
    pscan --date-format %d/%m/%Y --types d=date iso.ndjson
}

@test "JSON is recognized by its first bytes without a known suffix" {
  cp "$root/tests/data/cases/ndjson-on-stdin" records
  cp records records.log
  for command in 'pagg "count(*) as n" -t csv' 'pflow -n 1 "pagg \"count(*) as n\" -t csv"' \
    'pflow -n 3 "pagg \"count(*) as n\" -t csv"'; do
    gives $'n\n2' bash -c "$command <records"
  done
  for name in records records.log; do
    gives $'n\n2' pagg 'count(*) as n' -t csv $name
    gives $'n\n2' pflow -n 3 "pagg 'count(*) as n' -t csv $name"
  done
  gives $'a\n1\n2' pscan -t csv <<<$'\xEF\xBB\xBF [ {"a":1},\n{"a":2}]'
  printf '{id},[{\n1,2\n' >braces
  gives $'{id},[{\n1,2' pscan -f csv -t csv braces
  gives $'{id},[{\n1,2' pscan -t csv <(cat braces) -f csv
  fails 1 "pscan: braces:1: expected a key, found id; use --on-error=skip to leave such records out (use --from=csv if this is CSV)" \
    pscan braces
  mv braces braces.csv
  gives $'{id},[{\n1,2' pscan -t csv braces.csv
}

@test "another delimiter is named" {
  printf 'a;b\n1,5;2\n' >semicolon.csv
  printf 'a\tb\n1\t2\n' >tab.csv
  printf '"a|b"|c\r\n1|2\r\n' >bar
  fails 1 "pscan: semicolon.csv:1: the first row has one field when ',' divides it, but 2 when ';' does; use -d ';', or -d ',' if one field is right" \
    pscan semicolon.csv
  fails 1 "pscan: tab.csv:1: the first row has one field when ',' divides it, but 2 when '\t' does; use -d '\t', or -d ',' if one field is right" \
    pscan --no-header --names x,y tab.csv
  fails 1 "pscan: bar:1: the first row has one field when ',' divides it, but 2 when '|' does; use -d '|', or -d ',' if one field is right" \
    pscan bar
  gives $'a,b\n"1,5",2' pscan -d ';' -t csv semicolon.csv
  gives $'a\tb\n1\t2' pscan -d , -t csv tab.csv
  # Text in one column is not divided, and a name need not be.
  printf 'remark; if any\nnone\n"a;b"\n' >remarks.csv
  gives $'remark; if any\nnone\na;b' pscan -t csv remarks.csv
  gives $'r\nremark; if any\nnone\na;b' pscan --no-header --names r -t csv remarks.csv
}

@test "a header without the delimiter that ends each row" {
  cp "$root/tests/data/cases/trailing-delimiter-not-in-header.csv" t.csv
  gives $'a,b\n1,2\n3,4' pscan --trailing-delimiter -t csv t.csv
  printf 'a,b,\n1,2,\n' >t.csv
  gives $'a,b\n1,2' pscan --trailing-delimiter -t csv t.csv
}

@test "--partition: the parts together are the whole" {
  awk 'BEGIN { print "n,text"; for (i = 1; i <= 500; i++) printf "%d,\"a\nb %d\"\n", i, i }' >lines.csv
  pscan -t csv lines.csv >whole
  for parts in 1 2 3 8 64; do
    for part in $(seq "$parts"); do
      pscan --partition "$part/$parts" -t csv lines.csv | tail -n +2
    done >rows
    same "$(tail -n +2 whole)" "$(cat rows)"
  done
  fails 2 "pscan: --partition: '3/2' is not I/N with I from 1 to N, as in 2/8 (see pscan --help)" \
    pscan --partition 3/2 sales.csv
}

@test "-v tells what is read and written" {
  run -0 --separate-stderr pscan -v -o x.csv sales.csv
  same $'pscan: sales.csv: id int64, city utf8, price float64\npscan: 3 rows written to x.csv' "$stderr"
}

@test "unknown columns" {
  fails 1 "pscan: --columns: unknown column 'ciyt'; did you mean 'city'?" pscan -c ciyt sales.csv
  fails 1 $'pscan: unknown column \'ciyt\'; did you mean \'city\'?\n  ciyt = 1\n  ^' \
    pscan -w 'ciyt = 1' -c id sales.csv
}

@test "--chunks: scans side by side share a file, whatever it holds" {
  python3 - <<'END'
import random
r = random.Random(7)
with open("q.csv", "w", newline="") as f:
    f.write("a,b\r\n")
    for i in range(3000):
        f.write(f'{i},"' + "".join(r.choice(["x", "\n", '""', ",", "1,2\n"]) for _ in range(r.randint(0, 40))) + '"\n')
    f.write('3000,"' + "1,2\n" * 40000 + '"\n3001,z')
END
  pscan q.csv -t csv >whole.csv
  for options in "" "--on-error skip"; do
    echo 1 64 >chunks
    pmerge <(pscan $options --chunks chunks q.csv) <(pscan $options --chunks chunks q.csv) |
      psort -k a -t csv | cmp - whole.csv
    echo 1 64 >chunks
    pscan $options --chunks chunks q.csv -t csv | cmp - whole.csv
  done
  echo 63 64 >chunks
  [[ $(pscan --chunks chunks q.csv -t csv | tail -n 1) == "3001,z" ]]
}

@test "--chunks needs files, and as many chunks" {
  printf 'a\n1\n' >a.csv
  gzip -k a.csv
  echo 1 2 >chunks
  fails 1 "pscan: a.csv.gz: --chunks needs a file that can be sought, not a pipe or compressed data" \
    pscan --chunks chunks a.csv.gz
  echo 1 2 >chunks
  fails 1 "pscan: chunks: there are fewer chunks than inputs" pscan --chunks chunks a.csv a.csv a.csv
}

@test "binary through CSV, TSV and NDJSON and back" {
  cp "$root/tests/data/cases/binary.csv" b.csv
  pscan --types b=binary -t csv b.csv >1.csv
  pscan --types b=binary -t csv 1.csv | cmp - 1.csv
  for n in 1 3; do
    pflow -n "$n" "pscan --types b=binary -t csv 1.csv" | cmp - 1.csv
  done
  pscan --types b=binary -t tsv 1.csv >1.tsv
  pscan --types b=binary -t csv 1.tsv | cmp - 1.csv
  pscan --types b=binary -t ndjson 1.csv >1.ndjson
  pscan --types b=binary -t csv 1.ndjson | cmp - 1.csv
  gives 'n
1' pagg -t csv "count(*) filter (where b = '\x78ff') as n" --types b=binary 1.csv
}

@test "15: -c takes ranges, patterns and columns to leave out" {
  printf 'id,x_a,x_b,"a..b",note\n1,2,3,4,5\n' >wide.csv
  gives $'x_a,x_b\n2,3' pscan -t csv -c 'x_*' wide.csv
  gives $'id,x_a\n1,2' pscan -t csv -c '..x_a' wide.csv
  gives $'note,a..b\n5,4' pscan -t csv -c 'note.."a..b"' wide.csv
  gives $'a..b\n4' pscan -t csv -c 'a..b' wide.csv
  gives $'id,note\n1,5' pscan -t csv -c '!x_*,!"a..b"' wide.csv
  gives $'note,id,x_a,x_b,a..b\n5,1,2,3,4' pscan -t csv -c 'note,*' wide.csv
  pscan wide.csv -o wide.arrow
  gives $'x_b,x_a\n3,2' pscan -t csv -c 'x_b..x_a' wide.arrow
  gives $'{"id":1,"note":5}' bash -c "pscan -t ndjson wide.csv | pscan -f ndjson -t ndjson -c 'id,n*'"
  fails 1 "pscan: --columns: no column matches 'y*'; the columns are id, x_a, x_b, a..b, note" pscan -c 'y*' wide.csv
  fails 1 "pscan: --columns: unknown column 'notes'; did you mean 'note'?" pscan -c 'id..notes' wide.csv
  fails 1 "pscan: --columns: no column is left" pscan -c '!*' wide.csv
  fails 2 "pscan: --columns: column 'id' is named twice (see pscan --help)" pscan -c 'id,id' wide.csv
  gives $'note,s\n5,3' pflow -n 2 "pscan -c 'x_b..,!a..b' wide.csv | pagg -k note 'sum(x_b) as s' -t csv"
  gives $'a..b\n4' pflow -n 2 "pscan wide.csv | pproject -t csv '\"a..b\"'"
}
