#!/usr/bin/env bats
# each: pagg 'count(*)' left.csv

load ../setup

@test "groups come in the order of their first rows" {
  gives $'city,n,sum\nBern,2,12.5\nOslo,1,' pagg -k city 'count(*) as n, sum(price)' -t csv sales.csv
}

@test "without keys all rows are one, also none" {
  gives $'n,s\n3,6' pagg 'count(*) as n, sum(id) as s' -t csv sales.csv
  gives $'n,s\n0,' bash -c "pfilter false sales.csv | pagg 'count(*) as n, sum(id) as s' -t csv"
  gives 'city,n' bash -c "pfilter false sales.csv | pagg -k city 'count(*) as n' -t csv"
}

@test "expressions over aggregates, filter and distinct" {
  gives $'mean,big,cities\n2,1,2' \
    pagg "sum(id) / count(*) as mean, count(*) filter (where price > 5) as big, count(distinct city) as cities" -t csv sales.csv
}

@test "modes, discrete percentiles and arrays" {
  printf 'k,v,t\na,3,x\na,1,y\na,3,\nb,,z\na,2,x\n' >v.csv
  gives $'{"k":"a","m":"x","p":2,"l":[3,1,3,2],"o":[null,"y","x","x"]}
{"k":"b","m":"z","p":null,"l":[null],"o":["z"]}' \
    pagg -k k "mode(t) as m, percentile_disc(0.5) within group (order by v) as p,
      array_agg(v) as l, array_agg(t order by t desc nulls first) as o" -t ndjson v.csv
  gives $'m,d,n\n3,"[1,2,3]",0' pagg "mode() within group (order by v) as m,
    array_agg(distinct v order by v) filter (where v is not null) as d,
    coalesce(array_agg(v) filter (where false) is not null, true)::int as n" -t csv v.csv
}

@test "--window: rows beside what is true of their group" {
  gives $'id,city,price,n,most\n1,Bern,2.5,2,10\n2,Oslo,,1,\n3,Bern,10,2,10' \
    pagg --window -k city 'count(*) as n, max(price) as most' -t csv sales.csv
  gives $'id,share\n1,0.2\n3,0.8' bash -c "pagg --window 'sum(price) as all' sales.csv |
    pfilter 'price is not null' | pproject 'id, price / \"all\" as share' -t csv"
  fails 1 "pagg: 'price' is a column of the input; give the aggregate another name (as NAME)" \
    pagg --window 'sum(price) as price' sales.csv
  fails 2 "pagg: --window excludes --partial, --final and --sorted (see pagg --help)" \
    pagg --window --partial 'sum(price)' sales.csv
  awk 'BEGIN { print "k,v"; for (i = 0; i < 60000; i++) print i % 4001 "," i * 7 % 1000 }' >many.csv
  whole=$(pagg --window -k k 'sum(v) as s' many.csv -t csv | cksum)
  gives "$whole" bash -c "pagg --window -k k -S 256K 'sum(v) as s' many.csv -t csv | cksum"
}

@test "15: approximate and paired aggregates are the same in parts and as a whole" {
  seq 1 5000 | awk 'BEGIN { print "k,x,y" } { print $1 % 3 "," $1 % 700 "," $1 * 1.5 }' >n.csv
  list='approx_count_distinct(x) as d, approx_percentile(y, 0.9) as p, corr(y, x) as c, first(y) as f, last(y) as l, bit_xor(x) as b, product(1 + x / 1e6) as m'
  whole=$(pagg -k k "$list" n.csv | psort -k k -t csv)
  for n in 1 3; do
    gives "$whole" pflow -n $n "pscan n.csv | pagg -k k '$list' | psort -k k -t csv"
  done
  head -2001 n.csv >1.csv
  (head -1 n.csv && tail -n +2002 n.csv) >2.csv
  for i in 1 2; do pagg --partial -k k --types x=int64,y=float64,k=int64 "$list" $i.csv -o $i.arrows; done
  gives "$whole" bash -c "pmerge --in-turn 1.arrows 2.arrows | pagg --final -k k '$list' | psort -k k -t csv"
  run -1 --separate-stderr pagg 'approx_percentile(x, 2)' n.csv
  same "pagg: the fraction must be between 0 and 1" "${stderr_lines[0]}"
}

@test "15: a histogram has each value once" {
  gives '{"h":[{"value":"Bern","count":2},{"value":"Oslo","count":1}]}' \
    pagg -t ndjson 'histogram(city) as h' sales.csv
}

@test "partial aggregates go together to what one process gives" {
  list='count(*) as n, avg(price) as a, stddev(id) as s, max_by(city, id) as last'
  printf 'id,city,price\n4,Oslo,0.1\n5,Bern,1e20\n6,Bern,-1e20\n' >more.csv
  pagg --partial -k city "$list" sales.csv -o 1.arrows
  pagg --partial -k city --types price=float64 "$list" more.csv -o 2.arrows
  (cat sales.csv && tail -n +2 more.csv) >all.csv
  whole=$(pagg -k city --types price=float64 "$list" all.csv | psort -k city -t csv)
  gives "$whole" bash -c "pmerge 1.arrows 2.arrows | pagg --final -k city '$list' | psort -k city -t csv"
  pmerge 1.arrows 2.arrows | pagg --final --partial -k city "$list" -o both.arrows
  gives "$whole" bash -c "pagg --final -k city '$list' both.arrows | psort -k city -t csv"
  gives "$(pagg --types price=float64 "$list" all.csv -t csv)" pagg --final "$list" -t csv both.arrows
  fails 1 "pagg: --final: the input holds no partial aggregates; make them with pagg --partial" \
    pagg --final -k city "$list" sales.csv
  fails 1 "pagg: --final: the input holds partial aggregates of '$list'; give the same list" \
    pagg --final -k city 'count(*) as n' 1.arrows
  run -2 --separate-stderr pagg --partial 'median(id)' sales.csv
  [[ $stderr == "pagg: --partial: median needs all its rows at once"* ]] || same "" "$stderr"
}

@test "--describe says how it splits" {
  pagg -k city 'avg(price)' --describe | python3 -c '
import json, sys
split = json.load(sys.stdin)["split"]
assert split["local"] == ["pagg", "--partial", "-k", "city", "avg(price)"], split
assert split["final"] == ["pagg", "--final", "-k", "city", "avg(price)"], split'
  pagg 'sum(id) + count(distinct id)' --describe | python3 -c '
import json, sys
assert json.load(sys.stdin)["split"] is None'
}

# `many N` makes a table of N rows with as many groups by id and few by city.
many() {
  seq "$1" | awk 'BEGIN { print "id,city,price" } { print $1 * 7 % 1000003 ",city " $1 % 10 "," $1 / 8 }' >many.csv
}

@test "groups that do not fit give the same rows in the same order" {
  many 30000
  mkdir temp
  for list in 'count(*), sum(price), max(city)' 'median(price), count(distinct city)'; do
    pagg -k id "$list" -t csv many.csv >whole.csv
    pagg -k id -S 64K -T temp "$list" -t csv many.csv >spilled.csv
    cmp whole.csv spilled.csv
    pagg -k city "$list" -t csv many.csv >whole.csv
    pagg -k city -S 64K -T temp "$list" -t csv many.csv >spilled.csv
    cmp whole.csv spilled.csv
  done
  [ -z "$(ls -A temp)" ]
}

# bats test_tags=memory
@test "memory stays near the budget" {
  many 400000
  run -0 /usr/bin/env bash -c 'pscan many.csv -o many.arrows
    peak() { python3 -c "import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)" "$@"; }
    peak pagg -k city "sum(price), count(*)" many.arrows
    peak pagg -k id -S 8M "sum(price), count(*)" many.arrows
    peak pagg -k id "sum(price), count(*)" many.arrows'
  # The base is what an aggregation that holds nothing takes.
  [ "${lines[1]}" -lt $((lines[0] + 8192 * 11 / 10 + 2048)) ] || same "$((lines[0] + 8192 * 11 / 10 + 2048))" "${lines[1]}"
  [ "${lines[2]}" -gt $((lines[0] + 2 * 8192)) ]
}

@test "sorted input: groups as they end, and an error for a row out of order" {
  printf 'k,v\na,1\na,2\nb,3\n' >sorted.csv
  gives $'k,s\na,3\nb,3' pagg --sorted -k k 'sum(v) as s' -t csv sorted.csv
  gives $'city,n\nBern,2\nOslo,1' bash -c "psort -k city sales.csv | pagg -k city 'count(*) as n' -t csv"
  printf 'k,v\nb,1\na,2\n' >unsorted.csv
  fails 1 "pagg: row 2 is not in the order k; sort the input by psort -k 'k'" \
    pagg --sorted -k k 'sum(v)' unsorted.csv
}

@test "errors" {
  fails 1 "pagg: unknown column 'ctiy'; did you mean 'city'?" pagg -k ctiy 'count(*)' sales.csv
  fails 1 $'pagg: sum takes numbers, not text; cast it, as in x::float64\n  sum(city)\n      ^' \
    pagg 'sum(city)' sales.csv
  printf 'n\n9223372036854775807\n1\n' >big.csv
  run -1 --separate-stderr pagg 'sum(n)' big.csv
  [[ $stderr == "pagg: "*"int64"* ]] || same overflow "$stderr"
}

@test "--describe tells where its rows must be" {
  pagg -k city 'count(*)' --describe | python3 -c '
import json, sys
about = json.load(sys.stdin)
assert about["needs"] == [[{"placement": "hash", "keys": ["city"]}]], about["needs"]'
  pagg 'count(*)' --describe | python3 -c '
import json, sys
assert json.load(sys.stdin)["needs"] == [[{"placement": "single"}]]'
}

@test "lists and structs have an order inside of aggregates" {
  cp "$root/tests/data/cases/lists.ndjson" l.ndjson
  list='array_agg(i order by v) as a, mode(v) as m, percentile_disc(0.5) within group (order by v) as p'
  wanted='{"a":[2,1],"m":[1],"p":[1]}'
  gives "$wanted" pagg -t ndjson "$list" l.ndjson
  gives "$wanted" pflow -n 1 "pagg -t ndjson '$list' l.ndjson"
  gives "$wanted" pflow -n 3 "pagg -t ndjson '$list' l.ndjson"
  printf '%s\n' '{"s":{"a":2,"b":"x"},"i":1}' '{"s":{"a":1,"b":null},"i":2}' '{"s":{"a":1,"b":"y"},"i":3}' >s.ndjson
  gives '{"a":[1,2,3]}' pagg -t ndjson 'array_agg(i order by s desc) as a' s.ndjson
}

@test "the sign of a zero does not depend on which came first" {
  printf 'f,x\n-0.0,-0.0\n0.0,0.0\n0.0,-0.0\n' >z.csv
  printf 'f,x\n0.0,0.0\n0.0,-0.0\n-0.0,-0.0\n' >y.csv
  list='min(x) as a, max(x) as b, median(x) as c, mode(x) as d, array_agg(distinct x)::text as e'
  for file in z y; do
    for run in 'bash -c' 'pflow -n 1' 'pflow -n 3'; do
      run -0 --separate-stderr $run "pscan --types f=float64,x=float64 $file.csv | pagg -k f '$list' -t csv"
      same $'f,a,b,c,d,e\n0,0,0,0,0,[0]' "$output"
    done
  done
  # What passes through keeps its sign.
  gives $'f,x\n-0,-0\n0,0\n0,-0' pscan --types f=float64,x=float64 -t csv z.csv
}

@test "15: aggregates without a name have names of their own" {
  gives $'sum_id,sum_price,count\n6,12.5,3' pagg -t csv 'sum(id), sum(price), count(*)' sales.csv
  gives $'city,max_id,max_price\nBern,3,10\nOslo,2,' pagg -t csv -k city "max(columns('^[ip]'))" sales.csv
  gives $'sum_id,sum_price\n6,12.5' pflow -n 2 "pscan sales.csv | pagg -t csv 'sum(id), sum(price)'"
  fails 1 $'pagg: two columns would be named \'sum_id\'; name this one: … as sum_id_2\n  sum(id), sum(id + 1)\n           ^' \
    pagg 'sum(id), sum(id + 1)' sales.csv
}

@test "15: --final gets the --set of --partial" {
  pagg --set k=2 --partial 'sum(id * :k)' sales.csv -o part.arrow
  gives $'sum\n12' pagg -t csv --set k=2 --final 'sum(id * :k)' part.arrow
  fails 1 "pagg: --final: the partial aggregates were made with other values of --set: k=2" \
    pagg --set k=3 --final 'sum(id * :k)' part.arrow
}

@test "15: --window with over (…): functions, frames, several windows at once" {
  printf 'g,t,x\na,1,10\nb,2,5\na,2,20\na,2,30\nb,1,\na,3,5\nb,5,2.5\n' >w.csv
  gives $'t,n,r,l,s\n1,1,1,,10\n2,2,2,,5\n2,2,2,10,60\n2,3,2,20,60\n1,1,1,,\n3,4,4,30,65\n5,3,3,5,7.5' bash -c "
    pagg --window 'row_number() over (partition by g order by t) as n,
      rank() over (partition by g order by t) as r, lag(x) over (partition by g order by t) as l,
      sum(x) over (partition by g order by t) as s' w.csv | pproject -t csv t,n,r,l,s"
  gives $'m,near,part\n10,55,0.15384615384615385\n5,65,0.6666666666666666\n30,50,0.3076923076923077\n50,40,0.46153846153846156\n,65,\n35,55,0.07692307692307693\n7.5,,0.3333333333333333' bash -c "
    pagg --window -k g 'sum(x) over (partition by g order by t rows 1 preceding) as m,
      sum(x) over (order by t range between 1 preceding and 1 following exclude current row) as near,
      x / sum(x) as part' w.csv | pproject -t csv m,near,part"
  gives $'part,kinds,texts\n0.15384615384615385,4,30 20 10 5\n0.6666666666666666,2,5 2.5' bash -c "
    pagg --window -k g 'x / sum(x) as part, count(distinct x) as kinds,
      string_agg(x::text, chr(32) order by x desc) as texts' w.csv | phead -n 2 | pproject -t csv part,kinds,texts"
  gives "$(pagg --window 'count(*) over (partition by g order by t) as n' w.csv | psort -k g,t,x -t csv)" \
    pflow -n 3 "pscan w.csv | pagg --window 'count(*) over (partition by g order by t) as n' | psort -k g,t,x -t csv"
  run -0 pflow -n 2 --explain "pscan w.csv | pagg --window 'rank() over (partition by g, x order by t), sum(x) over (partition by g)'"
  [[ $output == *"--hash -k g"* ]]
}

@test "15: named windows, and windows that extend them" {
  printf 'City,v,g\nBern,3,x\nOslo,1,x\nBern,1,y\nOslo,5,y\nBern,2,x\n' >c.csv
  gives $'place,total,near\n3,6,5\n1,6,1\n1,6,1\n2,6,6\n2,6,3' bash -c "
    pagg --window 'rank() over w as place, sum(v) over part as total, sum(v) over (w rows 1 preceding) near
      window part as (partition by city), w as (part order by v)' c.csv | pproject -t csv place,total,near"
  gives "$(pagg --window 'max(v) over W top window w as (partition by CITY)' c.csv -t csv)" \
    pagg --window 'max(v) over (partition by "City") as top' c.csv -t csv
  refused() {
    run -1 --separate-stderr pagg --window "$2" c.csv
    echo "$stderr"
    [[ $stderr == "pagg: $1"$'\n'* ]]
  }
  refused "unknown window 'w'; define it behind the list: window w as (partition by … order by …)" 'rank() over w'
  refused "unknown window 'part'; did you mean 'parts'?" 'rank() over part window parts as ()'
  refused "unknown window 'w'; define it behind the list: window w as (partition by … order by …)" \
    'rank() over x window x as (w), w as ()'
  refused "the window 'w' cannot be given another partition by" 'rank() over (w partition by g) window w as ()'
  refused "the window 'w' has an order by, and cannot be given another" \
    'rank() over (w order by g) window w as (order by v)'
  refused "the window 'w' has a frame, and so cannot be extended; write it without brackets, over w" \
    'rank() over (w) window w as (order by v rows current row)'
  refused "the window 'w' has a frame, and so cannot be extended" \
    'rank() over (w rows 1 preceding) window w as (order by v rows current row)'
  refused "there are two windows 'w'" 'rank() over w window w as (), W as ()'
  refused "unknown column 'nope'; the columns are City, v, g" 'v window w as (partition by nope)'
  refused 'groups needs an order by in over (…)' 'v as x window w as (groups 1 preceding)'
}

@test "15: under pflow the columns of partitions are found as the list itself finds them" {
  awk 'BEGIN { print "City,v,g"; for (i = 0; i < 3000; i++) print "c" i % 7 "," i * 7 % 1000 "," i % 3 }' >c.csv
  for list in 'sum(v) over (partition by city order by v) as s' \
    'sum(v) over (partition by "City", g order by v) as s, rank() over (partition by CITY order by v) as r' \
    'sum(v) over (partition by upper(city) order by v) as s' 'sum(v) over (order by v) as s' \
    'sum(v) over w as s window w as (partition by city order by v)' \
    'v - avg(v) over (partition by city) as s, count(*) over (partition by G)'; do
    flow="pscan c.csv | pagg --window '$list' | psort -k v,g,City -t csv"
    gives "$(bash -c "$flow")" pflow -n 3 "$flow"
  done
  run -0 pflow -n 2 --explain "pscan c.csv | pagg --window 'rank() over w window w as (partition by city order by v)'"
  [[ $output == *"--hash -k City"* ]]
  gives "$(pproject 'g as city, v, City as g' c.csv | pagg --window 'sum(v) over (partition by city order by v) as s' | psort -k v,g,city -t csv)" \
    pflow -n 3 "pscan c.csv | pproject 'g as city, v, City as g' | pagg --window 'sum(v) over (partition by city order by v) as s' | psort -k v,g,city -t csv"
}

@test "15: what a window cannot have" {
  refused() {
    run -1 --separate-stderr pagg --window "$2" sales.csv
    echo "$stderr"
    [[ $stderr == "pagg: $1"$'\n'* ]]
  }
  refused 'row_number needs a window: row_number(…) over (partition by … order by …)' 'row_number()'
  refused 'the starting offset of a frame must not be negative' 'sum(price) over (rows -1 preceding)'
  refused 'the offset of a frame must not be negative' 'sum(price) over (order by price range -1 preceding)'
  refused 'the offset of a frame must not be negative' "sum(price) over (order by price range 'NaN' preceding)"
  refused 'the offset of a frame must not be negative' "sum(price) over (order by time '10:00' range '-1 minute' preceding)"
  refused 'range with an offset needs an order by of exactly one key' 'sum(price) over (range 1 preceding)'
  refused 'groups needs an order by in over (…)' 'sum(price) over (groups 1 preceding)'
  refused 'distinct is not known for window functions' 'count(distinct city) over ()'
  refused 'a window function or aggregate inside another' 'sum(rank() over ()) over ()'
  refused 'over (…) stands behind upper, which is neither a window function nor an aggregate' 'upper(city) over ()'
  refused 'the offset of a frame must be a constant' 'sum(price) over (rows id preceding)'
  fails 1 "pagg: ntile: the number of parts must be greater than zero" pagg --window 'ntile(0) over () as n' sales.csv
  run -1 --separate-stderr pagg 'sum(price) over ()' sales.csv
  [[ $stderr == "pagg: over (…) needs --window"* ]]
  run -1 --separate-stderr pproject 'rank() over ()' sales.csv
  [[ $stderr == "pproject: a window function (rank(…) over (…)) can only stand in a list of pagg --window"* ]]
}
