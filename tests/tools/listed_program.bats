#!/usr/bin/env bats
# Programs of others that take part in flows (FLOW.md, "Other programs").

load ../setup
load ../flows

# listed NAME LISTING [COMMAND]: a program ./NAME of that shell command (cat), which notes each run of it in NAME.runs.
listed() {
  export XDG_CONFIG_HOME=$PWD/config
  mkdir -p config/penstock/tools.d
  printf '%s\n' "$2" >"config/penstock/tools.d/$1.json"
  printf '#!/bin/sh\necho >>%s.runs\nexec %s\n' "$1" "${3:-cat}" >"$1"
  chmod +x "$1"
}

@test "a listed program runs in every worker" {
  tables
  listed pass '{"placement": "any", "keeps_order": true}'
  everywhere "pscan rows.csv | ./pass | pprint"
  everywhere "pscan rows.arrow | pfilter 'id > 7' | ./pass | pagg -k city 'sum(price)' | psort -k city -t csv"
  rm pass.runs
  run -0 --separate-stderr pflow -n 3 "pscan rows.csv | ./pass | pagg 'count(*)' -t csv"
  same $'count\n2000' "$output"
  same "" "$stderr"
  same 3 "$(wc -l <pass.runs)"

  listed shuffled '{"placement": "any"}'
  run -0 pflow -n 2 --explain "pscan rows.csv | ./shuffled"
  [[ $output == *"pmerge -"* && $output != *in-turn* ]]
}

@test "a program that is listed by hash gets rows with equal keys in one copy" {
  tables
  listed cities '{"placement": "hash", "keys": ["city"]}' "pagg -k city 'count(*) as n, max(id) as last'"
  wanted=$(pscan rows.csv | ./cities | psort -k city -t csv)
  same 14 "$(wc -l <<<"$wanted")"
  rm cities.runs
  run -0 --separate-stderr pflow -n 3 "pscan rows.csv | ./cities | psort -k city -t csv"
  same "$wanted" "$output"
  same "" "$stderr"
  same 3 "$(wc -l <cities.runs)"
}

@test "a listed program that fails, and listings that are wrong" {
  tables
  listed breaks '{"placement": "any"}' "sh -c 'echo no luck >&2; exit 3'"
  run -3 --separate-stderr pflow -n 2 "pscan rows.csv | ./breaks | pagg 'count(*)'"
  [[ $stderr == "pflow: fragment 1, worker "?" of 2, stage 2: breaks ended with status 3: no luck" ]]

  local place=config/penstock/tools.d/wrong.json
  for listing in \
    '{"placement": "left"}|'"'placement' is \"any\" or \"hash\", not \"left\"" \
    '{}|'"'placement' is missing" \
    '{"placement": "hash"}|placement by "hash" wants '"'keys'" \
    '{"placement": "any", "keys": ["a"]}|'"'keys' are for placement by \"hash\"" \
    '{"placement": "hash", "keys": ["a"], "keeps_order": true}|rows placed by "hash" have no order to keep' \
    '{"placement": "any", "order": true}|'"'order' is not among 'placement', 'keys', 'keeps_order'"; do
    listed wrong "${listing%|*}"
    fails 125 "pflow: $PWD/$place: ${listing#*|}" pflow -n 2 "pscan rows.csv | ./wrong"
  done
  for garbage in '' '[]' '{"placement": 1}' '{"placement": "any"'; do
    listed wrong "$garbage"
    run -125 --separate-stderr pflow -n 2 "pscan rows.csv | ./wrong"
    [[ $stderr == "pflow: $PWD/$place: not a listing: "* ]]
  done
  head -c 65536 /dev/zero | tr '\0' ' ' >"$place"
  run -125 --separate-stderr pflow -n 2 "pscan rows.csv | ./wrong"
  [[ $stderr == "pflow: $PWD/$place: not a listing: "* ]]
  echo >>"$place"
  fails 125 "pflow: $PWD/$place: a listing of more than 65536 bytes" pflow -n 2 "pscan rows.csv | ./wrong"
  # What nobody needs to know is not looked at.
  run -0 pflow -n 1 "pscan rows.csv | ./wrong | phead -n 1 -t csv"
}
