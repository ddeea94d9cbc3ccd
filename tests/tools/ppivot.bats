#!/usr/bin/env bats
# each: ppivot --name id --value city left.csv

load ../setup
load ../flows

@test "values become columns, in their order" {
  printf 'city,month,sold\nBern,10,1\nOslo,9,2\nBern,9,3\nRome,,4\n' >in.csv
  gives $'city,9,10,null\nBern,3,1,\nOslo,2,,\nRome,,,4' ppivot --name month --value sold -t csv in.csv
  gives $'city,9,10,null\nBern,3,1,\nOslo,2,,\nRome,,,4' \
    ppivot -k city --name month --value sold -t csv in.csv
  gives 'a' ppivot --name b --value c -t csv <(echo a,b,c)
}

@test "several rows of a key and name are combined as asked, or an error" {
  printf 'c,m,v\na,x,1\na,y,2\na,x,10\nb,y,\n' >in.csv
  gives $'c,x,y\na,11,2\nb,,' ppivot --name m --value v --agg sum -t csv in.csv
  gives $'c,x,y\na,2,1\nb,,0' ppivot --name m --value v --agg count -t csv in.csv
  gives $'x,y\n10,2' bash -c "pproject 'm, v' in.csv | ppivot --name m --value v --agg max -t csv"
  fails 1 "ppivot: 2 rows have c a, m x; say how to combine their values with --agg" \
    ppivot --name m --value v in.csv
}

@test "the way there and back" {
  awk 'BEGIN { print "k,a,b,c"; for (i = 0; i < 3000; i++) print i "," i * 2 "," i * 3 "," i * 5 }' >in.csv
  punpivot -c a,b,c in.csv | ppivot --name name --value value -t csv | cmp - in.csv
  punpivot -c a,b,c in.csv | ppivot -S 1M --name name --value value -t csv | cmp - in.csv
}

@test "so many columns, and no more" {
  (echo k,n,v; seq 10000 | sed 's/.*/1,&,&/') >in.csv
  ppivot --name n --value v in.csv -t csv >out
  same "k,$(seq -s, 10000)" "$(head -n 1 out)"
  same "1,$(seq -s, 10000)" "$(tail -n 1 out)"
  (echo k,n,v; seq 100000 | sed 's/.*/1,&,&/') >in.csv
  fails 1 "ppivot: column 'n' has over 10000 different values, and each would become a column; choose some rows first" \
    ppivot --name n --value v in.csv
}

@test "what is wrong is said" {
  fails 2 "ppivot: which column names the new ones? use --name (see ppivot --help)" ppivot sales.csv
  fails 2 "ppivot: which column has the values? use --value (see ppivot --help)" \
    ppivot --name id sales.csv
  fails 2 "ppivot: --agg: 'sun' is not an aggregate; did you mean 'sum'? (see ppivot --help)" \
    ppivot --name id --value price --agg sun sales.csv
  fails 1 "ppivot: column 'city' cannot be a key as well" \
    ppivot -k city --name city --value price sales.csv
  fails 1 "ppivot: unknown column 'ity'; did you mean 'city'?" ppivot --name ity --value price sales.csv
  printf 'k,n,v\n1,k,2\n' >in.csv
  fails 1 "ppivot: 'k' is a key and a value of column 'n'; rename one of them with pproject" \
    ppivot --name n --value v in.csv
  printf 'k,n,v\n1,null,2\n1,,2\n' >in.csv
  fails 1 "ppivot: 'null' is the text of two values of column 'n'; rename one of them with pproject" \
    ppivot --name n --value v in.csv
  awk 'BEGIN { print "k,n,v"; for (i = 0; i < 60000; i++) print i ",x,1" }' >in.csv
  run -1 --separate-stderr ppivot -S 256K --name n --value v in.csv -o out.csv
  [[ $stderr == "ppivot: the keys of "*" rows do not fit into the memory; give more with -S" ]]
}

@test "pflow gives the same" {
  tables
  everywhere 'ppivot -k city --name price --value id --agg sum rows.csv -t csv'
  everywhere "pscan rows.csv | pfilter 'id < 40' | ppivot -k id --name city --value price -t csv"
  everywhere "pscan rows.csv | ppivot -k city --name price --value id --agg max | pjoin -k city=name cities.csv | psort -k size -t csv"
  everywhere "pscan rows.csv | ppivot -k price --name city --value id --agg count | pproject 'price, c1, c2' -t csv"
}
