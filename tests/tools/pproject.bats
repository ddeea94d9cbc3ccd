#!/usr/bin/env bats
# each: pproject 'id' left.csv

load ../setup

@test "computes, renames and keeps columns" {
  gives $'city,twice\nBern,5\nOslo,\nBern,20' pproject -t csv 'city, price * 2 as twice' sales.csv
  gives $'id,city,price,n\n1,Bern,2.5,4\n2,Oslo,,4\n3,Bern,10,4' \
    pproject -t csv '*, length(city) as n' sales.csv
}

@test "15: --functions prints what a word finds, with examples" {
  run -0 --separate-stderr pproject --functions initcap
  same "Text
  initcap(text) -> text
      the first letter of each word in upper case, the rest in lower
      initcap('new YORK') → 'New York'" "$output"
  run -0 --separate-stderr pproject --functions mean
  [[ $output == *"  avg(number) -> float64"* ]]
  run -0 --separate-stderr pproject --functions
  [[ $output == *"  percentile_cont(fraction) within group"* && $output == *"  = (any, any) -> bool"* ]]
  run -1 --separate-stderr pproject --functions lenght
  same "pproject: no function has to do with 'lenght'; did you mean 'length'?" "$stderr"
  run -2 --separate-stderr pproject --functions a b
  [[ ${stderr_lines[0]} == "pproject: --functions takes one word"* ]]
}

@test "15: a function of another tool leads to ours" {
  run -1 --separate-stderr pproject 'ifnull(price, 0)' sales.csv
  same "pproject: unknown function 'ifnull'; here that is coalesce(x, 0)" "${stderr_lines[0]}"
  run -1 --separate-stderr pagg 'mean(price)' sales.csv
  same "pagg: unknown function 'mean'; here that is avg(x)" "${stderr_lines[0]}"
}

@test "a row-making function repeats the others" {
  printf 'n,text\n1,a b\n2,c\n' >t.csv
  gives $'n,word\n1,a\n1,b\n2,c' pproject -t csv "n, regexp_split_to_table(text, ' ') as word" t.csv
}

@test "what a row cannot compute is an error at its place" {
  for expression in 'id / 0' '1 % (id - 1)'; do
    run -1 --separate-stderr pproject -t csv "$expression" sales.csv
    [[ ${stderr_lines[0]} == "pproject: division by zero" ]]
    same "  $expression" "${stderr_lines[1]}"
    [[ ${stderr_lines[2]} =~ ^\ +\^$ ]]
  done
  run -1 --separate-stderr pproject -t csv '9223372036854775807 + id' sales.csv
  same $'pproject: integer overflow: 9223372036854775807 + 1 is beyond int64\n  9223372036854775807 + id\n                      ^' "$stderr"
}

# everywhere_gives TEXT FLOW: bash and pflow with 1 and 3 workers print exactly TEXT.
everywhere_gives() {
  gives "$1" bash -c "$2"
  gives "$1" pflow -n 1 "$2"
  gives "$1" pflow -n 3 "$2"
}

@test "12: each of two hours that a clock shows twice keeps its own beginning" {
  cp "$root/tests/data/cases/dst.csv" .
  everywhere_gives $'h\n2023-11-05T01:00:00-07:00\n2023-11-05T01:00:00-08:00' \
    "pscan --types 't=timestamp[us, US/Pacific]' dst.csv | pproject -t csv \"date_trunc('hour', t) as h\""
  everywhere_gives $'h,n\n2023-11-05T01:00:00-07:00,1\n2023-11-05T01:00:00-08:00,1' \
    "pscan --types 't=timestamp[us, US/Pacific]' dst.csv | pproject \"date_trunc('hour', t) as h\" | pagg -k h 'count(*) as n' | psort -k h -t csv"
}

@test "12: days and months are added by the zone's own clock" {
  cp "$root/tests/data/cases/dst_add.csv" .
  everywhere_gives $'d,m\n2024-03-10T12:00:00-07:00,2024-04-09T12:00:00-07:00\n2024-04-01T21:00:00-07:00,2024-04-30T21:00:00-07:00' \
    "pscan --types 't=timestamp[us, US/Pacific]' dst_add.csv | pproject -t csv \"t + interval '1 day' as d, t + interval '1 month' as m\""
}

@test "12: intervals are read by PostgreSQL's grammar" {
  printf 'i\n1-2\n1 12:59:10\nP1Y2M3DT4H5M6S\n1-2 3 4:05:06\n1.5 months ago\n' >i.csv
  gives $'i\n1 year 2 mons\n1 day 12:59:10\n1 year 2 mons 3 days 04:05:06\n1 year 2 mons 3 days 04:05:06\n-1 mons -15 days' \
    pproject -t csv 'i::interval::text as i' i.csv
  run -1 --separate-stderr pproject "interval '1 2'" i.csv
  same "pproject: '1 2' is not a valid interval, as '1 year 2 months' or '90 days'" "${stderr_lines[0]}"
}

@test "nothing exact is computed on a decimal256" {
  cp "$root/tests/data/cases/d256.arrows" v.arrows
  advice='cast the decimal256, as in x::decimal(38,9) or x::float64'
  for list in 'v + 1 as a' 'abs(v) as a' '(-v) as a' 'round(v) as a'; do
    run -1 --separate-stderr pproject -t csv "$list" v.arrows
    [[ ${stderr_lines[0]} == "pproject: there is no "*"; $advice" ]]
    for n in 1 3; do
      run -1 --separate-stderr pflow -n "$n" "pproject -t csv '$list' v.arrows"
      [[ $stderr == *"there is no "*"; $advice"* ]]
    done
  done
  gives $'a,b\n0.75,2.500000000\n-1.25,-1.500000000\n,' \
    pproject -t csv 'v / 2 as a, v::decimal(37,9) + 1 as b' v.arrows
}

@test "12: rounding and casts to decimals follow one rule" {
  cp "$root/tests/data/cases/round.csv" .
  everywhere_gives $'r,d,t\n1.01,1.01,1\n2.68,2.68,2.67\n1.12,1.12,1.11\n10.08,10.08,10.07\n4.35,4.35,4.35' \
    "pproject -t csv 'round(x, 2) as r, x::decimal(9,2) as d, trunc(x, 2) as t' round.csv"
  gives $'a,b\n0.00001,1.01' phead -n 1 -t csv <(pproject "'1e-5'::decimal(10,5) as a, '1.005'::decimal(9,2) as b" round.csv)
}

@test "12: nothing is an element of an empty list" {
  printf '{"x":1,"l":[]}\n{"x":null,"l":[]}\n{"x":null,"l":[1]}\n{"x":1,"l":null}\n' >l.ndjson
  gives $'a,b,c\nfalse,true,false\nfalse,true,false\n,,false\n,,false' \
    pproject -t csv "x = any(l) as a, x <> all(l) as b, null = any('{}') as c" l.ndjson
  gives $'a\ntrue\n\n\ntrue' pproject -t csv "x = any('{1, 2}') as a" l.ndjson
  run -1 --separate-stderr pproject "x = any('{1')" l.ndjson
  same "pproject: '{1' is not a list; write it as '{1,2}' or '{a,\"b c\"}'" "${stderr_lines[0]}"
}

@test "12: JSON functions read their text whole" {
  cp "$root/tests/data/cases/jsonbad.csv" .
  for i in 1 2 3 4; do
    for list in 'json_typeof(j)' "j ->> 'a'" 'json_array_length(j)' 'json_array_elements(j)'; do
      run -1 --separate-stderr bash -c "pscan -w 'i = $i' jsonbad.csv | pproject \"$list\""
      [[ ${stderr_lines[0]} == "pproject: '"*"' is not valid JSON" ]]
    done
    run -1 --separate-stderr pflow -n 3 "pscan -w 'i = $i' jsonbad.csv | pproject 'json_typeof(j) as t' -t csv"
    [[ $stderr == *"' is not valid JSON"* ]]
  done
  printf 'j\n"{""a"": [1,2] , ""b"":[1,2]}"\n' >j.csv
  gives $'a,b\n"[1,2]","[1,2]"' pproject -t csv "j -> 'a' as a, j -> 'b' as b" j.csv
  printf 'j\n"{""a"": 1, ""\\u0061"":2}"\n' >j.csv
  run -1 --separate-stderr pproject "j -> 'b'" j.csv
  [[ ${stderr_lines[0]} == *"' is JSON that has the key \"a\" twice" ]]
}

# bats test_tags=memory
@test "rows are made in the middle of an input row" {
  # 50,000 rows of 200 kB are 10 GB at once.
  { echo t; head -c 200000 /dev/zero | tr '\0' a; echo; echo b; } >"$BATS_TEST_TMPDIR/long.csv"
  run -0 bash -c "ulimit -v 1000000; pproject 't, generate_series(1, 50000) as g' \
    '$BATS_TEST_TMPDIR/long.csv' | pagg 'count(*) as n, sum(length(t)) as l, sum(g) as s' -t csv"
  [ "$output" = $'n,l,s\n100000,10000050000,2500050000' ]
}

@test "a series is longer than memory" {
  printf 'x\n1\n2\n' >"$BATS_TEST_TMPDIR/x.csv"
  run -0 bash -c "pproject 'generate_series(1, 1000000000000) as n' '$BATS_TEST_TMPDIR/x.csv' |
    phead -n 2 -t csv"
  [ "$output" = $'n\n1\n2' ]
  # Beside a list that is shorter.
  run -0 bash -c "pproject 'x, generate_series(1, 17000000) as n, unnest(array[5, 6]) as u' \
    '$BATS_TEST_TMPDIR/x.csv' | pagg 'count(*) as c, sum(n) as n, count(u) as k, sum(x) as x' -t csv"
  [ "$output" = $'c,n,k,x\n34000000,289000017000000,4,51000000' ]
  run -0 bash -c "pproject \"generate_series('2024-01-01'::timestamp, '9999-01-01', '1 second') as t\" \
    '$BATS_TEST_TMPDIR/x.csv' | phead -n 2 -t csv"
  [ "$output" = $'t\n2024-01-01T00:00:00\n2024-01-01T00:00:01' ]
}

@test "15: a star leaves out, replaces and renames" {
  gives $'city\nBern\nOslo\nBern' pproject -t csv '* except (id, price)' sales.csv
  gives $'id,town,price\n1,BERN,2.5\n2,OSLO,\n3,BERN,10' \
    bash -c "pproject '* replace (upper(city) as city)' sales.csv | pproject -t csv '* rename (city as town)'"
  fails 1 $'pproject: unknown column \'prise\'; did you mean \'price\'?\n  * except (prise)\n            ^' \
    pproject '* except (prise)' sales.csv
  fails 1 $'pproject: a list in brackets follows except, as in * except (a, b)\n  * except id\n           ^' \
    pproject '* except id' sales.csv
  for flow in "pscan sales.csv | pproject '* except (id)' | psort -k price -t csv" \
    "pscan sales.csv | pfilter 'id > 1' | pproject '* replace (id * 2 as id) except (city)' | pagg 'sum(id)' -t csv" \
    "pscan sales.csv | pproject '* rename (price as p)' | pproject -t csv p"; do
    everywhere_gives "$(bash -c "$flow")" "$flow"
  done
}

@test "15: an item over columns(…) is computed for each of them" {
  gives $'id,price\n2,5\n4,\n6,20' pproject -t csv "columns('^(id|pri)') * 2" sales.csv
  gives $'d_i,d_p\n2,5\n4,\n6,20' pproject -t csv "columns('^(i|p)') * 2 as \"d_\\1\"" sales.csv
  fails 1 $'pproject: no column has a name that matches this\n  columns(\'q\')\n  ^' \
    pproject "columns('q')" sales.csv
  flow="pscan sales.csv | pfilter \"city = 'Bern'\" | pproject \"columns('^[ip]')\" | pagg 'sum(columns(*))' -t csv"
  everywhere_gives $'sum_id,sum_price\n4,12.5' "$flow"
  run -0 --separate-stderr pflow -n 2 --explain "$flow"
  [[ $output == *"--columns=id,price "* ]]
}

@test "15: parameters are values, whatever stands in them" {
  printf "name,n,day\nO'Brien,1,2024-02-01\n\"a,b \"\"c\"\"\",2,2024-03-01\n" >who.csv
  gives 1 bash -c "pproject --set \"who=O'Brien\" 'n, name = :who as same' who.csv | pfilter same | pproject -t csv n | tail -n +2"
  gives $'n\n2' bash -c 'pfilter --set '"'"'who=a,b "c"'"'"' "name = :who" who.csv | pproject -t csv n'
  gives $'x\n3\n4' pproject -t csv --set k=2 'n + :k as x' who.csv
  gives $'x\n2024-02-29\n2024-02-29' pproject -t csv --set d=2024-02-28 ':d + 1 as x' who.csv
  gives $'x\n12\n22' pproject -t csv --set k:text=2 'n::text || :k as x' who.csv
  fails 1 $'pproject: unknown parameter \':k\'; give its value with --set k=VALUE\n  n + :k\n      ^' \
    pproject 'n + :k' who.csv
  fails 2 "pproject: --set: 'k' is set twice (see pproject --help)" pproject --set k=1 --set k=2 n who.csv
  fails 2 "pproject: --set: 'x' is not a value of type int64 (see pproject --help)" \
    pproject --set k:int64=x n who.csv
  for flow in 'pscan who.csv | pfilter "n >= :k" | pproject -t csv "name, n * :k as m"' \
    'pscan -w "n >= :k" who.csv | pagg -k day "sum(n * :k) as s" | psort -k day -t csv' \
    'pscan who.csv | pjoin --on "l.n = r.n and l.n >= :k" --right-prefix r_ - who.csv | pproject -t csv "n, r_name"'; do
    wanted=$(sed -E 's/(pfilter|pproject|pagg|pscan -w|pjoin)/\1 --set=k=2/g; s/pscan -w --set=k=2/pscan --set=k=2 -w/' <<<"$flow")
    wanted=$(bash -c "$wanted")
    [ -n "$wanted" ]
    gives "$wanted" pflow -n 1 --set k=2 "$flow"
    gives "$wanted" pflow -n 3 --set k=2 "$flow"
  done
  run -0 --separate-stderr pflow -n 2 --set k=2 --explain 'pscan who.csv | pfilter "n >= :k" | pproject -t csv n'
  [[ $output == *"pscan --check-all --columns=n '--where=n >= :k' --set=k=2 who.csv |"* ]]
  [[ $output != *pfilter* ]]
}
