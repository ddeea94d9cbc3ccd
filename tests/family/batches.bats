#!/usr/bin/env bats
# Batches without rows and the metadata of batches, through every tool: it goes on where the tool
# says so (passes_batches of --describe), and ends elsewhere. libcore/arrow/FORMAT.md has the list.

load ../setup

python=${PENSTOCK_PYTHON:-python3}
batches() { "$python" "$BATS_TEST_DIRNAME/batches.py" "$1"; }

# Lines of tools that read standard input, with options of both kinds. Each gives all rows.
every_line() {
  cat <<'END'
pscan
pscan -c id,city
pscan -w 'id > 0' -c id
pscan --file-name file
pfilter 'id > 0'
pproject '*'
pproject 'id * 2 as twice, upper(city) as city'
pproject 'id, unnest(array[1, 2]) as n'
phead -n 100
phead -k id -n 1
pfill
pfill --value 0 -c price
pfill -k city
pfill --up
psample -p 1
psample -n 100
punpivot -c id,price
pjoin -k id - names.arrow
pjoin -k id --algorithm merge - names.arrow
pjoin -k id --algorithm symmetric - names.arrow
pjoin --type left -k id - names.arrow
pjoin --type semi -k id - right.arrow
pjoin --on 'l.id <= r.id' --as l,r --right-prefix r_ - right.arrow
pmerge -
pmerge --in-turn -
pmerge -k id -
pexchange --hash -k id
pprint -t arrow
papply -t arrow -- cat
preduce -k id -t arrow -- cat
pagg -k id 'count(*)'
pagg -k id --sorted 'count(*)'
pagg --window 'sum(id)'
pdiff -k id - right.arrow
pinsert table
ppartition --round-robin -n 1 /dev/stdout
ppivot --name id --value price
psort -k id
psummary
ptail -n 100
puniq -k id
pupsert -k id table
END
}

# Tools that write a table give its rows here.
pinsert() {
  if [ "$1" = --describe ]; then command pinsert "$@" && return; fi
  rm -rf table
  command pinsert --create "$@" && pscan table
}
pupsert() {
  if [ "$1" = --describe ]; then command pupsert "$@" && return; fi
  rm -rf table
  pfilter false right.arrow | command pinsert --create table - && command pupsert "$@" && pscan table
}

# passes LINE: whether a tool says so.
passes() {
  local words
  eval "words=($1)"
  "${words[0]}" --describe "${words[@]:1}" | grep -q '"passes_batches":true'
}

through() {
  local line=$1 words
  eval "words=($line)"
  "${words[@]}" <in.arrow >out.arrow || return
  batches read <out.arrow >out.txt
}

begin_streams() {
  batches write >in.arrow
  pfilter 'id < 100' <in.arrow >right.arrow
  pproject "id, 'n' as name" <right.arrow >names.arrow
}

@test "every tool has a line here" {
  for tool in "${tools[@]}"; do
    every_line | grep -q "^$tool\\( \\|$\\)" || same "a line of $tool" "none"
  done
}

@test "pyarrow reads what pscan hands on" {
  begin_streams
  through pscan
  same $'0 mark=\'first\'\n2 mark=\'rows\' more=\'x,\\n\u00e9\'\n0\n3\n1 mark=\'last\'' "$(cat out.txt)"
}

@test "what is said between rows goes through every tool that streams, and ends elsewhere" {
  begin_streams
  streaming=0
  while read -r line; do
    through "$line" || same "$line: success" "failure"
    marks=$(grep -o "mark='[a-z]*'" out.txt | tr '\n' ' ' || true)
    if passes "$line"; then
      streaming=$((streaming + 1))
      same "$line: mark='first' mark='rows' mark='last' " "$line: $marks"
      # The first batch and the one without metadata have no rows; none other need be without.
      same "$line: 0 mark='first'" "$line: $(head -n 1 out.txt)"
      same "$line: 1" "$line: $(grep -cx 0 out.txt)"
      # Nothing of the batches before is behind a mark, nor before it of those behind it.
      same "$line: $(grep -c . out.txt)" "$line: $(sed -n "/mark='last'/=" out.txt)"
    else
      same "$line: " "$line: $marks"
      same "$line: 0" "$line: $(grep -c '^0' out.txt)"
    fi
  done < <(every_line)
  [ "$streaming" -ge 20 ]
}

@test "a filter that drops all rows keeps what was said, and drops batches that say nothing" {
  begin_streams
  for line in "pfilter 'id = 3'" "pscan -w 'id = 3'" "pjoin -k id - three.arrow"; do
    pfilter 'id = 3' right.arrow | pproject id >three.arrow
    through "$line"
    same "$line"$'\n0 mark=\'first\'\n0 mark=\'rows\' more=\'x,\\n\u00e9\'\n0\n1\n0 mark=\'last\'' \
      "$line"$'\n'"$(cat out.txt)"
  done
  through "pfilter 'id > 100'"
  same "0 0 0 0" "$(cut -d ' ' -f 1 out.txt | tr '\n' ' ' | sed 's/ $//')"
}

@test "a join from disk says nothing between their rows" {
  begin_streams
  { echo id; seq 100000; } | pscan - >many.arrow
  through "pjoin -k id -S 64K - many.arrow"
  same 6 "$(awk '{ rows += $1 } END { print rows }' out.txt)"
  run -1 grep "^0\\|mark" out.txt
}

@test "of a batch that becomes several the last has the metadata" {
  "$python" - >in.arrow <<'END'
import sys
import pyarrow as pa
schema = pa.schema([("id", pa.int64())])
with pa.ipc.new_stream(sys.stdout.buffer, schema) as stream:
    for mark in ("a", "b"):
        stream.write_batch(pa.record_batch([pa.array(range(20000))], schema=schema),
                           custom_metadata={"mark": mark})
END
  seq 3 | pscan --no-header --names n - >right.arrow
  for line in 'punpivot -c id' "pproject 'id, unnest(array[1, 2, 3]) as n'" \
    'pjoin --type cross - right.arrow'; do
    through "$line"
    [ "$(grep -c . out.txt)" -gt 4 ] || same "$line: several batches" "$(cat out.txt)"
    # Half of the batches belong to each of the two, whose last has the mark.
    middle=$(($(grep -c . out.txt) / 2))
    same "$line: $middle:mark='a' $((2 * middle)):mark='b'" \
      "$line: $(grep -no "mark='.'" out.txt | tr '\n' ' ' | sed 's/ $//')"
  done
}

exchanged() {
  local d
  d=$(mktemp -d "$BATS_TEST_TMPDIR/XXXX")
  pexchange "$@" --send "ipc://$d/1,ipc://$d/2" in.arrow &
  pexchange --receive "ipc://$d/1" --senders 1 >1.arrow &
  pexchange --receive "ipc://$d/2" --senders 1 >2.arrow
  wait
  for part in 1 2; do batches read <$part.arrow >$part.txt; done
}

@test "an exchange takes it to every receiver, and ends it where all rows are read first" {
  begin_streams
  said=$'mark=\'rows\' more=\'x,\\n\u00e9\''
  exchanged --broadcast
  same $'0 mark=\'first\'\n2 '"$said"$'\n0\n3\n1 mark=\'last\'' "$(cat 1.txt)"
  same "$(cat 1.txt)" "$(cat 2.txt)"
  exchanged --single
  same $'0 mark=\'first\'\n0 '"$said"$'\n0\n0 mark=\'last\'' "$(cat 2.txt)"
  for how in --hash --round-robin; do
    exchanged "$how" $([ $how = --round-robin ] || echo -k id)
    same "first rows last" "$(grep -o "mark='[a-z]*" 1.txt | cut -d "'" -f 2 | tr '\n' ' ' | sed 's/ $//')"
    same "$(grep -o "mark.*" 1.txt)" "$(grep -o "mark.*" 2.txt)"
    same "0 0" "$(grep -x 0 1.txt) $(grep -x 0 2.txt)"
    same 6 "$(cat 1.txt 2.txt | awk '{ rows += $1 } END { print rows }')"
  done
  exchanged --range -k id
  run -1 grep -h "^0\\|mark" 1.txt 2.txt
}

@test "it goes through pipes and files" {
  begin_streams
  pfilter 'id > 0' <in.arrow | pproject '*' | phead -n 100 >out.arrow
  batches read <out.arrow >pipes.txt
  grep -q "^2 mark='rows'" pipes.txt
  pscan in.arrow -o file.arrow
  pscan file.arrow -t arrow | batches read >file.txt
  cat file.arrow | pscan -t arrow | batches read >piped.txt
  same "$(cat pipes.txt)" "$(cat file.txt)"
  same "$(cat pipes.txt)" "$(cat piped.txt)"
}

@test "it goes through the stages of a flow, also where they share a process" {
  begin_streams
  batches read <in.arrow >wanted.txt
  for workers in 1 2; do
    pflow -n $workers "pfilter 'id > 0' in.arrow | pproject '*' | pprint -t arrow" >out.arrow
    batches read <out.arrow >out.txt
    same "$(cat wanted.txt)" "$(cat out.txt)"
  done
}

@test "text has no place for it" {
  begin_streams
  for format in csv tsv ndjson json lines table markdown html vertical; do
    [ $format != lines ] || continue
    pprint -t $format in.arrow >text
    pscan -w 'id > 0' in.arrow | pagg -k id,city,price 'count(*)' | pproject id,city,price | pprint -t $format >wanted
    cmp text wanted
  done
  # The header is no sooner than rows, or the end: a run that fails leaves no table without rows.
  batches cut >cut.arrow
  run -1 --separate-stderr pprint -t csv cut.arrow
  same "" "$output"
}
