#!/usr/bin/env bats

load ../setup
load ../flows

@test "rows go to the command and come back" {
  gives $'id,city,price\n1,BERN,2.5\n2,OSLO,\n3,BERN,10' \
    bash -c "pscan sales.csv | papply -- sed 's/Bern/BERN/; s/Oslo/OSLO/' | pprint"
  for format in csv tsv ndjson arrow; do
    gives $'id,city,price\n1,Bern,2.5\n2,Oslo,\n3,Bern,10' \
      bash -c "pscan sales.csv | papply -t $format -- cat | pprint"
  done
  gives $'line\nOslo' bash -c "pscan -c city sales.csv | papply -t lines -- grep Os | pprint"
}

@test "none, one and many answers a row, typed or inferred" {
  gives $'n,t\n1,a\n1,a\n2,b\n2,b' \
    bash -c "printf 'n,t\n1,a\n2,b\n' | papply --out-no-header --no-header --names n,t -- sed p | pprint"
  gives $'{"n":"1"}' bash -c "printf 'n\n1\n' | papply --types n=text -- cat | pprint -t ndjson"
}

@test "words are words, and no shell has a part in it" {
  gives $'n\n--\n$HOME  *' bash -c "papply -- sh -c 'cat >/dev/null; printf \"%s\\n\" n \"\$@\"' x -- '\$HOME  *' <sales.csv | pprint"
  gives $'a\n--' bash -c "printf 'a\n--\nb\n' | papply -- grep -e a -e -- | pprint"
}

@test "a command that reads all before it writes" {
  seq 300000 >numbers
  pscan -f lines numbers | papply -t lines -- tac | pprint -t lines | cmp - <(tac numbers)
}

@test "columns go around the command" {
  gives $'id,price,city\n1,2.5,BERN\n2,,OSLO\n3,10,BERN' \
    bash -c "pscan sales.csv | papply --keep id,price -- sed '2,\$y/bernosl/BERNOSL/' | pprint"
  seq 100000 | sed '1i n' >n.csv
  gives $'sums,rows\n1,100000' bash -c "pproject 'n, n as m' n.csv | papply -S 64K --keep n --out-no-header \
    --no-header --names m -- tac | pagg 'count(distinct n + m) as sums, count(*) as rows' -t csv"
  fails 1 "papply: row 3: 'sed' did not answer them; with --keep it must answer each row with one" \
    bash -c "pscan sales.csv | papply --keep id -- sed 3d"
  fails 1 "papply: 'sed' answered with more than the 3 rows it was given; with --keep it must answer each row with one" \
    bash -c "pscan sales.csv | papply --keep id -- sed 3p"
  fails 1 "papply: all columns are kept, and the command would get none; keep fewer" \
    bash -c "pscan sales.csv | papply --keep id..price -- cat"
  fails 1 "papply: column 'id' is kept, and the command answers with a column of that name; rename one of them, as --names does" \
    bash -c "pscan sales.csv | papply --keep id -- sed 1s/city/id/"
}

@test "what a command does wrong is an error that names the rows" {
  fails 1 "papply: 'no-such-command' cannot be run: No such file or directory; is it installed, and in PATH?" \
    bash -c "papply -- no-such-command <sales.csv"
  fails 1 "papply: rows 1 to 3: 'sh' failed with exit status 3" bash -c "papply -- sh -c 'cat; exit 3' <sales.csv"
  fails 1 "papply: rows 1 to 3: 'sh' failed with signal 9 (Killed)" \
    bash -c "papply -- sh -c 'cat; kill -9 \$\$' <sales.csv"
  fails 1 "papply: rows 1 to 3: 'echo' ended before it had read them; a command must read its input to the end" \
    bash -c "papply -- echo x <sales.csv"
  run -1 --separate-stderr bash -c "papply -- sed '3s/,//' <sales.csv"
  [[ $stderr == "papply: output of sed:3: row has 2 fields, expected 3; "* ]]
  run -1 --separate-stderr bash -c "papply -- sh -c 'cat >/dev/null' <sales.csv"
  [[ $stderr == "papply: output of sh: empty input; "* ]]
  run -1 --separate-stderr bash -c "papply -- sh -c 'cat >/dev/null; head -c 300 /dev/urandom' <sales.csv"
  [[ $stderr == "papply: output of sh:"* ]]
}

@test "a command that prints nothing gives no rows of columns that are declared" {
  gives 'a,b' bash -c "papply --no-header --names a,b --types '*=text' -- sh -c 'cat >/dev/null' <sales.csv | pprint"
  gives 'line' bash -c "papply -f lines -- sh -c 'cat >/dev/null' <sales.csv | pprint"
}

@test "standard error is passed on, line by line" {
  run -0 --separate-stderr bash -c "papply -- sh -c 'cat; printf \"one\ntwo\" >&2' <sales.csv | pprint"
  same $'papply: sh: one\npapply: sh: two' "$stderr"
}

@test "processes that a command leaves behind are ended" {
  run -0 bash -c "papply -f lines -- sh -c 'cat >/dev/null; sleep 1234.5 & echo x' <sales.csv | pprint -t lines"
  same x "$output"
  run -1 pgrep -f 'sleep 1234[.]5'
}

@test "a reader that has enough ends the command, too" {
  run -0 --separate-stderr bash -c "papply -f lines -- sh -c 'cat >/dev/null; yes' <sales.csv | head -c 1 | wc -c"
  same "" "$stderr"
}

@test "--per-batch runs the command for each batch" {
  seq 100000 | sed '1i n' >n.csv
  gives $'rows\n100000' bash -c "papply --per-batch --out-no-header --no-header --names k,t --types k=int64,t=text -- \
    awk 'END { print NR \",x\" }' <n.csv | pagg 'sum(k) as rows' -t csv"
  [ "$(papply --per-batch --out-no-header -f lines -- wc -l <n.csv | pprint --out-no-header | wc -l)" -gt 1 ]
  gives $'rows\n100000' bash -c "papply --per-batch -- cat <n.csv | pagg 'count(*) as rows' -t csv"
  run -1 --separate-stderr bash -c "papply --per-batch -- sh -c 'sed \"2s/^9.*/x/\"' <n.csv | pprint"
  [[ $stderr == *"papply: output of sh:2: column 'n': 'x' is not "* ]]
}

@test "pflow divides it where the columns are known" {
  tables
  everywhere "pscan rows.csv | papply -f lines -- tail -n +2 | pprint -t lines"
  everywhere "pscan -c id,price rows.csv | papply --names a,b --types a=int64,b=float64 -- cat | pfilter 'a > 7' | pprint"
  everywhere "pscan -c id,price rows.csv | papply -- cat | pprint"
  [[ $(pflow -n 2 --explain 'pscan rows.csv | papply -f lines -- cat') == *"papply -f lines -- cat |"*"pmerge --in-turn"* ]]
  run -1 --separate-stderr pflow -n 2 "pscan rows.csv | papply -f lines -- sh -c 'cat; exit 3' | pprint"
  [[ $stderr == *"'sh' failed with exit status 3"* ]]
}

@test "usage" {
  fails 2 "papply: COMMAND is missing (see papply --help)" papply
  fails 2 "papply: --to: table is for people; a command gets csv, tsv, ndjson, lines or arrow (see papply --help)" \
    bash -c "papply -t table -- cat <sales.csv"
}
