#!/usr/bin/env bats
# each: pfill left.csv

load ../setup
load ../flows

@test "nulls take the value before them, or behind, or a text" {
  printf 'k,v,t\n,1,\na,,x\na,,""\nb,4,\n,,y\n' >in.csv
  gives $'k,v,t\n,1,\na,1,x\na,1,""\nb,4,""\nb,4,y' pfill -t csv in.csv
  gives $'k,v,t\n,1,\na,1,x\na,1,""\nb,4,\n,4,y' pfill -c v --down -t csv in.csv
  gives $'k,v,t\na,1,x\na,4,x\na,4,""\nb,4,y\n,,y' pfill --up -t csv in.csv
  gives $'k,v,t\n,1,\na,0,x\na,0,""\nb,4,\n,0,y' pfill -c v --value 0 -t csv in.csv
  gives $'k,v,t\n0,1,0\na,0,x\na,0,""\nb,4,0\n0,0,y' pfill --value 0 -t csv in.csv
}

@test "by keys" {
  printf 'k,v,w\na,1,\nb,,2\na,,3\nb,5,\n' >in.csv
  gives $'k,v,w\na,1,\nb,,2\na,1,3\nb,5,2' pfill -k k -t csv in.csv
  gives $'k,v,w\na,1,3\nb,5,2\na,,3\nb,5,' pfill -k k --up -t csv in.csv
  gives $'k,v,w\na,1,\nb,,2\na,1,3\nb,5,' pfill -k k -c v -t csv in.csv
}

@test "with little memory it gives the same" {
  awk 'BEGIN { print "k,v"; for (i = 0; i < 100000; i++) print i % 7 "," (i % 5 ? "" : i) }' >in.csv
  for how in '' '-k k' '--up' '-k k --up'; do
    pfill $how in.csv -t csv | cksum >wanted
    pfill $how -S 256K in.csv -t csv | cksum | cmp - wanted
  done
}

@test "a row is written when it comes" {
  mkfifo in
  pfill -t csv --types a=int64,b=int64 in >out &
  exec 5>in
  printf 'a,b\n1,1\n2,\n' >&5
  for _ in $(seq 200); do
    [ "$(cat out)" = $'a,b\n1,1\n2,1' ] && break
    sleep 0.05
  done
  same $'a,b\n1,1\n2,1' "$(cat out)"
  exec 5>&-
  wait
}

@test "pflow gives the same" {
  awk 'BEGIN { print "k,v,w"; for (i = 0; i < 3000; i++) print "k" i % 7 "," (i % 5 ? "" : i) "," (i % 3 ? "" : i) }' >in.csv
  everywhere 'pfill in.csv -t csv'
  everywhere 'pfill -k k --up in.csv -t csv'
  everywhere "pscan in.csv | pfill -c v --value 0 | pagg -k v 'count(*) as n' -t csv"
  everywhere "pscan in.csv | pfill -k k -c w | pfilter 'w % 2 = 0' | pproject 'v, w' -t csv"
}

@test "what is wrong is said" {
  fails 2 "pfill: --down excludes --up (see pfill --help)" pfill --up --down sales.csv
  fails 2 "pfill: --value excludes --down and --up (see pfill --help)" pfill --up --value 1 sales.csv
  fails 2 "pfill: --value excludes -k (see pfill --help)" pfill -k id --value 1 sales.csv
  fails 1 "pfill: column 'city' is a key and cannot be filled" pfill -k city -c city sales.csv
  fails 1 "pfill: unknown column 'ity'; did you mean 'city'?" pfill -c ity sales.csv
  fails 1 "pfill: column 'id' is int64, and 'x' is not such a value; name the columns to fill with -c" \
    pfill --value x sales.csv
  awk 'BEGIN { print "k,v"; for (i = 0; i < 50000; i++) print i ",1" }' >in.csv
  run -1 --separate-stderr pfill -k k -S 256K in.csv -o out.csv
  [[ $stderr == "pfill: the last values of "*" keys do not fit into the memory; give more with -S" ]]
}
