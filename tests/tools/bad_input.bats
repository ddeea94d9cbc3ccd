#!/usr/bin/env bats
# What is wrong with the data: never a row dropped, never a value bent, always the place.

load ../setup

@test "an empty file" {
  : >empty.csv
  fails 1 "pscan: empty.csv: empty input; expected a header row (use --no-header with --names to read no rows as a table)" \
    pscan empty.csv
  gives 'a' pscan --no-header --names a -t csv empty.csv
}

@test "a header only is a table without rows" {
  printf 'a,b\n' >header.csv
  gives 'a,b' pscan -t csv header.csv
  gives 'n
0' pagg 'count(*) as n' -t csv header.csv
}

# while_read CHANGE COMMAND…: runs COMMAND, whose output fills a pipe, and makes CHANGE when it has
# stopped reading. Its status and message are in `status` and `stderr`, its output in `out`.
while_read() {
  local change=$1 before=-1 now
  shift
  rm -f go
  mkfifo -m 600 rows.$$
  "$@" >rows.$$ 2>errors &
  local pid=$!
  exec 7<rows.$$
  while now=$(grep rchar /proc/$pid/io) && [ "$now" != "$before" ]; do before=$now; sleep 0.3; done
  bash -c "$change"
  cat <&7 >out
  exec 7<&-
  status=0
  wait $pid || status=$?
  rm rows.$$
  stderr=$(cat errors)
}

@test "a file that becomes shorter while it is read is an error, in every format" {
  seq 2000000 | sed 's/.*/&,some text to fill a line/; 1s/.*/n,t/' >big.csv
  tr , '\t' <big.csv >big.tsv
  pscan big.csv -t ndjson -o big.ndjson
  pscan big.csv -o big.arrow
  pscan big.csv >big.arrows
  head -n 1000000 big.csv | gzip -1 >big.csv.gz
  head -n 1000000 big.csv | zstd -q -1 >big.csv.zst
  for file in big.csv big.tsv big.ndjson big.arrow big.arrows big.csv.gz big.csv.zst; do
    size=$(stat -c %s $file)
    # The last bytes of an Arrow file are its table of batches, which is read first.
    for left in $((size - 50000)) $((size / 2 + 1000)) 0; do
      cp $file one
      mv one one.${file#*.}
      while_read "truncate -s $left one.*" pscan -t csv one.*
      rm one.*
      [ "$status" = 1 ] || { echo "$file to $left: status $status"; return 1; }
      [[ $stderr == "pscan: one.${file#*.}: the file became shorter while it was read (it ended after "*" of $size bytes); read it when nobody writes to it, or read a copy" ]] ||
        { echo "$file to $left: $stderr"; return 1; }
    done
  done
  cp big.csv one.csv
  while_read ': >one.csv; seq 1000 >one.csv' sh -c 'exec pscan -t csv <one.csv'
  [ "$status" = 1 ]
  [[ $stderr == "pscan: standard input: the file became shorter while it was read "* ]]
}

@test "a file that grows while it is read ends where it ended when it was opened" {
  seq 2000000 | sed 's/.*/&,some text to fill a line/; 1s/.*/n,t/' >big.csv
  for command in 'pscan -t csv one.csv' 'pscan -t csv --partition 1/1 one.csv' 'pscan -t csv <one.csv'; do
    cp big.csv one.csv
    while_read 'printf "1,x\n2,y\nbroken" >>one.csv' sh -c "exec $command"
    same "" "$stderr"
    [ "$status" = 0 ]
    cmp big.csv out
  done
}

# everywhere TEXT TOOL OPTIONS…: the tool gives that on standard output in sh, pflow -n 1 and -n 3.
everywhere() {
  local text=$1
  shift
  gives "$text" "$@"
  gives "$text" pflow -n 1 "$(printf '%q ' "$@")"
  gives "$text" pflow -n 3 "$(printf '%q ' "$@")"
}

@test "zeros behind gzip data, and zstd windows up to 2 GiB" {
  cp "$root"/tests/data/cases/{zero-padded.csv.gz,long-window-28.ndjson.zst} .
  everywhere "$(gzip -dc zero-padded.csv.gz)" pscan -t csv zero-padded.csv.gz
  fails 1 "pscan: long-window-28.ndjson.zst: compressed data needs a window of 256 MiB, more than the 128 MiB that are allowed; use --max-window 256M" \
    pscan -t csv long-window-28.ndjson.zst
  everywhere "$(zstd -dcq --long=31 long-window-28.ndjson.zst | pscan -f ndjson -t csv)" \
    pscan --max-window 256M -t csv long-window-28.ndjson.zst
  printf 'a\n1\n' | zstd -q --ultra --long=31 >31.csv.zst
  fails 1 "pagg: 31.csv.zst: compressed data needs a window of 2048 MiB, more than the 128 MiB that are allowed; use --max-window 2048M" \
    pagg 'sum(a) as s' -t csv 31.csv.zst
  everywhere $'s\n1' pagg --max-window 2048M 'sum(a) as s' -t csv 31.csv.zst
  gives $'a,b\n1,1' pjoin --max-window 2G -k a -t csv 31.csv.zst <(printf 'a,b\n1,1\n')
  fails 2 "pscan: --max-window: '3G' is not a size from 1K to 2G (see pscan --help)" pscan --max-window 3G x
  fails 2 "pscan: --max-window: '1023' is not a size from 1K to 2G (see pscan --help)" pscan --max-window 1023 x
  { gzip -dc zero-padded.csv.gz | gzip; printf '\0\0'; printf x; } >garbage.csv.gz
  fails 1 "pscan: garbage.csv.gz: compressed data ends too early" pscan garbage.csv.gz
}

@test "what is neither text in UTF-8 nor Arrow is named, with the command that helps" {
  run -0 pscan -t csv "$root/tests/data/cases/u16le.csv"
  same "$(iconv -f UTF-16 -t UTF-8 "$root/tests/data/cases/u16le.csv" | pscan -t csv)" "$output"
  for encoding in UTF-16LE UTF-16BE UTF-32LE UTF-32BE; do
    for source in sales.csv "$root"/tests/data/csv-spectrum/csvs/simple.csv; do
      iconv -f UTF-8 -t $encoding "$source" >wide.csv
      run -1 --separate-stderr pscan wide.csv
      [[ $stderr == "pscan: wide.csv: is ${encoding%[LB]E} text ("*"), not UTF-8; use --encoding $encoding"* ]]
      run -0 bash -c "pscan ${stderr##*use } wide.csv -t csv"
      same "$(pscan -t csv "$source")" "$output"
      run -1 --separate-stderr bash -c 'pagg "count(*)" -f csv <wide.csv'
      [[ $stderr == "pagg: standard input: is ${encoding%[LB]E} text"* ]]
    done
  done
  lz4 -q -l -c sales.csv >packed
  fails 1 "pscan: packed: is lz4 data in its legacy format; decompress it with lz4 -dc" pscan packed
  run -0 bash -c "lz4 -dc packed | pscan -t csv"
  same "$(cat sales.csv | tr -d '"')" "$output"
  tar -cf packed.tar sales.csv
  fails 1 "pscan: packed.tar: is a tar archive; unpack it with tar -xOf" pscan packed.tar
  printf 'FEA1\0\0\0\0' >t.feather
  run -1 --separate-stderr pscan t.feather
  [[ $stderr == "pscan: t.feather: is Feather version 1; convert it with python3"* ]]
  printf 'PAR1,FEA1\n1,2\n' >words.csv
  gives $'PAR1,FEA1\n1,2' pscan -t csv words.csv
}

@test "an Arrow stream expected and text found, and the other way round" {
  fails 1 "pscan: sales.csv: is not an Arrow stream, but begins with 'id,city,price'; leave --from arrow out if it is text" \
    pscan -f arrow sales.csv
  pscan sales.csv -o sales.arrow
  fails 1 "psort: sales.arrow: is an Arrow stream, not text; leave --from out" psort -k id -f csv sales.arrow
}

@test "a producer that fails leaves no text that looks like a table" {
  printf 'a,b\n1,2,3\n' >wide.csv
  for format in csv tsv markdown ndjson lines; do
    run -1 --separate-stderr bash -c "pscan wide.csv -t csv | pscan -c a -t $format"
    same "" "$output"
    same "pscan: standard input: nothing came in from the stage before; has it failed?" \
      "$(tail -n 1 <<<"$stderr")"
  done
  run -1 --separate-stderr bash -c "pfilter '1 / (id - 1) > 0' sales.csv | pagg -k city 'count(*)' -t csv"
  same "" "$output"
  note="nothing came in from the stage before, which is read as no rows; has it failed?"
  for options in '--no-header --names a' '-f lines'; do
    run -0 --separate-stderr bash -c "false | pscan $options | pprint -t csv"
    [[ $stderr == "pscan: standard input: $note"* ]] || { echo "$stderr"; return 1; }
  done
  run -0 --separate-stderr bash -c "false | pscan --no-header --names a -t csv"
  same a "$output"
  same "pscan: standard input: $note" "$stderr"
  for n in 1 3; do
    run -0 --separate-stderr bash -c "false | pflow -n $n 'pscan --no-header --names a | psort -k a -t csv'"
    same a "$output"
    [ "$(grep -c "$note" <<<"$stderr")" = 1 ]
  done
  run -0 --separate-stderr bash -c "false | pscan -q --no-header --names a -t csv"
  same "" "$stderr"
  # A file without a byte is what it is.
  : >empty.csv
  gives a pscan --no-header --names a -t csv empty.csv
}

@test "control characters of names and values are spelled out" {
  fails 1 'pscan: no\x1b[31m\r\n.csv: No such file or directory' pscan $'no\e[31m\r\n.csv'
  printf '"\e]0;x\a",b\n1,2\n' >title.csv
  run -0 --separate-stderr pscan -v -o /dev/null title.csv
  same $'pscan: title.csv: \\x1b]0;x\\x07 int64, b int64\npscan: 1 row written to /dev/null' "$stderr"
  run -1 --separate-stderr pfilter $'id = \'\u202e\n and (' sales.csv
  [[ $stderr != *$'\u202e'* ]]
  run -1 --separate-stderr pflow -n 2 $'pscan "no\e[31m" | pagg "count(*)"'
  [[ $stderr != *$'\e'* && $stderr == *'no\x1b[31m'* ]]
}

@test "rows of the wrong width" {
  printf 'a,b\n1,2\n3\n' >short.csv
  run -1 --separate-stderr pscan short.csv
  same "pscan: short.csv:3: row has 1 field, expected 2; quote fields that contain ',', or use --on-error=skip to leave such rows out" "$stderr"
  printf 'a,b\n1,2\n3,4,5\n' >long.csv
  run -1 --separate-stderr pscan long.csv
  same "pscan: long.csv:3: row has 3 fields, expected 2; quote fields that contain ',', or use --on-error=skip to leave such rows out" "$stderr"
}

@test "a quote that nobody closes" {
  printf 'a,b\n1,"open\n2,3\n' >quote.csv
  run -1 --separate-stderr pscan quote.csv
  same "pscan: quote.csv:2: the quote opened here is never closed; use --no-quotes if quotes are data, or --on-error=skip to leave such rows out" "$stderr"
}

@test "12: a stray quote costs its line, and an error names it" {
  for file in stray-quote-opening stray-quote-quoted-file; do
    cp "$root/tests/data/cases/$file.csv" f.csv
    local place='f.csv:4: column '"'name'"': bytes follow the quote that closes the one opened here; '
    [ $file = stray-quote-quoted-file ] || place='f.csv:4: the quote opened here is never closed; '
    fails 1 "pscan: ${place}use --no-quotes if quotes are data, or --on-error=skip to leave such rows out" pscan f.csv
    fails 1 "$stderr" pscan --partition 1/2 f.csv
    for n in 1 3; do
      run ! --separate-stderr pflow -n $n "pagg 'count(*) as n' -t csv f.csv"
      [[ $stderr == *"pscan: $place"* || $stderr == *"pagg: $place"* ]]
    done
    run -0 --separate-stderr pagg --on-error skip 'count(*) as n' -t csv f.csv
    same $'n\n999' "$output"
    same "pagg: 1 line was left out" "$stderr"
    for n in 1 3; do
      run -0 --separate-stderr pflow -n $n "pagg --on-error skip 'count(*) as n' -t csv f.csv"
      same $'n\n999' "$output"
      same "pflow: 1 line was left out" "$stderr"
    done
    pscan --on-error skip f.csv -q -t csv >whole.csv
    for i in 1 2 3; do pscan --on-error skip -q --partition $i/3 f.csv -t csv; done | awk 'NR == 1 || !/^id,/' >parts.csv
    cmp whole.csv parts.csv
  done
}

@test "12: what is left out and what becomes null is reported and kept" {
  cp "$root/tests/data/cases/on-error-null.csv" f.csv
  printf '7,x\n8,9\n' >>f.csv
  run -0 --separate-stderr pscan --on-error null --types amount=int64 --rejects r.csv -t csv f.csv
  same $'id,amount\n1,10\n3,30\n6,60\n7,\n8,9' "$output"
  same "pscan: 1 value became null; 3 lines were left out" "$stderr"
  same "file,line,column,reason,record
f.csv,3,,\"row has 1 field, expected 2\",2
f.csv,5,,\"row has 3 fields, expected 2\",\"4,40,oops\"
f.csv,6,amount,bytes follow a closing quote,\"5,\"\"5\"\"0\"
f.csv,8,amount,'x' is not an integer,\"7,x\"" "$(cat r.csv)"
  run -0 --separate-stderr pscan --on-error skip --types amount=int64 -t csv f.csv
  same $'id,amount\n1,10\n3,30\n6,60\n8,9' "$output"
  same "pscan: 4 lines were left out" "$stderr"
  printf '{"a":1}\n{"a":"x"}\n{"a":\n{"a":4}\n' >f.ndjson
  run -0 --separate-stderr pscan --on-error null --types a=int64 --rejects r.csv -t csv f.ndjson
  same $'a\n1\n\n4' "$output"
  same "pscan: 1 value became null; 1 line was left out" "$stderr"
  same 2 "$(grep -c '^f.ndjson,' r.csv)"
  for n in 1 3; do
    run -0 --separate-stderr pflow -n $n "pagg --on-error null --types a=int64 'count(a) as n' -t csv f.ndjson"
    same $'n\n2' "$output"
    same "pflow: 1 value became null; 1 line was left out" "$stderr"
    run -0 --separate-stderr pflow -n $n "pagg --on-error null --types amount=int64 'count(amount) as n' -t csv f.csv"
    same $'n\n4' "$output"
    same "pflow: 1 value became null; 3 lines were left out" "$stderr"
  done
  run -0 --separate-stderr pflow -q -n 3 "pagg --on-error skip --types amount=int64 'count(amount) as n' -t csv f.csv"
  same "" "$stderr"
}

@test "12: carriage returns end lines" {
  cp "$root/tests/data/cases/cr-only.csv" cr.csv
  printf 'a,b\r\r\n1,2\r\r\n3,4\r\r\n' >crcrlf.csv
  printf 'a,b\r\n1,2\n3,4\r' >mixed.csv
  for file in cr crcrlf mixed; do
    gives $'a,b\n1,2\n3,4' pscan -t csv $file.csv
    gives $'n\n2' pagg 'count(*) as n' -t csv $file.csv
    for n in 1 3; do gives $'n\n2' pflow -n $n "pagg 'count(*) as n' -t csv $file.csv"; done
  done
  printf 'a\tb\r1\t"x\ry"\r' >quoted.tsv
  gives '{"a":1,"b":"x\ry"}' pscan -t ndjson quoted.tsv
}

# bats test_tags=slow
@test "nor one at the head of 1 GB, which is not read into memory" {
  command -v /usr/bin/time >/dev/null || skip "no time(1)"
  run -1 --separate-stderr bash -c '
    { printf "a,b\n1,\""; head -c 1G /dev/zero | tr "\0" x; } | /usr/bin/time -o peak -f %M pscan -t csv'
  same "pscan: standard input:2: row is longer than 256 MiB, the limit; is a quote left open? use --no-quotes if quotes are data" "$stderr"
  [ "$(tail -n 1 peak)" -lt 600000 ]
}

# bats test_tags=slow
@test "a field of 100 MB passes" {
  { printf 'a,b\n1,'; head -c 100M /dev/zero | tr '\0' x; echo; } >big.csv
  gives 'n
104857600' pproject 'length(b) as n' -t csv big.csv
}

@test "10,000 columns pass" {
  seq -s, 10000 | sed 's/[0-9][0-9]*/c&/g' >wide.csv
  seq -s, 10000 >>wide.csv
  gives $'c1,c9999\n1,9999' pscan -c c1,c9999 -t csv wide.csv
  run -0 bash -c 'pscan wide.csv | pagg "sum(c10000) as s" -t csv'
  same $'s\n10000' "$output"
}

@test "NUL bytes and invalid UTF-8" {
  printf 'a,b\n1,x\0y\n' >nul.csv
  printf 'a,b\n1,x\xff\n' >utf8.csv
  run -1 --separate-stderr pscan nul.csv
  same "pscan: nul.csv:2: column 'b': 'x\\x00y' has a NUL byte; use --types b=binary or --on-error=null" "$stderr"
  run -1 --separate-stderr pscan utf8.csv
  same "pscan: utf8.csv:2: column 'b': 'x\\xff' is not valid UTF-8; use --encoding (as latin1), --types b=binary or --on-error=null" "$stderr"
  gives $'a,b\n1,\\x780079' pscan --types b=binary -t csv nul.csv
  gives $'a,b\n1,\\x78ff' pscan --types b=binary -t csv utf8.csv
}

@test "a value that contradicts its column's type, far from the sample" {
  { echo a,b; seq -f '%.0f,1' 100000; echo 7,x; seq -f '%.0f,1' 300000; } >contra.csv
  run -1 --separate-stderr pscan contra.csv -o out.arrow
  same "pscan: contra.csv:100002: column 'b': 'x' is not an integer; use --types b=text or --on-error=null" "$stderr"
  [ ! -e out.arrow ]
  run -0 --separate-stderr pscan --on-error skip --rejects r.csv contra.csv -o out.arrow
  same "pscan: 1 line was left out" "$stderr"
  same $'file,line,column,reason,record\ncontra.csv,100002,b,\'x\' is not an integer,"7,x"' "$(cat r.csv)"
  gives $'n\n400000' pagg 'count(*) as n' -t csv out.arrow
  run -0 --separate-stderr pscan --on-error null contra.csv -o out.arrow
  same "pscan: 1 value became null" "$stderr"
  gives $'n,b\n400001,400000' pagg 'count(*) as n, count(b) as b' -t csv out.arrow
  run -0 --separate-stderr pscan -q --on-error null contra.csv -o out.arrow
  same "" "$stderr"
}

@test "numbers beyond their type" {
  printf 'a\n300\n' >small.csv
  run -1 --separate-stderr pscan --types a=int8 small.csv
  same "pscan: small.csv:2: column 'a': '300' does not fit int8; use --types a=int64 or --on-error=null" "$stderr"
  printf 'a\n9223372036854775808\n' >big.csv
  gives $'a\n9223372036854775808' pscan -t csv big.csv
  run -1 --separate-stderr pscan --types a=int64 big.csv
  same "pscan: big.csv:2: column 'a': '9223372036854775808' does not fit int64; use --types a=uint64 or --on-error=null" "$stderr"
}

@test "columns of one name" {
  printf 'a,a\n1,2\n' >dup.csv
  fails 1 "pscan: dup.csv:1: columns 1 and 2 are both named 'a'; name the columns with --names, or use --unique-names" pscan dup.csv
  gives $'x,y\n1,2' pscan --names x,y -t csv dup.csv
}

@test "a name that stands for two columns of a stream" {
  # Other Arrow implementations make such streams: id and city, both called a.
  cp "$root/tests/data/cases/two-names.arrows" two.arrows
  for format in csv tsv ndjson; do
    fails 1 "pprint: columns 1 and 2 are both named 'a', which a reader of $format could not tell apart; use -t arrow or -t table, or give them different names where they are made" pprint -t "$format" two.arrows
  done
  # What is advised works.
  pprint -t arrow two.arrows | cmp - <(pscan two.arrows)
  run -0 --separate-stderr pprint -t table two.arrows
  [[ ${lines[0]} == *a*a* ]]
  for line in "psort -k a" "pagg -k a count(*)" "pscan -c a" "pjoin -k a=id"; do
    read -ra words <<<"$line"
    operands=(two.arrows)
    [ "${words[0]}" != pjoin ] || operands+=(sales.csv)
    run -1 --separate-stderr "${words[@]}" "${operands[@]}"
    [[ $stderr == "${words[0]}: "*"'a' is ambiguous"* ]] || same "ambiguous" "$stderr"
  done
}

# bats test_tags=slow
@test "a stream cut at every byte is never taken for a whole one" {
  printf 'id,city\n1,a\n2,b\n' | pscan >whole
  # In a shell of its own: Bats looks at every command of a test, which takes longer than they do.
  gives "" bash -c '
    for ((at = 0; at < $(stat -c %s whole); ++at)); do
      head -c "$at" whole >cut
      pprint --from arrow cut >out 2>error
      [ $? = 1 ] || echo "cut after $at bytes"
    done'
  gives $'id,city\n1,a\n2,b' pprint whole
}

@test "a stream with a hostile FlatBuffer" {
  printf 'id,city\n1,a\n2,b\n' | pscan >whole
  for at in 8 12 16 20 24 28 32 40 48; do
    { head -c "$at" whole; printf '\xff\xff\xff\x7f'; tail -c +$((at + 5)) whole; } >hostile
    run --separate-stderr pprint --from arrow hostile
    [ "$status" -le 1 ]
    [ "$status" -eq 0 ] || [[ $stderr == "pprint: hostile: "* ]] || same "an error" "$stderr"
  done
}

@test "names that would stand for two columns are refused where they are made" {
  cp "$root/tests/data/cases/dup-names.csv" dup.csv
  wanted="pscan: --names: columns 1 and 3 would both be named 'a'; rename one of them, as a_2 (see pscan --help)"
  for format in ndjson csv arrow; do
    fails 2 "$wanted" pscan --no-header --names a,b,a -t "$format" dup.csv
  done
  gives '{"a":0,"b":1,"a_2":2}' pscan --no-header --names a,b,a_2 -t ndjson dup.csv
  printf 'a int64\nb int64\na int64\n' >schema
  fails 1 "pscan: --schema: schema: columns 1 and 3 are both named 'a'; rename one of them, as a_2" \
    pscan --no-header --schema schema dup.csv
  while IFS='|' read -r tool list named; do
    run -1 --separate-stderr $tool "$list" sales.csv
    [[ ${stderr_lines[0]} == *"; name this one: … as $named" ]] || same "$named" "$stderr"
    run -1 --separate-stderr pflow -n 2 "$tool '$list' sales.csv"
    [[ $stderr == *"; name this one: … as $named"* ]] || same "$named" "$stderr"
    run -0 --separate-stderr $tool "$list as $named" sales.csv
  done <<'LISTS'
pproject|id, price, upper(city) as u, id|id_2
pproject|*, id|id_2
pproject|id, city as a, price as b, id|id_2
pproject|id + 1, id + 2|column_2
pagg|count(*), sum(id), count(*)|count_2
pagg -k city|min(price), max(id) as m, min(price + 1)|min_price_2
LISTS
  run -1 --separate-stderr pjoin -k id sales.csv sales.csv
  [[ $stderr == "pjoin: column 'city' is in both inputs; --left-prefix and --right-prefix put "* ]]
}

@test "a value after the sample is not bent" {
  cp "$root"/tests/data/cases/late-*.csv.gz .
  wanted="late-007.csv.gz:149992: column 'c': '007' would become 7 as int64; use --types c=text or --on-error=null"
  fails 1 "pscan: $wanted" pscan -w 'n=149990' -t csv late-007.csv.gz
  fails 1 "pagg: $wanted" pagg -k c 'count(*)' -t csv late-007.csv.gz
  for workers in 1 3; do
    run -1 --separate-stderr pflow -n $workers "pagg -k c 'count(*)' -t csv late-007.csv.gz"
    [[ $stderr == *"$wanted"* ]]
  done
  gives $'n,c\n149990,7' pscan --types c=int -w 'n=149990' -t csv late-007.csv.gz
  gives $'n,c\n149990,007' pscan --types c=text -w 'n=149990' -t csv late-007.csv.gz
  fails 1 "pscan: late-digits.csv.gz:149992: column 'v': '9007199254740993' would lose digits as float64; use --types v=text or --on-error=null" \
    pscan -w 'n>=149990 and n<149993' -t csv late-digits.csv.gz
}

@test "in a flow the type that the manager inferred is not a declared one" {
  { echo a,b; yes 1,2 | head -n 900000; echo 007,2; yes 1,2 | head -n 800000; } >codes.csv
  wanted="codes.csv:900002: column 'a': '007' would become 7 as int64; use --types a=text or --on-error=null"
  fails 1 "pscan: $wanted" pscan codes.csv -o x.arrow
  run -1 --separate-stderr pflow -n 3 "pscan codes.csv -o x.arrow"
  [[ $stderr == *"$wanted"* ]]
  gives $'s\n1700007' pflow -n 3 "pscan --types a=int codes.csv | pagg 'sum(a) as s' -t csv"
  printf 'a int64\nb int64\n' >written
  gives $'s\n1700007' pflow -n 3 "pscan --schema written codes.csv | pagg 'sum(a) as s' -t csv"
}

@test "numbers of JSON keep their digits as those of CSV do" {
  cp "$root"/tests/data/cases/{fraction.*,decimals-24-digits.csv} .
  gives "$(pscan -t csv fraction.csv)" pscan -t csv fraction.ndjson
  gives '{"id":"12527.6004817190914"}' bash -c 'pscan -t ndjson fraction.ndjson | head -n 1'
  gives '{"a":111111.111111111111111111}' pscan --decimals -t ndjson decimals-24-digits.csv
  gives $'a\n1e-400\n-0' pscan -t csv <<<$'{"a":1e-400}\n{"a":-0}'
  gives $'a\n0\n-0' pscan --types a=float64 -t csv <<<$'{"a":1e-400}\n{"a":-0}'
}

@test "a word that is not JSON is named in the first record, too" {
  for value in tru 01 1. -; do
    fails 1 "pscan: standard input:1: the value of key 'a' is not valid JSON, or is nested deeper than 64; use --on-error=skip to leave such records out" \
      pscan -f ndjson <<<"{\"a\":$value}"
  done
  fails 1 "pscan: invalid-literal.ndjson:1: the value of key 'b' is not valid JSON, or is nested deeper than 64; use --on-error=skip to leave such records out" \
    bash -c "cp '$root/tests/data/cases/invalid-literal.ndjson' . && pscan -c a invalid-literal.ndjson"
}

@test "escapes in JSON that is kept as text are checked" {
  printf '{"a":1}\n{"a":["\\u00e9\\u0000\\ud83d\\ude42"]}\n' >right.ndjson
  gives '["\u00e9\u0000\ud83d\ude42"]' bash -c 'pscan -t csv -f ndjson right.ndjson | pproject a -t lines | tail -n 1'
  for text in '\x' '\u00g0' '\ud800' '\udc00' '\ud800\u0041' '\a'; do
    for value in "[\"$text\"]" "{\"$text\":1}" "[[{\"k\":\"a$text\"}]]"; do
      printf '{"a":1}\n{"a":[2]}\n{"a":%s}\n' "$value" >wrong.ndjson
      run -1 --separate-stderr pscan wrong.ndjson -o x.arrow
      [[ $stderr == *"wrong.ndjson:3: column 'a': '"*" holds "*"; use --on-error=null" ]]
    done
  done
}

@test "many distinct keys of JSON cost no square" {
  cp "$root/tests/data/cases/dynamic-keys.ndjson" .
  gives $'n\n4000' pagg 'count(*) as n' -t csv dynamic-keys.ndjson
  for workers in 1 3; do
    gives $'n\n4000' pflow -n $workers "pagg 'count(*) as n' -t csv dynamic-keys.ndjson"
  done
  awk 'BEGIN { for (i = 0; i < 100000; ++i) printf "{\"k\":%d,\"m\":{\"id%d\":%d}}\n", i, i, i }' >keys.ndjson
  head -n 30000 keys.ndjson >many.ndjson
  gives $'n\n30000' timeout 20 pagg 'count(*) as n' -t csv many.ndjson
  gives $'s\n449985000' timeout 20 pagg 'sum(k) as s' -t csv many.ndjson
  gives $'s\n449985000' timeout 20 pflow -n 3 "pagg 'sum(k) as s' -t csv many.ndjson"
  fails 1 "pscan: many.ndjson: the keys of its records make 30002 columns; the limit is 4096; use --types m=text, or choose some with -c" \
    timeout 20 pscan many.ndjson
  # What the sample does not have is an error, whether it is needed or not.
  fails 1 "pagg: keys.ndjson:33748: column 'm.id33747': no record of the sample has this key; use --types m=text or --on-error=null" \
    timeout 20 pagg 'count(*) as n' keys.ndjson
  gives $'n\n100000' timeout 20 pagg --types m=text 'count(*) as n' -t csv keys.ndjson
  gives '{"k":99999,"m":"{\"id99999\":99999}"}' \
    bash -c 'timeout 20 pscan --types m=text -t ndjson keys.ndjson | tail -n 1'
  awk 'BEGIN { for (i = 0; i < 60000; ++i) printf "{\"id%d\":%d}\n", i, i }' >top.ndjson
  fails 1 "pscan: top.ndjson: the keys of its records make 60000 columns; the limit is 4096; choose some with -c" \
    timeout 20 pscan top.ndjson
  gives $'n\n1' timeout 20 pagg 'count(id7) as n' -t csv top.ndjson
  awk 'BEGIN { for (i = 0; i < 100000; ++i) printf "{\"id%d\":%d}\n", i, i }' >top.ndjson
  fails 1 "pagg: top.ndjson: 100000 keys in its records, over the limit of 65536 columns; use --types KEY=text for an object of many, or read lines of text with -f lines" \
    timeout 20 pagg 'count(*)' top.ndjson
  # At the limit, and past it.
  for columns in 4096 4097; do
    awk -v n=$columns 'BEGIN { for (i = 0; i < n; ++i) printf "%s\"k%d\":1", i ? "," : "{", i; print "}" }' >wide$columns.ndjson
  done
  gives 1 bash -c 'pscan -t ndjson wide4096.ndjson | wc -l'
  fails 1 "pscan: wide4097.ndjson: the keys of its records make 4097 columns; the limit is 4096; choose some with -c" \
    pscan wide4097.ndjson
}
