#!/usr/bin/env bats
# Several inputs as one, their names, and inputs of differing columns.

load ../setup

setup() {
  cd "$BATS_TEST_TMPDIR"
  printf 'id,city\n1,Bern\n2,Chur\n' >a.csv
  printf 'id,city\n3,Genf\n' >b.csv
  printf 'city,price\nBiel,2.5\n' >c.csv
  printf '{"id":7,"tags":["x"]}\n' >d.ndjson
}

# alike WANTED FLOW: in sh, and with several workers.
alike() {
  run -0 bash -c "$2"
  same "$1" "$output"
  run -0 --separate-stderr pflow -n 3 "$2"
  same "$1" "$output"
}

@test "15: every tool that reads one stream takes several inputs" {
  alike $'id,city\n1,Bern\n2,Chur\n3,Genf' 'pfilter "id > 0" a.csv b.csv -t csv'
  alike $'n\n2\n3\n4' 'pproject "id + 1 as n" a.csv b.csv -t csv'
  alike $'n\n3' 'pagg "count(*) as n" a.csv b.csv -t csv'
  alike $'id,city\n3,Genf\n2,Chur\n1,Bern' 'psort -k id:desc a.csv b.csv -t csv'
  alike $'id,city\n1,Bern\n2,Chur\n3,Genf' 'phead -n 5 a.csv b.csv -t csv'
  alike $'id,city\n3,Genf' 'ptail -n 1 a.csv b.csv -t csv'
  alike $'id,city\n1,Bern\n2,Chur\n3,Genf' 'pprint a.csv b.csv -t csv'
  alike $'id,city\n1,Bern\n2,Chur\n3,Genf' 'pexchange a.csv b.csv | pprint'
  run -0 bash -c 'pscan b.csv | pfilter true a.csv - -t csv'
  same $'id,city\n1,Bern\n2,Chur\n3,Genf' "$output"
  # Differences are errors, as of pscan.
  fails 1 "psort: c.csv: column 1 is 'city', but it is 'id' in a.csv; inputs that are read together need the same columns" \
    psort -k id a.csv c.csv
  fails 2 "pfilter: standard input ('-') cannot be two inputs at once (see pfilter --help)" pfilter true - -
  fails 1 "pfilter: no.csv: No such file or directory" pfilter true a.csv no.csv
}

@test "15: --file-name adds the name of the input" {
  alike $'id,city,f\n1,Bern,a.csv\n2,Chur,a.csv\n3,Genf,b.csv' 'pscan --file-name f a.csv b.csv -t csv'
  alike $'id,city,f\n1,Bern,a.csv\n2,Chur,a.csv' 'pscan --file-name f a.csv -t csv'
  alike $'f,id\na.csv,2\nb.csv,3' 'pscan --file-name f -c f,id -w "id > 1" a.csv b.csv -t csv'
  alike $'city\nGenf' "pscan --file-name f -c city -w \"f = 'b.csv'\" a.csv b.csv -t csv"
  alike $'f\na.csv\na.csv\nb.csv' 'pscan --file-name f -c f a.csv b.csv -t csv'
  alike $'id\n1\n2' 'pscan --file-name f -c "!f,!city" a.csv -t csv'
  alike $'f,n\na.csv,2\nb.csv,1' 'pagg --file-name f -k f "count(*) as n" a.csv b.csv | psort -k f -t csv'
  alike $'n\n2' "pfilter --file-name f \"f like 'a%'\" a.csv b.csv | pagg 'count(*) as n' -t csv"
  pscan a.csv >a.arrows
  pscan b.csv -o b.arrow
  alike $'f,id\nb.arrow,3' 'pscan --file-name f -c f,id -w "id > 2" a.arrows b.arrow -t csv'
  gives $'"odd ""name"\nb.csv' pscan --file-name '"odd ""name"' -c '"odd ""name"' -t csv b.csv
  run -0 bash -c 'pscan --file-name f -t csv <b.csv'
  same $'id,city,f\n3,Genf,-' "$output"
  fails 2 "pscan: --file-name: the input has a column 'city' of its own; choose another name (see pscan --help)" \
    pscan --file-name city a.csv
  fails 2 "pscan: --file-name: 'a,b' is not the name of one column (see pscan --help)" pscan --file-name a,b a.csv
  run -2 --separate-stderr pscan --file-name '' a.csv
  fails 2 "pscan: option '--file-name' is given twice (see pscan --help)" pscan --file-name f --file-name g a.csv
}

@test "15: --union-by-name reads inputs of differing columns" {
  alike $'id,city,price\n1,Bern,\n2,Chur,\n,Biel,2.5\n3,Genf,' 'pscan --union-by-name a.csv c.csv b.csv -t csv'
  alike $'price,f\n,a.csv\n,a.csv\n2.5,c.csv' 'pscan --union-by-name --file-name f -c price,f a.csv c.csv -t csv'
  alike $'city\nBiel' 'pscan --union-by-name -c city -w "id is null" a.csv c.csv -t csv'
  alike $'n,s\n4,2.5' 'pagg --union-by-name "count(*) as n, sum(price) as s" a.csv c.csv b.csv -t csv'
  alike '{"id":1,"city":"Bern","tags":null}
{"id":2,"city":"Chur","tags":null}
{"id":7,"city":null,"tags":["x"]}' 'pscan --union-by-name a.csv d.ndjson -t ndjson'
  # Types widen as over the files of one scan.
  printf 'price,id\n3,x7\n' >e.csv
  alike $'id,city,price\n1,Bern,\n2,Chur,\n,Biel,2.5\nx7,,3' 'pscan --union-by-name a.csv c.csv e.csv -t csv'
  # Arrow, and text that is not in a file.
  pscan c.csv -o c.arrow
  alike $'id,city,price\n1,Bern,\n2,Chur,\n,Biel,2.5' 'pscan --union-by-name a.csv c.arrow -t csv'
  printf 'price\n7\n' >whole.csv
  run -0 bash -c 'pscan --union-by-name c.arrow - -t csv <whole.csv'
  same $'city,price\nBiel,2.5\n,7' "$output"
  run -0 bash -c 'pscan --union-by-name <(cat a.csv) <(cat c.csv) -t csv'
  same $'id,city,price\n1,Bern,\n2,Chur,\n,Biel,2.5' "$output"
  fails 1 "pscan: whole.csv: No such file or directory" bash -c 'rm whole.csv; pscan --union-by-name a.csv whole.csv'
  run -1 --separate-stderr bash -c 'pscan --union-by-name e.csv - <a.csv'
  same "pscan: -: column 'id' is int64, but utf8 with the other inputs; give it one type with --types or pproject" "$stderr"
  gives $'id,city\n1,Bern\n2,Chur' pscan --union-by-name a.csv -t csv
}
