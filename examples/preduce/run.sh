#!/usr/bin/env bash
# The northernmost airport of each state, by an awk that keeps the first row of each key; then the
# words of the airports' names, counted by a mapper and a reducer as Hadoop streaming has them.
pscan -c state,latitude,iata ../data/airports.csv |
  preduce -k state --order latitude:desc -- awk -F, '$1 != last { print } { last = $1 }' |
  phead -n 4 | pprint

pairs=(-f tsv --no-header --no-quotes --names "key,value")
pscan -c name ../data/airports.csv |
  papply -t lines "${pairs[@]}" -- awk '{ for (i = 1; i <= NF; i++) print $i "\t1" }' |
  preduce -k key -t tsv --out-no-header --out-no-quotes "${pairs[@]}" -- awk -F '\t' '
    NR > 1 && $1 != word { print word "\t" n; n = 0 }
    { word = $1; n += $2 }
    END { print word "\t" n }' |
  psort -k value:desc,key -n 3 | pprint
