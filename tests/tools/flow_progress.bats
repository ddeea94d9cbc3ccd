#!/usr/bin/env bats
# What a person at a terminal sees of a flow while it runs.

load ../setup

# drawn COLUMNS COMMAND: runs it on a terminal that is so wide; `screen` has the lines that a person
# sees at the end, for output that goes up only to take lines away.
drawn() {
  run env NO_COLOR=1 TERM=xterm script -qec "stty cols $1 rows 24; $2" /dev/null
  screen=$(python3 -c '
import re, sys
lines = []
for piece in re.split(r"(\x1b\[\d+A\r\x1b\[J)", sys.stdin.read().replace("\r\n", "\n")):
    up = re.match(r"\x1b\[(\d+)A", piece)
    if up:
        assert lines.pop() == ""
        del lines[-int(up[1]):]
        lines.append("")
    else:
        first, *rest = piece.split("\n")
        lines[-1:] = [(lines[-1] if lines else "") + first, *rest]
print("\n".join(lines))' <<<"$output")
}

@test "progress on a terminal, after a second" {
  # Stands for slow input: a line, and the rest later.
  cat >flow <<'END'
(echo v; sleep 2.2; seq 5) | pflow -n 1 "pscan | pagg 'sum(v) as s' -t csv" >out
END
  drawn 100 'bash flow'
  same 0 "$status"
  same $'s\n15' "$(cat out)"
  [[ $output == *"fragment 1 "*"1 worker "*" rows in "*" rows/s"*$'\e[1A\r\e[J'* ]]
  # What stays is true: the last figures.
  [[ $screen =~ ^fragment\ 1\ +1\ worker\ +5\ rows\ in\ +1\ out\ +[0-9]+B\ +[0-9]\ rows/s$ ]]
  run -0 env TERM=xterm script -qec 'bash flow 2>/dev/null' /dev/null
  same "" "$output"
  run -0 env TERM=dumb script -qec 'bash flow' /dev/null
  same "" "$output"
  run -0 env TERM=xterm script -qec 'sed s/pflow/"pflow -q"/ flow | bash' /dev/null
  same "" "$output"
}

# A program that lets a flow run for more than a second; rows pass it.
slow_cat() {
  printf '#!/bin/sh\ncat; exec sleep 1.5\n' >slow_cat
  chmod +x slow_cat
  PATH=$PWD:$PATH
}

@test "15: progress has percent and time, fits the width, and stays with -o" {
  slow_cat
  seq 300000 | sed '1i v' >v.csv
  local flow="pscan v.csv | pagg 'sum(v) as s' | slow_cat | pagg 'sum(s) as s' -t csv" line
  for columns in 40 80 200; do
    drawn $columns "pflow -n 2 \"$flow -o out.csv\""
    same 0 "$status"
    same $'s\n45000150000' "$(cat out.csv)"
    line=$(grep '^fragment 1 ' <<<"$screen")
    [[ $line =~ ^fragment\ 1\ +100%\ +in\ 0:[0-9][0-9] ]]
    ((${#line} < columns))
    case $columns in
      40) [[ $line != *rows* ]] ;;
      80) [[ $line == *" 300k rows in "*" rows/s" && $line != *worker* ]] ;;
      200) [[ $line == *" 2 workers "*" 300k rows in "*" busiest "* ]] ;;
    esac
  done
  # By the shell, and with the rows on the terminal, below which the last figures come.
  drawn 80 "pflow -n 2 \"$flow\" >out"
  same $'s\n45000150000' "$(cat out)"
  [[ $screen == *"fragment 1   100%  "* ]]
  drawn 80 "pflow -n 2 \"$flow\""
  [[ $status == 0 && $screen == *$'\ns\n45000150000\nfragment 1   100%  '* ]]
}

@test "15: of progress that ends badly nothing stays but the error" {
  drawn 80 "{ echo v; sleep 1.5; echo 1,2; } | pflow -n 1 'pscan' >out"
  same 1 "$status"
  [[ $output == *"fragment 1 "*" rows in "*"pflow: "* ]]
  [[ $screen != *" rows in "* && $screen == *"pscan: standard input:2: "* ]]
}
