#!/usr/bin/env bats
# The page that pflow --report leaves.

load ../setup
load ../flows

# page FILE: its text, a line an element; fails when elements are not closed as HTML wants it.
page() {
  python3 -c '
import html.parser, sys
VOID = {"meta", "line", "path", "rect"}
OPTIONAL = {"html", "th", "td", "tr"}
class Page(html.parser.HTMLParser):
    open = []
    def handle_starttag(self, tag, attributes):
        if tag not in VOID | OPTIONAL: self.open.append(tag)
        if tag == "rect": self.open.append(tag)
    def handle_startendtag(self, tag, attributes): pass
    def handle_endtag(self, tag):
        if tag not in OPTIONAL and self.open.pop() != tag: sys.exit(f"</{tag}> closes nothing")
    def handle_data(self, text):
        if text.strip(): print(text.strip())
parser = Page()
parser.feed(open(sys.argv[1]).read())
parser.close()
if parser.open: sys.exit(f"not closed: {parser.open}")
' "$1"
}

@test "the graph, the processes, and what each worker moved" {
  tables
  run -0 --separate-stderr pflow -n 3 --report r.html \
    "pscan rows.csv | pfilter 'id <= 1000' | pagg -k city 'count(*) as n' | psort -k city -t csv"
  same 14 "$(wc -l <<<"$output")"
  same "" "$stderr"
  page r.html >text
  grep -qx "pflow -n 3" text
  grep -qx "pscan rows.csv | pfilter 'id <= 1000' | pagg -k city 'count(\*) as n' | psort -k city -t csv" text
  grep -qE '^Done in [0-9.]+ s, [0-9]+ processes\.$' text
  grep -qx "fragment 1" text
  grep -qx "3 workers" text
  # 13 groups of each worker, at most, go to the one behind.
  grep -qE '^[0-9]+ rows, ([0-9.]+k?)B$' text
  grep -qE '^1\.2 pscan' text
  # Three workers and their sum: all rows that a condition in the scan leaves.
  awk '/^fragment 1, 3 workers/ { on = 1 } /^fragment 2, / { on = 0 } on' text >workers
  awk '$0 == "all" { getline; print }' workers >sum
  same 1000 "$(cat sum)"
  same 1000 "$(awk '/^[123]$/ { getline; n += $1 } END { print n }' workers)"
  # Nothing is fetched and nothing runs.
  run ! grep -qE '<script|https?:|src=' r.html
}

@test "inputs of joins and later statements have their place" {
  tables
  run -0 pflow -n 2 --report r.html \
    "pscan rows.csv | pfilter 'id > 5' > some.arrows && pjoin -k city=name some.arrows <( pscan cities.csv ) | pagg 'count(*)' -t csv"
  page r.html >text
  grep -qE '^pjoin -k city=name (some.arrows|-) <\(fragment [0-9]+\)' text
  same "$(pflow -n 2 --explain=json "pscan rows.csv | pfilter 'id > 5' > some.arrows && pjoin -k city=name some.arrows <( pscan cities.csv ) | pagg 'count(*)' -t csv" |
    python3 -c 'import json, sys; print(len(json.load(sys.stdin)["fragments"]))')" \
    "$(grep -cE '^fragment [0-9]+$' text)"
}

@test "a flow that fails has a page too, which says why" {
  tables
  run -1 --separate-stderr pflow -n 2 --report r.html \
    "pscan --types price=int64 rows.csv | pagg 'sum(price) as \"<b>\"' -t csv"
  page r.html >text
  grep -q "^fragment 1, worker .* stage 1: pscan: rows.csv:.*: column 'price'" text
  grep -qE '^Ended after [0-9.]+ s with status 1\.$' text
  grep -q 'as "<b>"' text
  run ! grep -q '<b>' r.html
}

@test "other programs tell nothing of rows" {
  tables
  run -0 pflow -q -n 2 --report r.html "pscan rows.csv | cat | pagg 'count(*)' -t csv"
  page r.html >text
  grep -qE '^1\.1 pscan$' text
  grep -qE '^[12]\.1 cat$' text
  run ! grep -qE '^[0-9.kM]+ rows?, ' text
}

@test "pages that cannot be written" {
  tables
  fails 125 "pflow: none/r.html: create: No such file or directory" pflow --report none/r.html 'pscan rows.csv'
  run -125 --separate-stderr pflow -n 2 --report /dev/full "pagg 'count(*)' rows.csv -t csv"
  same "pflow: /dev/full: write: No space left on device" "$stderr"
  # A command line that is wrong leaves what was there.
  echo kept >r.html
  run -2 pflow --report r.html 'pscan rows.csv | pfilter --colums x'
  same kept "$(cat r.html)"
}
