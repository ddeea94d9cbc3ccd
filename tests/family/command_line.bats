#!/usr/bin/env bats
# What every tool's command line has in common.

load ../setup

@test "--help explains the tool on standard output" {
  for tool in "${tools[@]}"; do
    run -0 --separate-stderr "$tool" --help
    same "" "$stderr"
    [[ ${lines[0]} == "usage: $tool "* ]]
    [[ $output == *"  -q, --quiet"* ]]
    same "" "$(awk 'NR > 1 && length > 80' <<<"$output")"
    same "$output" "$("$tool" -h)"
  done
}

@test "--help is answered whatever else is wrong" {
  run -0 psort --nonsense -k a:up --help
  [[ $output == "usage: psort "* ]]
}

@test "--version names the family" {
  for tool in "${tools[@]}"; do
    run -0 --separate-stderr "$tool" --version
    [[ $output =~ ^$tool\ \(Penstock\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    same "$output" "$("$tool" -V)"
  done
}

@test "an unknown option is one line that names --help" {
  for tool in "${tools[@]}"; do
    fails 2 "$tool: unknown option '--xyzzy'; an operand that begins with '-' comes after '--' (see $tool --help)" \
      "$tool" --xyzzy
    same "" "$output"
  done
}

@test "a near miss of an option is suggested" {
  for tool in "${tools[@]}"; do
    fails 2 "$tool: unknown option '--quiett'; did you mean '--quiet'? (see $tool --help)" \
      "$tool" --quiett
  done
}

@test "an option without its value, and one given twice" {
  for tool in "${tools[@]}"; do
    fails 2 "$tool: option '--types' needs a value (see $tool --help)" "$tool" --types
    fails 2 "$tool: option '--from' is given twice (see $tool --help)" "$tool" -f csv --from=tsv
  done
}

@test "a wrong value of an option names the option" {
  for tool in "${tools[@]}"; do
    run -2 --separate-stderr "$tool" --from cvs
    [[ $stderr == "$tool: --from: "*"did you mean 'csv'?"* ]]
    run -2 --separate-stderr "$tool" --types 'price=flaot64'
    [[ $stderr == "$tool: --types: "*"did you mean 'float64'?"* ]]
    run -2 --separate-stderr "$tool" -d ''
    [[ $stderr == "$tool: --delimiter: '' is not one or more characters on one line"* ]]
    run -2 --separate-stderr "$tool" --on-error stop
    [[ $stderr == "$tool: --on-error: 'stop' is not fail, skip or null"* ]]
  done
}

@test "tools that hold no rows have no memory to limit" {
  for tool in pscan pfilter pproject punpivot psummary pprint; do
    for option in -S --memory -T --temp-dir; do
      run -2 --separate-stderr "$tool" "$option" 1
      [[ $stderr == "$tool: unknown option '$option'"* ]]
    done
  done
}

@test "operands that begin with a dash come after two dashes" {
  printf 'a\n5\n' >-odd.csv
  gives $'a\n5' pscan -t csv -- -odd.csv
  gives $'a\n5' pfilter -t csv -- '-a < 0' -odd.csv
}

@test "operands in brackets stay whole" {
  printf 'a\n5\n' >'[x,y]'
  gives $'a\n5' pscan -t csv '[x,y]'
}

@test "a letter means the same in every tool" {
  for tool in "${tools[@]}"; do "$tool" --describe; done |
    python3 -c '
import json, sys
names, letters = {}, {}
for line in sys.stdin:
    for option in json.loads(line)["options"]:
        letter, name = option["letter"], option["name"]
        if name == "rows" and not letter:  # of ppartition, whose -n is a number of partitions
            continue
        assert names.setdefault(name, letter) == letter, (name, letter)
        if letter == "n":  # a number of rows, or of partitions
            assert name in ("rows", "partitions", "workers"), name
        elif letter:
            assert letters.setdefault(letter, name) == name, (name, letter)
assert letters["c"] == "columns" and letters["w"] == "where" and letters["k"] == "key"
'
}

@test "--describe is JSON and names the tool" {
  for tool in "${tools[@]}"; do
    "$tool" --describe | python3 -c '
import json, sys
about = json.load(sys.stdin)
assert about["name"] == sys.argv[1]
for key in ("operation", "needs", "keeps_order", "keeps_placement", "order", "split", "columns"):
    assert key in about, key
' "$tool"
  done
}

@test "completions parse in their shells and know the options" {
  for tool in "${tools[@]}"; do
    "$tool" --completion bash >c.bash
    bash -n c.bash
    run -0 bash -c "source ./c.bash; COMP_WORDS=($tool --qui); COMP_CWORD=1; _$tool; echo \"\${COMPREPLY[*]}\""
    same "--quiet" "$output"
    run -0 bash -c "source ./c.bash; COMP_WORDS=($tool --from nd); COMP_CWORD=2; _$tool; echo \"\${COMPREPLY[*]}\""
    same "ndjson" "$output"
    "$tool" --completion zsh >c.zsh
    "$tool" --completion fish >c.fish
    grep -q -- '--quiet' c.zsh
    grep -q -- '-l quiet' c.fish
    if command -v zsh >/dev/null; then zsh -n c.zsh; fi
    if command -v fish >/dev/null; then fish -n c.fish; fi
  done
  fails 2 "pscan: --completion: no completions for 'csh'; there are bash, zsh and fish (see pscan --help)" \
    pscan --completion csh
}

# offers TEXT WORD…: bash offers the lines of TEXT where the cursor stands behind the last of these
# words, into which it has cut the line, or behind the one before `@`.
offers() {
  local text=$1 at=-1 words=() word
  shift
  for word; do
    if [ "$word" = @ ]; then at=$((${#words[@]} - 1)); else words+=("$word"); fi
  done
  ((at >= 0)) || at=$((${#words[@]} - 1))
  "${words[0]}" --completion bash >c.bash
  run -0 bash -c 'source ./c.bash
    COMP_CWORD=$1 COMP_WORDS=("${@:2}")
    "_$2"
    ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' - "$at" "${words[@]}"
  same "$text" "$output"
}

@test "15: bash offers the values of options, behind = and behind a blank" {
  offers csv pscan -f cs
  offers csv pscan --from = cs
  offers csv pscan --from=cs
  offers -fcsv pscan -fcs
  offers json pprint --to = j
  offers semi pjoin a.csv --type s @ b.csv
  offers $'inner\nleft\nright\nfull\nsemi\nanti\ncross' pjoin --type =
  offers lz4 pexchange --compress l
  offers dot pflow --explain = d
  # Without its = the value is an operand; a name of a file is for readline.
  offers '' pflow --explain d
  offers '' pscan -o cs
}

@test "15: bash offers the columns of the files on the line" {
  printf 'id,city,City name,"a,b"\n1,Bern,x,y\n' >one.csv
  offers $'id\ncity\nCity\\ name\n\\"a\\,b\\"' pscan -c '' @ one.csv
  offers city pscan one.csv -c ci
  offers id,city pscan one.csv --columns = id,ci
  offers '!city' pscan one.csv -c '!ci'
  offers -ccity pscan one.csv -cci
  offers $'asc\ndesc\nnulls-first\nnulls-last' psort one.csv -k city :
  offers desc,id psort -k city : desc,i @ one.csv
  offers desc psort -k id,city : d @ one.csv
  # Of both sides of a join, whose names are typed as a shell wants them.
  printf 'id,price\n1,2\n' >'an other.csv'
  offers price pjoin one.csv "'an other.csv'" -k p
  offers price pjoin -k city = p @ one.csv 'an\ other.csv'
  # As the other options of the line read it.
  printf 'id;price\n1;2\n' >semicolons.csv
  offers price psort -d "';'" semicolons.csv -k p
  offers '' psort semicolons.csv -k p
  offers price ppivot --name p @ -d '\;' semicolons.csv
  pscan one.csv >one.arrows
  pscan one.csv -o one.csv.gz
  offers city pagg one.arrows -k ci
  offers city puniq one.csv.gz -k ci
}

@test "15: fish offers the columns of the files on the line" {
  command -v fish >/dev/null || skip "there is no fish"
  printf 'id,city,City name,"a,b"\n1,Bern,x,y\n' >one.csv
  # fish_offers TEXT LINE: fish offers the lines of TEXT behind this line.
  fish_offers() {
    "${2%% *}" --completion fish >c.fish
    run -0 fish --no-config -c 'source ./c.fish; complete -C $argv[1]' "$2"
    same "$1" "$(cut -f 1 <<<"$output")"
  }
  fish_offers $'id\ncity\nCity name\n"a,b"' 'pscan one.csv -c '
  fish_offers city 'pscan one.csv -c ci'
  fish_offers --columns=id,city 'pscan one.csv --columns=id,ci'
  fish_offers -ccity 'pscan one.csv -cci'
  fish_offers $'city:asc\ncity:desc\ncity:nulls-first\ncity:nulls-last' 'psort one.csv -k city:'
  # Of both sides of a join, whose names are typed as a shell wants them.
  printf 'id,price\n1,2\n' >"an other's.csv"
  fish_offers price 'pjoin one.csv "an other'"'"'s.csv" -k p'
  fish_offers city=price "pjoin one.csv an\\ other\\'s.csv -k city=p"
  printf 'id;price\n1;2\n' >semicolons.csv
  fish_offers price "psort -d ';' semicolons.csv -k p"
  fish_offers price 'psort -d \; semicolons.csv -k p'
  fish_offers '' 'psort semicolons.csv -k p'
  # The line before a pipe is another.
  fish_offers '' 'pscan one.csv | pscan -c c'
}

@test "15: what is not a file has no columns to offer, and nothing waits for it" {
  mkfifo pipe
  mkdir folder
  printf '"never closed' >bad.csv
  for input in pipe folder missing.csv bad.csv - /dev/zero; do
    offers '' pscan "$input" -c ''
  done
  # Not even for a schema.
  offers '' pscan sales.csv --schema pipe -c ''
  offers '' pscan -c ''
  gives '' pscan --completion columns
  gives '' pflow --completion columns
}

@test "15: the tool's name is red in errors on a terminal that has colours" {
  # An error of the command line, one of the run, one of a flow, and a note, which is not an error.
  local errors=('pscan --xyzzy' 'pscan missing.csv' "pflow -n 2 'pscan missing.csv | pagg \"count(*)\"'")
  for error in "${errors[@]}"; do
    tool=${error%% *}
    run env -u NO_COLOR TERM=xterm script -qec "$error" /dev/null
    [[ $output == $'\e[1;31m'"$tool:"$'\e[0m '* ]]
    for environment in 'NO_COLOR=1 TERM=xterm' '-u NO_COLOR TERM=dumb'; do
      run env $environment script -qec "$error" /dev/null
      [[ $output == "$tool: "* && $output != *$'\e'* ]]
    done
    run env -u NO_COLOR TERM=xterm script -qec "{ $error; } 2>&1 | cat" /dev/null
    [[ $output == "$tool: "* && $output != *$'\e'* ]]
  done
  run -0 env -u NO_COLOR TERM=xterm script -qec 'pscan -v -o out.csv sales.csv' /dev/null
  [[ $output == "pscan: sales.csv: "* && $output != *$'\e'* ]]
}
