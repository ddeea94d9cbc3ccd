#!/usr/bin/env bats
# each: punpivot -c id left.csv

load ../setup
load ../flows

@test "columns become rows" {
  printf 'city,jan,feb,note\nBern,1,2.5,x\nOslo,,4,y\n' >in.csv
  gives $'city,note,name,value\nBern,x,jan,1\nBern,x,feb,2.5\nOslo,y,jan,\nOslo,y,feb,4' \
    punpivot -c jan,feb -t csv in.csv
  gives $'city,month,sold\nBern,feb,2.5\nBern,jan,1\nOslo,feb,4' \
    bash -c "pproject '* except (note)' in.csv | punpivot -c 'feb,jan' --name month --value sold --drop-nulls -t csv"
  gives $'name,value\ncity,Bern\nnote,x\ncity,Oslo\nnote,y' \
    bash -c "pproject 'city, note' in.csv | punpivot -c '*' -t csv"
  gives $'a,b,name,value' punpivot -c c,d -t csv <(echo a,b,c,d)
}

@test "values have a common type" {
  gives $'v\n2020-01-02T00:00:00\n2020-01-02T03:04:05' \
    bash -c "printf 'a,b\n2020-01-02,2020-01-02 03:04:05\n' | punpivot -c a,b | pproject 'value as v' -t csv"
  gives $'v\n1.00\n2.50' \
    bash -c "printf 'a,b\n1,2.5\n' | punpivot --types 'a=int32,b=decimal(5,2)' -c a,b | pproject 'value as v' -t csv"
  fails 1 "punpivot: columns 'id' of type int64 and 'city' of type text have no common type; cast one of them, as in x::int64" \
    punpivot -c 'id,city' sales.csv
}

@test "what is wrong is said" {
  fails 2 "punpivot: which columns become rows? use -c (see punpivot --help)" punpivot sales.csv
  fails 2 "punpivot: --name and --value are the same (see punpivot --help)" \
    punpivot -c id --name value sales.csv
  fails 1 "punpivot: 'city' is a column of the input; choose another with --name" \
    punpivot -c id --name city sales.csv
  fails 1 "punpivot: 'city' is a column of the input; choose another with --value" \
    punpivot -c id --value city sales.csv
  fails 1 "punpivot: unknown column 'ide'; did you mean 'id'?" punpivot -c ide sales.csv
}

@test "pflow gives the same" {
  tables
  everywhere 'punpivot -c price,id rows.csv -t csv'
  everywhere "pscan rows.csv | punpivot -c 'id,price' | pagg -k city,name 'sum(value) as s, count(*) as n' -t csv"
  everywhere "pscan rows.csv | punpivot -c city,note --drop-nulls | puniq -k value | phead -n 30 -t csv"
}
