#!/usr/bin/env bats
# Every tool's manual page, held against the tool.

load ../setup

# The text of a page's section, as one line.
section() {
  mandoc -T ascii "$1" | col -bx | awk -v name="$2" '/^[A-Z]/ { on = $0 == name; next } on' | xargs -0 |
    tr -s ' \n' ' ' | sed 's/^ //; s/ $//'
}

@test "every tool has a page that mandoc finds nothing wrong with" {
  for tool in "${tools[@]}"; do
    run -0 mandoc -T lint -W warning "$root/man/$tool.1"
    same "" "$output"
  done
  run -0 mandoc -T lint -W warning "$root/man/penstock.7" "$root/man/penstock-stream.5" \
    "$root/man/penstock-table.5" "$root/man/penstock-expressions.7"
  same "" "$output"
}

@test "the SYNOPSIS is the usage line of --help" {
  for tool in "${tools[@]}"; do
    usage=$("$tool" --help | head -n 1)
    same "${usage#usage: }" "$(section "$root/man/$tool.1" SYNOPSIS)"
  done
}

@test "15: every function is compared with another database, or is an exception with a reason" {
  gives "" "$PENSTOCK_PYTHON" "$root/tests/generated/compared.py"
}

@test "names, synopses and options are those of the tools" {
  gives "" "$root/scripts/manual" --check
}

@test "15: the examples in the prose of expressions give their results" {
  cd "$BATS_TEST_TMPDIR"
  examples=0
  while IFS= read -r example; do
    list=${example%% of x: *}
    values=${example#* of x: }
    printf 'x\n%s\n' "${values%% → *}" | sed 's/, /\n/g' >x.csv
    run -0 pagg --window "${list/ window / as result window }" x.csv -t csv
    same "${values#* → }" "$(sed -n '2,$s/.*,//p' <<<"$output" | paste -sd , | sed 's/,/, /g')"
    examples=$((examples + 1))
  done < <(sed -n "/^\.Sh FUNCTIONS/q; s/\\\\(aq/'/g; s/^\.Dl \"\(.* → .*\)\"\$/\1/p" "$root/man/penstock-expressions.7")
  [ "$examples" -ge 3 ]
}

@test "every option of --help is in the page" {
  for tool in "${tools[@]}"; do
    options=$(section "$root/man/$tool.1" OPTIONS)
    "$tool" --help | grep -oE -- '--[a-z-]+' | while read -r option; do
      case $option in --help) continue ;; esac
      [[ $options == *"$option"* ]] || { echo "$tool: $option" >&2; return 1; }
    done
  done
}
