#!/usr/bin/env bats
# Mappers and reducers of Hadoop streaming and of mrjob's protocol, as they are, under papply and
# preduce: lines of a key, a tab and a value, which are divided at the first tab.

load ../setup

python=${PENSTOCK_PYTHON:-python3}

answers="--pattern '(?<key>[^\\t]*)\\t?(?<value>.*)' --types '*=text'"
gets="-t tsv --out-no-header --out-no-quotes"

# job MAPPER REDUCER [OPTION…] FILES: the text of a flow.
job() {
  local mapper=$1 reducer=$2 files=$3
  shift 3
  echo "pscan -f lines $files | papply -t lines $answers -- $mapper |
    preduce -k key $gets $answers $* -- $reducer | pprint $gets"
}

# is_same WANTED FLOW: the flow gives the lines of the file WANTED, in that order in a shell and on 1,
# 2 and 5 workers. any_order: the same of programs that do not look at the order of the rows of a key,
# also without one.
is_same() {
  eval "$2" >shell.txt
  cmp "$1" shell.txt
  for workers in 1 2 5; do
    pflow -n "$workers" "$2" >flow.txt
    cmp "$1" flow.txt
  done
}

any_order() {
  is_same "$@"
  pflow -n 2 --unordered "$2" | LC_ALL=C sort >flow.txt
  LC_ALL=C sort "$1" | cmp - flow.txt
}

begin_text() {
  awk 'BEGIN {
    srand(11)
    for (i = 0; i < 3000; i++) {
      line = "d" int(i / 30) "\t"
      for (j = rand() * 9; j > 0; j--) line = line (rand() < 0.02 ? "\"it'\''s" : "w") int(rand() * rand() * 200) " "
      print line
    }
  }' >text.txt
}

@test "word count, in Python and in awk" {
  begin_text
  cat >map.py <<'END'
import sys

for line in sys.stdin:
    for word in line.split():
        print(word, 1, sep="\t")
END
  cat >reduce.py <<'END'
import sys

last, total = None, 0
for line in sys.stdin:
    word, _, count = line.rstrip("\n").partition("\t")
    if word != last:
        if last is not None:
            print(last, total, sep="\t")
        last, total = word, 0
    total += int(count)
if last is not None:
    print(last, total, sep="\t")
END
  echo '{ for (i = 1; i <= NF; i++) print $i "\t" 1 }' >map.awk
  cat >reduce.awk <<'END'
BEGIN { FS = OFS = "\t" }
NR > 1 && $1 != last { print last, total; total = 0 }
{ last = $1; total += $2 }
END { if (NR) print last, total }
END
  tr -s ' \t' '\n\n' <text.txt | grep . | LC_ALL=C sort | uniq -c | awk '{ print $2 "\t" $1 }' >wanted.txt
  grep -q '"' wanted.txt
  any_order wanted.txt "$(job "$python map.py" "$python reduce.py" text.txt)"
  any_order wanted.txt "$(job "awk -f map.awk" "awk -f reduce.awk" text.txt)"
  any_order wanted.txt "$(job "$python map.py" "awk -f reduce.awk" text.txt "--combiner 'awk -f reduce.awk'")"
}

@test "an inverted index, in Python and in awk" {
  begin_text
  cat >map.py <<'END'
import sys

for line in sys.stdin:
    document, _, text = line.rstrip("\n").partition("\t")
    for word in sorted(set(text.split())):
        print(f"{word}\t{document}")
END
  cat >reduce.py <<'END'
import itertools
import sys

pairs = (line.rstrip("\n").split("\t") for line in sys.stdin)
for word, group in itertools.groupby(pairs, lambda pair: pair[0]):
    print(word, ",".join(dict.fromkeys(document for _, document in group)), sep="\t")
END
  echo 'BEGIN { FS = "\t" } { n = split($2, words, " "); for (i = 1; i <= n; i++) print words[i] "\t" $1 }' >map.awk
  cat >reduce.awk <<'END'
BEGIN { FS = OFS = "\t" }
NR > 1 && $1 != word { print word, all; all = last = "" }
$2 != last { all = all (all == "" ? "" : ",") $2 }
{ word = $1; last = $2 }
END { if (NR) print word, all }
END
  "$python" - >wanted.txt <<'END'
index = {}
for line in open("text.txt"):
    document, text = line.rstrip("\n").split("\t")
    for word in text.split():
        found = index.setdefault(word, [])
        if document not in found:
            found.append(document)
for word in sorted(index, key=str.encode):
    print(word, ",".join(index[word]), sep="\t")
END
  # Documents come in the order of the text: rows of a key stay in the order of the input.
  is_same wanted.txt "$(job "$python map.py" "$python reduce.py" text.txt)"
  is_same wanted.txt "$(job "awk -f map.awk" "awk -f reduce.awk" text.txt)"
}

@test "a join of two inputs, in Python and in awk" {
  seq 1 500 | awk '{ print "C," $1 * 3 % 503 ",name " $1 }' >customers.txt
  seq 1 3000 | awk '{ print "O," $1 * 7 % 600 ",item " $1 }' >orders.txt
  cat >map.py <<'END'
import sys

for line in sys.stdin:
    kind, customer, rest = line.rstrip("\n").split(",")
    print(f"{customer}\t{kind},{rest}")
END
  cat >reduce.py <<'END'
import sys

last, names, items = None, [], []


def end():
    for item in items:
        for name in names:
            print(f"{last}\t{name},{item}")


for line in sys.stdin:
    key, value = line.rstrip("\n").split("\t")
    if key != last:
        end()
        last, names, items = key, [], []
    kind, rest = value.split(",")
    (names if kind == "C" else items).append(rest)
end()
END
  echo 'BEGIN { FS = "," } { print $2 "\t" $1 "," $3 }' >map.awk
  # With the customer in front of the orders nothing is held but the name.
  cat >reduce.awk <<'END'
BEGIN { FS = "[\t,]" }
$2 == "C" { id = $1; name = $3; next }
$1 "" == id { print $1 "\t" name "," $3 }
END
  "$python" - >wanted.txt <<'END'
import sqlite3

base = sqlite3.connect(":memory:")
base.execute("create table customers (key text, name text)")
base.execute("create table orders (key text, item text)")
for table in ("customers", "orders"):
    for line in open(table + ".txt"):
        base.execute(f"insert into {table} values (?, ?)", line.rstrip("\n").split(",")[1:])
for row in base.execute("select o.key, name, item from orders o join customers c on c.key = o.key "
                        "order by o.key, o.rowid"):
    print("{}\t{},{}".format(*row))
END
  is_same wanted.txt "$(job "$python map.py" "$python reduce.py" "customers.txt orders.txt")"
  is_same wanted.txt "$(job "$python map.py" "$python reduce.py" "orders.txt customers.txt")"
  LC_ALL=C sort wanted.txt >sorted.txt
  flow=$(job "awk -f map.awk" "awk -f reduce.awk" "orders.txt customers.txt" --order value)
  is_same sorted.txt "${flow/\| pprint/| psort -k key,value | pprint}"
}

# Two steps of the words that come most often, as mrjob runs them: keys and values are JSON.
begin_job() {
  cat >job.py <<'END'
import itertools
import json
import sys


def split(line):
    key, value = line.rstrip("\n").split("\t")
    return json.loads(key), json.loads(value)


def groups():
    for _, lines in itertools.groupby(sys.stdin, lambda line: line.split("\t")[0]):
        pairs = [split(line) for line in lines]
        yield pairs[0][0], [value for _, value in pairs]


def words():
    for line in sys.stdin:
        for word in line.split():
            yield word, 1


def sums():
    for word, counts in groups():
        yield word, sum(counts)


def by_count():
    for word, count in map(split, sys.stdin):
        yield len(word), [count, word]


def most():
    for length, counted in groups():
        yield length, max(counted)


step = {"--mapper=0": words, "--combiner=0": sums, "--reducer=0": sums, "--mapper=1": by_count,
        "--reducer=1": most}[sys.argv[1]]
for key, value in step():
    print(json.dumps(key), json.dumps(value), sep="\t")
END
}

@test "a job of two steps with mrjob's protocol" {
  begin_text
  begin_job
  "$python" - >wanted.txt <<'END'
import collections
import json

counts = collections.Counter(open("text.txt").read().split())
most = {}
for word, count in counts.items():
    most[len(word)] = max(most.get(len(word), [0, ""]), [count, word])
for length in sorted(most, key=lambda length: json.dumps(length)):
    print(json.dumps(length), json.dumps(most[length]), sep="\t")
END
  grep -q '\\"' wanted.txt
  any_order wanted.txt "pscan -f lines text.txt |
    papply -t lines $answers -- $python job.py --mapper=0 |
    preduce -k key $gets $answers --combiner '$python job.py --combiner=0' -- $python job.py --reducer=0 |
    papply $gets $answers -- $python job.py --mapper=1 |
    preduce -k key $gets $answers -- $python job.py --reducer=1 | pprint $gets"
}

@test "a reducer that is run for each key" {
  begin_text
  tr -s ' \t' '\n\n' <text.txt | grep '^w1[0-9]*$' | LC_ALL=C sort | uniq -c | awk '{ print $2 "\t" $1 }' >wanted.txt
  flow=$(job "awk '{ for (i = 1; i <= NF; i++) print \$i \"\\t1\" }'" \
    "awk -F '\\t' '{ n += \$2 } END { print \$1 \"\\t\" n }'" text.txt --per-group)
  local some="pfilter \"key like 'w1%'\" | preduce"
  any_order wanted.txt "${flow/preduce/$some}"
}
