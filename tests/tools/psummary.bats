#!/usr/bin/env bats
# each: psummary left.csv

load ../setup
load ../flows

head=name,type,rows,nulls,distinct_values,min,q1,median,q3,max,mean,most_frequent,frequency,min_length,max_length

@test "a row for each column" {
  gives "$head
id,int64,3,0,3,1,1,2,3,3,2,1,1,,
city,utf8,3,0,2,Bern,,,,Oslo,,Bern,2,4,4
price,float64,3,1,2,2.5,2.5,2.5,10,10,6.25,2.5,1,," psummary -t csv sales.csv
  gives "$head
price,float64,3,1,2,2.5,2.5,2.5,10,10,6.25,2.5,1,,
id,int64,3,0,3,1,1,2,3,3,2,1,1,," psummary -c 'price,!city,id' -t csv sales.csv
  gives "$head
a,utf8,0,0,0,,,,,,,,,," psummary -t csv <(echo a)
}

@test "many values are estimated, and a frequent one is found" {
  awk 'BEGIN { print "a,b"; for (i = 0; i < 50000; i++) print i "," (i % 4 ? i : "often") }' >in.csv
  run -0 psummary -t csv in.csv
  [[ ${lines[1]} =~ ^a,int64,50000,0,(4[89]|5[01])...,0,12[45]..(\.[0-9]+)?,2[45]...(\.[0-9]+)?,37[45]..(\.[0-9]+)?,49999,24999.5,,,,$ ]] || same "of a" "${lines[1]}"
  [[ ${lines[2]} =~ ^b,utf8,50000,0,3[678]...,1,,,,often,,often,125[0-5].,1,5$ ]] || same "of b" "${lines[2]}"
}

@test "pflow gives the same, each worker summarizing its part" {
  tables
  everywhere 'psummary rows.csv -t csv'
  everywhere 'psummary -c "c*,id" rows.csv -t csv'
  everywhere "pscan rows.csv | pfilter 'id % 3 = 0' | psummary | pfilter 'nulls = 0' -t csv"
  everywhere "pscan rows.csv | pjoin -k city=name cities.csv | psummary -t csv"
  awk 'BEGIN { srand(1); print "a,b,c"; for (i = 0; i < 60000; i++) print i "," (rand() < 0.01 ? 7 : i * 3) "," rand() }' >many.csv
  everywhere 'psummary many.csv -t csv'
  [[ $(pflow -n 2 --explain 'pscan rows.csv | psummary -c id') == *"psummary --partial -c id |"*"psummary --final"* ]]
}

@test "states of different days are put together" {
  (echo id,city; seq 1 5 | sed 's/$/,a/') >1.csv
  (echo id,city; seq 4 9 | sed 's/$/,b/') >2.csv
  (cat 1.csv; tail -n +2 2.csv) >all.csv
  for i in 1 2; do psummary --partial $i.csv -o $i.arrows; done
  psummary all.csv -t csv >wanted
  pmerge 2.arrows 1.arrows | psummary --final -t csv | cmp - wanted
}

@test "what is wrong is said" {
  fails 2 "psummary: --partial excludes --final (see psummary --help)" psummary --partial --final sales.csv
  fails 2 "psummary: -c belongs to --partial (see psummary --help)" psummary -c id --final sales.csv
  fails 1 "psummary: unknown column 'ide'; did you mean 'id'?" psummary -c ide sales.csv
  fails 1 "psummary: the input is not what psummary --partial writes; leave --final out" \
    psummary --final sales.csv
}
