#!/usr/bin/env bats
# each: pjoin -k id left.csv right.csv

load ../setup

setup_join() {
  printf 'city,country\nBern,CH\nRoma,IT\n' >cities.csv
}

@test "inner, left, semi and anti" {
  setup_join
  gives $'id,city,price,country\n1,Bern,2.5,CH\n3,Bern,10,CH' pjoin -k city -t csv sales.csv cities.csv
  gives $'id,city,price,country\n1,Bern,2.5,CH\n2,Oslo,,\n3,Bern,10,CH' \
    pjoin --type left -k city -t csv sales.csv cities.csv
  gives $'id,city,price\n1,Bern,2.5\n3,Bern,10' pjoin --type semi -k city -t csv sales.csv cities.csv
  gives $'id,city,price\n2,Oslo,' pjoin --type anti -k city -t csv sales.csv cities.csv
}

@test "names that differ, and the left from standard input" {
  printf 'name,country\nBern,CH\n' >cities.csv
  gives $'id,city,price,name,country\n1,Bern,2.5,Bern,CH\n3,Bern,10,Bern,CH' \
    bash -c 'pscan sales.csv | pjoin -k city=name -t csv cities.csv'
}

@test "process substitutions as both inputs" {
  setup_join
  gives $'id,city,price,country\n3,Bern,10,CH' \
    bash -c "pjoin -k city -t csv <(pfilter 'id > 1' sales.csv) <(pscan cities.csv)"
}

@test "right, full and cross" {
  printf 'city,country\nBern,CH\nRoma,IT\n' >cities.csv
  gives $'id,city,price,country\n1,Bern,2.5,CH\n3,Bern,10,CH\n,Roma,,IT' \
    pjoin --type right -k city -t csv sales.csv cities.csv
  gives $'id,city,price,country\n1,Bern,2.5,CH\n2,Oslo,,\n3,Bern,10,CH\n,Roma,,IT' \
    pjoin --type full -k city -t csv sales.csv cities.csv
  printf 'n\n7\n8\n' >n.csv
  gives $'id,city,price,n\n1,Bern,2.5,7\n1,Bern,2.5,8' \
    bash -c 'phead -n 1 sales.csv | pjoin --type cross -t csv n.csv'
}

@test "conditions, beside keys and alone" {
  printf 'city,least\nBern,5\nOslo,1\n' >least.csv
  gives $'id,city,price,least\n3,Bern,10,5' pjoin -k city --on 'price > least' -t csv sales.csv least.csv
  gives $'id,city,price,least\n1,Bern,2.5,\n2,Oslo,,\n3,Bern,10,5' \
    pjoin --type left -k city --on 'l.price > r.least' -t csv sales.csv least.csv
  printf 'a,b\n1,x\n9,y\n' >r.csv
  printf 'c,d\n2,u\n5,v\n' >s.csv
  gives $'a,b,c,d\n9,y,2,u\n9,y,5,v' pjoin --as r,s --on 'r.a + s.c > 10' -t csv r.csv s.csv
}

@test "options for reading are for the text among the inputs" {
  printf '1|x|\n3|y|\n' >names.tbl
  gives $'id,name\n1,x\n3,y' bash -c "pscan -c id sales.csv |
    pjoin -k id=n --names n,name --types name=text names | pproject 'id, name' -t csv"
  gives $'id\n1\n2' bash -c "pscan -c id sales.csv |
    pjoin --type anti -k id=n --on \"name = 'y'\" --names n,name names -t csv"
}

@test "errors in a condition point into it" {
  printf 'id,least\n1,5\n' >least.csv
  fails 1 $'pjoin: column \'id\' is in both inputs; write l.id or r.id\n  least > id\n          ^' \
    pjoin --on 'least > id' --type semi sales.csv least.csv
  fails 1 $'pjoin: unknown column \'r.leest\'; did you mean \'r.least\'?\n  r.leest > 1\n  ^' \
    pjoin --on 'r.leest > 1' --type semi sales.csv least.csv
  fails 1 $'pjoin: no side of the join is called \'s\'; the left is \'l\', the right \'r\' (--as renames them)\n  s.id > 1\n  ^' \
    pjoin --on 's.id > 1' --type semi sales.csv least.csv
}

@test "errors" {
  setup_join
  fails 2 "pjoin: no keys; use -k, --on, or --type cross for all pairs (see pjoin --help)" \
    pjoin sales.csv cities.csv
  fails 2 "pjoin: a cross join has no condition; use --type inner with -k or --on (see pjoin --help)" \
    pjoin --type cross -k city sales.csv cities.csv
  fails 2 "pjoin: --as: 'r' is not two names; write them as in l,r (see pjoin --help)" \
    pjoin --as r --on true sales.csv cities.csv
  fails 2 "pjoin: an input is missing (see pjoin --help)" pjoin -k city
  run -2 --separate-stderr pjoin --type iner -k city sales.csv cities.csv
  [[ $stderr == "pjoin: --type: unknown join type 'iner'; did you mean 'inner'?"* ]]
  run -1 --separate-stderr pjoin -k id sales.csv sales.csv
  [[ $stderr == "pjoin: column 'city' is in both inputs; --left-prefix and --right-prefix put a text before such names, as in --right-prefix r_, and pproject renames or drops one" ]]
  pproject 'array[id] as id' sales.csv -o lists.arrow
  fails 1 "pjoin: column 'id' of type list<int64> cannot be a key; take a part of it, or cast it to text" \
    pjoin -k id lists.arrow sales.csv
}

# Two inputs of which the right one does not fit into 64 KiB; `big N` makes them.
big() {
  seq "$1" | awk 'BEGIN { print "id,l" } { print $1 % 1000 "," $1 }' >left.csv
  seq "$1" | awk 'BEGIN { print "id,text" } { print $1 ",a text of number " $1 }' >right.csv
}

@test "a right side that does not fit gives the same rows in the same order" {
  big 20000
  for type in inner left right full semi anti; do
    pjoin --type $type -k id -t csv left.csv right.csv >whole.csv
    mkdir -p temp
    pjoin --type $type -k id -S 64K -T temp -t csv left.csv right.csv >spilled.csv
    cmp whole.csv spilled.csv
    [ -z "$(ls -A temp)" ]
  done
}

@test "one key that fills the memory by itself" {
  seq 3000 | awk 'BEGIN { print "k,a" } { print "same," $1 }' >right.csv
  printf 'k,b\nsame,1\nother,2\nsame,3\n' >left.csv
  pjoin -k k -t csv left.csv right.csv >whole.csv
  pjoin -k k -S 64K -t csv left.csv right.csv >spilled.csv
  cmp whole.csv spilled.csv
  [ "$(wc -l <spilled.csv)" -eq 6001 ]
}

# bats test_tags=memory
@test "memory stays near the budget" {
  big 400000
  run -0 /usr/bin/env bash -c 'pscan right.csv -o right.arrows; pscan left.csv -o left.arrows
    peak() { python3 -c "import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)" "$@"; }
    peak pjoin -k id -S 64K --type semi left.arrows left.csv
    peak pjoin -k id -S 4M left.arrows right.arrows
    peak pjoin -k id left.arrows right.arrows'
  # The base is what a join that holds nothing takes.
  [ "${lines[1]}" -lt $((lines[0] + 4096 * 11 / 10 + 2048)) ]
  [ "${lines[2]}" -gt $((lines[0] + 3 * 4096)) ]
}

@test "a symmetric join gives rows before either input ends" {
  printf 'id,b\n1,x\n2,y\n3,z\n' >right.csv
  pscan sales.csv -o left.arrows
  pscan right.csv -o right.arrows
  mkfifo left right
  pjoin --algorithm symmetric -k id -t csv left right >joined.csv &
  # All but the end-of-stream markers.
  exec 5>left
  head -c -8 left.arrows >&5
  exec 6>right
  head -c -8 right.arrows >&6
  for _ in $(seq 100); do
    [ "$(wc -l <joined.csv)" -ge 4 ] && break
    sleep 0.05
  done
  same $'1,Bern,2.5,x\n2,Oslo,,y\n3,Bern,10,z' "$(tail -n +2 joined.csv | sort)"
  tail -c 8 left.arrows >&5
  tail -c 8 right.arrows >&6
  exec 5>&- 6>&-
  wait $!
  [ "$(wc -l <joined.csv)" -eq 4 ]
}

# bats test_tags=slow
@test "every algorithm gives the same rows, with little memory too" {
  seq 3000 | awk 'BEGIN { print "id,l" } { print int($1 / 7) "," $1 }' >left.csv
  seq 3000 | awk 'BEGIN { print "id,text" } { print int($1 / 3) ",a text of number " $1 }' >right.csv
  for type in inner left right full semi anti; do
    pjoin --type $type -k id -t csv left.csv right.csv | sort >wanted.csv
    for algorithm in hash merge nested-loop symmetric; do
      for memory in 1G 64K; do
        pjoin --type $type --algorithm $algorithm -k id -S $memory -t csv left.csv right.csv | sort | cmp - wanted.csv
      done
    done
  done
}

@test "a merge join refuses inputs that are not sorted" {
  printf 'id,b\n3,x\n1,y\n' >right.csv
  fails 1 "pjoin: right.csv: row 2 is not in the order of the key; sort it with psort first, or use --algorithm hash" \
    pjoin --algorithm merge -k id sales.csv right.csv
  fails 1 "pjoin: standard input: row 2 is not in the order of the key; sort it with psort first, or use --algorithm hash" \
    bash -c 'cat right.csv | pjoin --algorithm merge -k id sales.csv'
  gives $'id,b,city,price\n1,y,Bern,2.5\n3,x,Bern,10' \
    bash -c 'psort -k id right.csv | pjoin --algorithm merge -k id -t csv sales.csv'
  # As it is sorted, when that is known.
  gives $'id,b,city,price\n3,x,Bern,10\n1,y,Bern,2.5' \
    bash -c 'psort -k id:desc right.csv | pjoin --algorithm merge -k id -t csv <(psort -k id:desc sales.csv)'
}

@test "a merge join finds partners wherever each input has its nulls" {
  printf 'k,l\n2,b\n,n\n1,a\n' | psort -k k:nulls-first -o left.arrows
  printf 'k,r\n1,x\n,m\n2,y\n' | psort -k k -o right.arrows
  gives $'k,l,r\n1,a,x\n2,b,y' pjoin -k k -t csv left.arrows right.arrows
  gives $'k,l,r\n1,a,x\n2,b,y' pjoin --algorithm merge -k k -t csv left.arrows right.arrows
  gives $'k,l,r\n,n,\n1,a,x\n2,b,y' pjoin --type left -k k -t csv left.arrows right.arrows
}

@test "-v says which algorithm was taken and why" {
  said() {
    local text=$1
    shift
    run -0 --separate-stderr pjoin -v -t csv "$@"
    [[ $'\n'$stderr$'\n' == *$'\n'"pjoin: $text"$'\n'* ]]
  }
  printf 'id,b\n1,x\n2,y\n' >right.csv
  psort -k id sales.csv -o left.arrows
  psort -k id right.csv -o right.arrows
  said "hash join: there are equal keys, and the inputs are not known to be sorted by them" -k id sales.csv right.csv
  said "merge join: both inputs are sorted by the keys" -k id left.arrows right.arrows
  said "nested loop join: there are no equal keys" --type semi --on 'price > r.id' sales.csv right.csv
  said "symmetric hash join: as asked for" --algorithm symmetric -k id sales.csv right.csv
  seq 5000 | awk 'BEGIN { print "id,text" } { print $1 ",a text" }' >big.csv
  said "the right input does not fit into the memory: joining from disk" -S 64K -k id sales.csv big.csv
  fails 2 "pjoin: this algorithm needs equal keys; use -k, or --algorithm nested-loop (see pjoin --help)" \
    pjoin --algorithm merge --type semi --on 'price > r.id' sales.csv right.csv
  fails 2 "pjoin: --algorithm: unknown algorithm 'has'; did you mean 'hash'?; there are auto, hash, merge, nested-loop, symmetric (see pjoin --help)" \
    pjoin --algorithm has -k id sales.csv right.csv
}

# bats test_tags=memory
@test "conditions on the right side alone are asked when it is read, however the join is written (12)" {
  { echo a,b; seq -f '%g,1' 1 50; } >few.csv
  awk 'BEGIN { print "k,x,t"; for (i = 0; i < 400000; i++) print i "," i % 100 ",some forty bytes of text for each of the rows" }' >many.csv
  for type in inner left semi anti; do
    wanted=$(pjoin --type $type -k a=k --on 'r.x < 3' few.csv many.csv -t csv)
    for on in "l.a = r.k and r.x < 3" "x < 3 and k = a"; do
      same "$wanted" "$(pjoin --type $type --on "$on" few.csv many.csv -t csv)"
      peak=$(python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' pjoin --type $type --on "$on" few.csv many.csv)
      [ "$peak" -lt 40000 ]
    done
    same "$(pjoin --type $type --on 'l.a <= r.k' few.csv <(pscan -w 'x = 7 and k < 300' many.csv) -t csv)" \
      "$(timeout 20 pjoin --type $type --on 'l.a <= r.k and r.x = 7 and r.k < 300' few.csv many.csv -t csv)"
  done
}

@test "15: prefixes for names that both inputs have" {
  gives $'id,city,price,r_city,r_price\n1,Bern,2.5,Bern,2.5\n2,Oslo,,Oslo,\n3,Bern,10,Bern,10' \
    pjoin -t csv -k id --right-prefix r_ sales.csv sales.csv
  gives $'id,l_city,l_price,city,price\n1,Bern,2.5,Bern,2.5\n2,Oslo,,Oslo,\n3,Bern,10,Bern,10' \
    pjoin -t csv -k id --left-prefix l_ sales.csv sales.csv
  printf 'id,city,r_city\n1,a,b\n' >clash.csv
  fails 1 "pjoin: two columns would be named 'r_city'; use another prefix" \
    pjoin -k id --right-prefix r_ clash.csv clash.csv
  fails 2 "pjoin: --left-prefix: a prefix has at least one character (see pjoin --help)" \
    pjoin -k id --left-prefix '' sales.csv sales.csv
  fails 2 "pjoin: a prefix has no meaning where only left columns come out (see pjoin --help)" \
    pjoin --type semi -k id --left-prefix l_ sales.csv sales.csv
  for flow in "pscan sales.csv | pjoin -k id --right-prefix r_ - sales.csv | pproject -t csv 'id, r_price'" \
    "pscan sales.csv | pjoin -k id --left-prefix l_ - sales.csv | pagg -k l_city 'sum(price) as s' | psort -k l_city -t csv" \
    "pscan sales.csv | pjoin -k id --left-prefix l_ --right-prefix r_ - sales.csv | psort -k id -t csv" \
    "pscan sales.csv | pjoin -k id --left-prefix l_ - sales.csv | pjoin -k city=city --right-prefix r_ - sales.csv | psort -k id,r_id -t csv"; do
    gives "$(bash -c "$flow")" pflow -n 1 "$flow"
    gives "$(bash -c "$flow")" pflow -n 3 "$flow"
  done
}

@test "15: an unknown key says which side lacks it" {
  printf 'name,size\nBern,7\n' >cities.csv
  fails 1 "pjoin: unknown column 'town' in the left input, sales.csv; the columns are id, city, price" \
    pjoin -k town=name sales.csv cities.csv
  run -1 --separate-stderr pjoin -k price sales.csv cities.csv
  [[ $stderr == "pjoin: unknown column 'price' in the right input, cities.csv; the left input has one"* ]]
}
