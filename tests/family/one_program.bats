#!/usr/bin/env bats
# All tools are one program under several names.

load ../setup

@test "every tool is a hard link to penstock, and its source has its name" {
  place=$(dirname "$(command -v penstock)")
  same "$(cd "$root/tools" && printf '%s\n' *.cc | sed 's/\.cc$//')" "$(penstock --list)"
  for tool in $(penstock --list); do
    [ "$place/$tool" -ef "$place/penstock" ]
    [ ! -L "$place/$tool" ]
  done
  same "$(penstock --list | grep -vxE 'pflow|pdelete|pindex|ptable|pupdate')" "$(penstock --stages)"
}

@test "a tool is called by its name, from any folder, or as the first word" {
  mkdir bin
  ln -s "$(command -v penstock)" bin/phead
  gives $'id,city,price\n1,Bern,2.5' phead -n 1 -t csv sales.csv
  gives $'id,city,price\n1,Bern,2.5' penstock phead -n 1 -t csv sales.csv
  gives $'id,city,price\n1,Bern,2.5' bin/phead -n 1 -t csv sales.csv
  gives $'id,city,price\n1,Bern,2.5' penstock pflow -n 2 'phead -n 1 -t csv sales.csv'
  same "$(pscan --help)" "$(penstock pscan --help)"
}

@test "what is wrong is said under the tool's own name" {
  fails 2 "phead: unknown option '--quiett'; did you mean '--quiet'? (see phead --help)" \
    penstock phead --quiett
  fails 1 "pscan: no-such-file: No such file or directory" penstock pscan no-such-file
}

@test "a process carries the tool's name, however it was called" {
  mkfifo in
  penstock phead -n 1 in >out &
  # Waits until it has opened its input.
  exec 9>in
  same phead "$(cat "/proc/$!/comm")"
  printf 'a\n1\n' >&9
  exec 9>&-
  wait $!
}

@test "a name that is not a tool's is one line with what is near" {
  fails 2 "penstock: 'pscam' is not one of its tools; did you mean 'pscan'? (see penstock --help)" \
    penstock pscam
  fails 2 "penstock: '' is not one of its tools (see penstock --help)" penstock ''
  ln -s "$(command -v penstock)" psrot
  fails 2 "penstock: 'psrot' is not one of its tools; did you mean 'psort'? (see penstock --help)" \
    ./psrot -k a
}

@test "penstock alone answers, and says what is missing" {
  fails 2 "penstock: TOOL is missing; it is one of $(penstock --list | paste -sd, | sed 's/,/, /g') (see penstock --help)" \
    penstock
  fails 2 "penstock: unknown option '--lits'; did you mean '--list'? (see penstock --help)" \
    penstock --lits
  fails 2 "penstock: 'pscan' is not the first word, where a tool's name stands (see penstock --help)" \
    penstock --list pscan
  run -0 --separate-stderr penstock --help
  same "usage: penstock TOOL [ARGUMENT...]" "${lines[0]}"
  for tool in $(penstock --list); do [[ $output == *$'\n'"  $tool"* ]]; done
  run -0 penstock --version
  [[ $output =~ ^penstock\ \(Penstock\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "its manual page has what --help says" {
  run -0 mandoc -T lint -W warning "$root/man/penstock.1"
  same "" "$output"
  page=$(mandoc -T ascii "$root/man/penstock.1" | col -bx)
  [[ $page == *"penstock TOOL [ARGUMENT...]"* ]]
  penstock --help | grep -oE -- '--[a-z]+' | sort -u | while read -r option; do
    [[ $page == *"$option"* ]]
  done
}
