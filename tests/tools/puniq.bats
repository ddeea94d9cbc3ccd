#!/usr/bin/env bats
# each: puniq left.csv

load ../setup
load ../flows

@test "equal rows come once, in the order of the first" {
  printf 'a,b\n2,x\n1,\n2,x\n1,\n1,""\n,x\n2,x\n' >in.csv
  gives $'a,b\n2,x\n1,\n1,""\n,x' puniq -t csv in.csv
  gives $'a,b\n2,x\n1,\n,x' puniq -k a -t csv in.csv
  gives $'a,b\n2,x\n1,\n1,""' puniq -k b -t csv in.csv
  gives $'a,b\n2,x\n1,\n1,""\n,x' puniq -k b,a -t csv in.csv
}

@test "equal as keys are: NaN, both zeros, and what no two columns share" {
  printf 'x,y\nnan,1\n-0,1\nnan,1\n0,1\n' >in.csv
  gives $'x,y\nnan,1\n-0,1' puniq --types x=float64 -t csv in.csv
  printf 'x,y\nab,c\na,bc\nab,c\n' >in.csv
  gives $'x,y\nab,c\na,bc' puniq -t csv in.csv
  gives 'x,y' puniq -t csv <(echo x,y)
}

@test "counts, and only what came more than once or once" {
  printf 'a,b\n2,x\n1,y\n2,z\n3,w\n2,x\n' >in.csv
  gives $'a,b,count\n2,x,3\n1,y,1\n3,w,1' puniq -k a --count -t csv in.csv
  gives $'a,b,n\n2,x,2\n1,y,1\n2,z,1\n3,w,1' puniq --count=n -t csv in.csv
  gives $'a,b\n2,x' puniq -k a --only-repeated -t csv in.csv
  gives $'a,b\n1,y\n3,w' puniq -k a --only-unique -t csv in.csv
  gives $'a,b,n\n2,x,3' puniq -k a --only-repeated --count=n -t csv in.csv
  gives 'a,b' puniq --only-repeated -t csv <(printf 'a,b\n1,2\n')
}

@test "counts add up" {
  printf 'a,n\n1,2\n2,1\n1,40\n' >in.csv
  gives $'a,n\n1,42\n2,1' puniq --counted n --count=n -t csv in.csv
  gives $'a\n2' puniq --counted n --only-unique -t csv in.csv
  gives $'a,count\n1,42' puniq -k a --counted n --only-repeated --count -t csv in.csv
}

@test "with little memory it gives the same" {
  seq 200000 | awk 'BEGIN { print "a,b" } { print $1 * 7 % 90001 "," $1 }' >in.csv
  for how in '-k a' '-k a --count' '-k a --only-repeated' '-k a --only-unique --count=n' ''; do
    puniq $how in.csv -t csv | cksum >wanted
    puniq $how -S 256K in.csv -t csv | cksum | cmp - wanted
  done
  pagg -k a 'count(*) as n' in.csv -t csv | cksum >wanted
  puniq -k a --count=n -S 256K in.csv | pproject 'a, n' -t csv | cksum | cmp - wanted
  run -0 --separate-stderr puniq -k a -v -S 256K in.csv -o out.csv
  [[ $stderr == *"puniq: the keys do not fit into the memory: "* ]]
}

@test "a row is given when it comes" {
  mkfifo in
  puniq -k a -t csv --types a=int64 in >out &
  exec 5>in
  printf 'a\n1\n1\n2\n' >&5
  for _ in $(seq 200); do
    [ "$(cat out)" = $'a\n1\n2' ] && break
    sleep 0.05
  done
  same $'a\n1\n2' "$(cat out)"
  exec 5>&-
  wait
}

@test "pflow gives the same" {
  tables
  everywhere 'puniq -k city rows.csv -t csv'
  everywhere "pproject 'city, price' rows.csv | puniq -t csv"
  everywhere 'puniq -k city,price --count rows.csv -t csv'
  everywhere 'puniq -k price --only-repeated rows.csv -t csv'
  everywhere 'puniq --only-unique --count=n rows.csv -t csv'
  everywhere "pscan rows.csv | puniq -k price | phead -n 3 -t csv"
  everywhere "pscan rows.csv | puniq -k city,price | pagg -k price 'count(*) as n' -t csv"
  plan=$(pflow -n 2 --explain 'pscan rows.csv | puniq -k city --count')
  [[ $plan == *"puniq -k city '--count=#rows' |"*"each worker's part of puniq, in the order of the input"*"pmerge --in-turn - |"*"puniq -k city --count=count '--counted=#rows'"* ]]
}

@test "what is wrong is said" {
  fails 2 "puniq: --only-repeated excludes --only-unique (see puniq --help)" \
    puniq --only-repeated --only-unique sales.csv
  fails 2 "puniq: --counted needs --count, --only-repeated or --only-unique (see puniq --help)" \
    puniq --counted id sales.csv
  fails 1 "puniq: unknown column 'ity'; did you mean 'city'?" puniq -k ity sales.csv
  fails 1 "puniq: 'price' is a column of the input; name the count with --count=NAME" \
    puniq --count=price sales.csv
  fails 1 "puniq: column 'city' is utf8, not a number of rows (int64)" \
    puniq --count --counted city sales.csv
  fails 1 "puniq: column 'id' cannot be a key and a number of rows" \
    puniq --count -k id --counted id sales.csv
  printf 'a,n\n1,0\n' >in.csv
  fails 1 "puniq: column 'n': 0 is not a number of rows" puniq --count --counted n in.csv
}
