#!/usr/bin/env bats
# CSV in other dialects, and text in other encodings.

load ../setup

# everywhere COMMAND…: the same from a file, from a pipe, and by two workers; `f.csv` is the input.
everywhere() {
  local text=$1
  shift
  gives "$text" "$@" f.csv
  gives "$text" bash -c 'cat f.csv | "$@"' _ "$@"
  gives "$text" pflow -n 2 "$(printf '%q ' "$@") f.csv"
}

@test "quotes, escape characters and delimiters of several bytes" {
  printf "a;;b\n'x;;y';;z\n'it''s';;'two\nlines'\n" >f.csv
  everywhere $'a,b\nx;;y,z\nit\'s,"two\nlines"' pscan -d ';;' --quote "'" -t csv
  printf 'a,b\n"say \\"hi\\"",x\\,y\n' >f.csv
  everywhere $'a,b\n"say ""hi""","x,y"' pscan --escape '\' -t csv
  printf 'a, b\n"x, y", z\n' >f.csv
  everywhere $'{"a":"x, y","b":"z"}' pscan -d ', ' -t ndjson
  printf 'a\t\tb\n1\t\t2\n' >f.csv
  everywhere $'a,b\n1,2' pscan -d '\t\t' -t csv
}

@test "lines before the header, and comments" {
  printf 'He said "hi\n\n# x\na,b\n# don"t\n1,2\n"\n#",3\n' >f.csv
  everywhere $'a,b\n1,2\n"\n#",3' pscan --skip 2 --comment '#' -t csv
  fails 1 "pscan: f.csv: has only 8 lines, but --skip 9 leaves out more" pscan --skip 9 f.csv
  printf '1\n2,3,4\n' >>f.csv
  fails 1 "pscan: f.csv:9: row has 1 field, expected 2; quote fields that contain ',', or use --on-error=skip to leave such rows out" \
    pscan --skip 2 --comment '#' f.csv
  run -0 --separate-stderr pscan --skip 2 --comment '#' --on-error skip --rejects r.csv -t csv f.csv
  same $'f.csv,9\nf.csv,10' "$(pscan -c file,line -t csv r.csv | tail -n +2)"
  gives 2 pscan -f lines --skip 1 -t lines <(printf '1\n2\n')
}

@test "texts that mean null, and numbers with a comma" {
  printf 'i;f;t\n1.234;-0,5;NA\n-;NA;"NA"\n' >f.csv
  everywhere $'{"i":1234,"f":-0.5,"t":null}\n{"i":null,"f":null,"t":"NA"}' \
    pscan -d ';' --decimal-comma --thousands . --null NA,- -t ndjson
  printf '1.5;1;x\n' >>f.csv
  fails 1 "pscan: f.csv:4: column 'i': '1.5' is not an integer; use --types i=text or --on-error=null" \
    pscan -d ';' --decimal-comma --thousands . --null NA,- --types i=int64 f.csv
}

@test "names of columns, and rows of other lengths" {
  printf 'a,a,a_2\n1,2,3\n' >f.csv
  everywhere $'a,a_3,a_2\n1,2,3' pscan --unique-names -t csv
  fails 1 "pscan: f.csv:1: columns 1 and 2 are both named 'a'; name the columns with --names, or use --unique-names" \
    pscan f.csv
  printf 'a,b\nx,1,2\ny,3,4\n' >f.csv
  everywhere $'who,a,b\nx,1,2\ny,3,4' pscan --row-names who -t csv
  everywhere $'p,q,r\nx,1,2\ny,3,4' pscan --ragged --names p,q,r -t csv
  everywhere $'p,q,r\nx,1,2\ny,3,4' pscan --skip 1 --no-header --names p,q,r -t csv
  fails 1 "pscan: f.csv:1: the header has 2 fields, but --names gives 3 names; use --ragged, or leave the header out with --skip 1 --no-header" \
    pscan --names p,q,r f.csv
  printf 'a,b\nx\ny,3\n' >f.csv
  everywhere $'a,b\nx,\ny,3' pscan --ragged -t csv
}

@test "encodings" {
  printf 'a\nM\374ller \200\n' >f.csv
  everywhere $'a\nMüller €' pscan --encoding windows-1252 -t csv
  printf '\201\n' >>f.csv
  fails 1 "pscan: f.csv:3: the bytes 81 0a are not text in windows-1252; name the encoding with --encoding" \
    pscan --encoding windows-1252 -t csv f.csv
  iconv -f UTF-8 -t UTF-16 sales.csv >f.csv
  everywhere "$(pscan -t csv sales.csv)" pscan -t csv
  gzip f.csv
  gives "$(pscan -t csv sales.csv)" pscan -t csv f.csv.gz
  printf '{"a":"\374"}\n' >f.ndjson
  gives '{"a":"ü"}' pscan --encoding latin1 -t ndjson f.ndjson
}

@test "options that contradict each other, or the input" {
  printf 'a,b\n1,2\n' >f.csv
  fails 2 "pscan: --delimiter: a newline, '\r', the quote (,) or NUL cannot delimit fields (see pscan --help)" \
    pscan --quote , f.csv
  fails 2 "pscan: --delimiter: a newline, '\r', the quote (\") or NUL cannot delimit fields (see pscan --help)" \
    pscan -d '"x' f.csv
  fails 2 "pscan: --escape: is the quote, which is doubled inside quotes without this option too; leave it out (see pscan --help)" \
    pscan --escape '"' f.csv
  fails 2 "pscan: --escape: is a byte of the delimiter (see pscan --help)" \
    pscan --escape , f.csv
  fails 2 "pscan: --no-quotes and --quote exclude each other (see pscan --help)" \
    pscan --no-quotes --quote x f.csv
  fails 2 "pscan: --thousands: the point is the decimal point without --decimal-comma (see pscan --help)" \
    pscan --thousands . f.csv
  fails 2 "pscan: --thousands: the comma is the decimal point with --decimal-comma (see pscan --help)" \
    pscan --decimal-comma --thousands , f.csv
  fails 2 "pscan: --unique-names is for the names of a header; leave it out (see pscan --help)" \
    pscan --unique-names --no-header f.csv
  fails 2 "pscan: --row-names and --names exclude each other; name all columns with --names (see pscan --help)" \
    pscan --row-names r --names a,b f.csv
  fails 2 "pscan: option '--null' is given twice (see pscan --help)" pscan --null a --null b f.csv
  for option in '--quote x' '--escape x' '--comment x' '--skip 1' --ragged --unique-names \
    '--row-names r' '--null x' --decimal-comma '--thousands x'; do
    # shellcheck disable=SC2086
    [[ $option == *'thousands x' ]] && option='--thousands .'
    run -2 --separate-stderr pscan $option -f ndjson f.csv
    [[ $stderr == "pscan: f.csv: ${option% *} is for CSV, but this is JSON"* ]]
  done
  pscan f.csv -t arrow >f.arrow
  fails 2 "pscan: f.arrow: --encoding is for text, but this is an Arrow stream, which has names and types (see pscan --help)" \
    pscan --encoding latin1 f.arrow
}

@test "text that looks like another format or delimiter names -f or -d" {
  printf '{"a": 1, "b": 2}\n' >f.csv
  fails 1 "pscan: f.csv:1: the first row looks like JSON; use -f ndjson, or -f csv if it is CSV" pscan f.csv
  gives '{"a":1,"b":2}' bash -c 'pscan -t ndjson <f.csv'
  printf 'a,b;c\n1;2\n' >f.csv
  fails 1 "pscan: f.csv:1: the first rows have 2 and 1 field when ',' divides them, but 2 each when ';' does; use -d ';', or -d ',' to keep the other one" \
    pscan f.csv
  fails 1 "pscan: f.csv:2: row has 1 field, expected 2; quote fields that contain ',', or use --on-error=skip to leave such rows out" \
    pscan -d , f.csv
}
