#!/usr/bin/env bats
# Text whose records are lines but not CSV: fixed widths, logs of web servers, logfmt, patterns.

load ../setup

setup() {
  cd "$BATS_TEST_TMPDIR"
  printf 'id  name     qty\n1   Zürich    12\n22  Bern\n\n333 Chur       7\n' >fixed.txt
  cat >common.log <<'END'
10.0.0.1 - jane [10/Oct/2000:13:55:36 -0700] "GET /a.gif?x=1 HTTP/1.0" 200 2326
::1 - - [11/Oct/2000:00:00:01 +0200] "\x16\x03" 400 -
END
  cat >combined.log <<'END'
10.0.0.1 - - [10/Oct/2000:13:55:36 +0000] "GET /\"q\" HTTP/1.1" 304 0 "-" "curl/8.0 (x; y)"
10.0.0.2 - - [10/Oct/2000:13:55:37 +0000] "POST /form HTTP/1.1" 200 99 "http://e.org/" ""
END
  cat >app.log <<'END'
ts=2026-01-02T03:04:05Z level=info msg="started up" port=8080
ts=2026-01-02T03:04:06Z level=warn port=8081 slow msg="a \"b\"\n"
END
}

# alike WANTED COMMAND: in sh, and with several workers.
alike() {
  run -0 bash -c "$2"
  same "$1" "$output"
  run -0 --separate-stderr pflow -n 3 "$2"
  same "$1" "$output"
}

@test "15: --widths reads fields of fixed width" {
  alike $'id,name,qty\n1,Zürich,12\n22,Bern,\n333,Chur,7' 'pscan --widths "4,9,*" -t csv fixed.txt'
  alike $'s\n19' 'pagg --widths 4,9,3 "sum(qty) as s" -t csv fixed.txt'
  alike $'c2\nname\nZürich\nBern\nChur' 'pscan --widths 4,9,3 --no-header -c c2 -t csv fixed.txt'
  alike $'b\nBern' "pscan --widths 4,9,3 --names a,b,c -w 'a = 22' -c b -t csv fixed.txt"
  alike $'n\n3' 'pscan --widths 4,9,3 fixed.txt | pagg "count(*) as n" -t csv'
  gives $'id,qty\n1,12\n333,7' pscan --widths 4,9,3 --types qty=int -w 'qty > 0' -c id,qty -t csv <fixed.txt
  fails 1 "pscan: fixed.txt:1: line has 16 characters, but the widths make 14; give the last width as * to take all of the rest" \
    pscan --widths 4,9,1 --names a,b,c fixed.txt
  run -0 --separate-stderr pscan --widths 4,9,1 --no-header --names a,b,c --on-error skip -c a -t csv fixed.txt
  same $'a\n22' "$output"
  same "pscan: 3 lines were left out" "$stderr"
  fails 1 "pscan: fixed.txt: there are 2 columns, but --names gives 3 names" pscan --widths 4,* --names a,b,c fixed.txt
  for wrong in 0 -1 '' 5, 5,x '*,5'; do
    run -2 --separate-stderr pscan "--widths=$wrong" fixed.txt
    [[ $stderr == "pscan: --widths"*" is not a number of characters, from 1 (the last one may be *) (see pscan --help)" ]] || same "" "$stderr"
  done
  fails 2 "pscan: option '--widths' is given twice (see pscan --help)" pscan --widths 4,5 --widths 4 fixed.txt
  fails 2 "pscan: --widths is for text of fixed width, which is not a format of -f (see pscan --help)" \
    pscan --widths 4,5 -f csv fixed.txt
  fails 2 "pscan: --delimiter is for CSV; --widths divides the lines (see pscan --help)" pscan --widths 4 -d ';' fixed.txt
  fails 2 "pscan: --widths and --pattern exclude each other (see pscan --help)" pscan --widths 4 --pattern '(?<a>.)' fixed.txt
  printf 'a\n1\n' | pscan >a.arrows
  fails 2 "pscan: a.arrows: --widths is for text, but this is an Arrow stream, which has names and types (see pscan --help)" \
    pscan --widths 4 a.arrows
}

@test "15: -f clf and -f combined read logs of web servers" {
  alike $'host,ident,user,time,method,path,protocol,status,bytes
10.0.0.1,,jane,2000-10-10T20:55:36Z,GET,/a.gif?x=1,HTTP/1.0,200,2326
::1,,,2000-10-10T22:00:01Z,,\x16\x03,,400,' 'pscan -f clf -t csv common.log'
  alike $'path,referer,agent
"/""q""",,curl/8.0 (x; y)
/form,http://e.org/,""' 'pscan -f combined -c path,referer,agent -t csv combined.log'
  alike $'status,n\n200,1\n304,1' 'pagg -f combined -k status "count(*) as n" combined.log | psort -k status -t csv'
  run -0 pscan -f clf -c time -t csv --types time=text common.log
  same '10/Oct/2000:13:55:36 -0700' "${lines[1]}"
  fails 1 "pscan: combined.log:1: line goes on behind the bytes; use -f combined if that is referer and agent, or --pattern" \
    pscan -f clf combined.log
  fails 1 "pscan: common.log:1: line has no referer and agent in quotes behind the bytes; use -f clf for lines without them, or --pattern" \
    pscan -f combined common.log
  printf 'no log\n' | cat common.log - >mixed.log
  run -0 --separate-stderr pscan -f clf --on-error skip --rejects r.csv -c status -t csv mixed.log
  same $'status\n200\n400' "$output"
  same "pscan: 1 line was left out" "$stderr"
  gives $'line,record\n3,no log' pscan -c line,record -t csv r.csv
  printf '' >empty.log
  gives 'host,status' pscan -f clf -c host,status -t csv empty.log
  fails 2 "pscan: common.log: --names is for CSV, but this is read as a web server's log (see pscan --help)" \
    pscan -f clf --names a common.log
  fails 2 "pscan: --to: 'clf' is read, not written (see pscan --help)" pscan -t clf common.log
  mkdir folder
  fails 1 "pscan: folder: is a directory without a table manifest" pscan -f clf folder
}

@test "15: -f logfmt reads pairs key=value" {
  alike $'ts,level,msg,port,slow
2026-01-02T03:04:05Z,info,started up,8080,
2026-01-02T03:04:06Z,warn,"a ""b""\n",8081,true' 'pscan -f logfmt -t csv app.log'
  alike $'level,n\ninfo,1\nwarn,1' 'pagg -f logfmt -k level "count(*) as n" app.log | psort -k level -t csv'
  printf 'a=1,b=x y\nb=z,a=2\n' >dkvp
  alike $'a,b\n1,x y\n2,z' 'pscan -f logfmt -d , -t csv dkvp'
  printf 'c=1\n' >more.log
  alike $'level,c\ninfo,\nwarn,\n,1' 'pscan -f logfmt -c level,c app.log more.log -t csv'
  { for i in {1..60000}; do echo "k=$i v=x"; done; echo 'k=1 w=late'; } >late.log
  printf 'k int64\nv utf8\n' >keys
  run -1 --separate-stderr pscan --schema keys -f logfmt -t csv late.log
  same "pscan: late.log:60001: key 'w' is not a column; the columns are the keys of the sample; use --types w=text to add it" "$stderr"
  gives $'w\nlate' pscan -f logfmt --types w=text -w 'w is not null' -c w -t csv late.log
  printf 'a=1 a=2\n' >twice.log
  fails 1 "pscan: twice.log:1: key 'a' stands twice; use --on-error=skip to leave such lines out" pscan -f logfmt twice.log
  printf '=\n' >none.log
  fails 1 "pscan: none.log: no line of the sample is pairs key=value; use another -f, or --schema" pscan -f logfmt none.log
}

@test "15: --pattern makes columns of the named groups of a regular expression" {
  printf 'Jan 5 sshd[12]: failed for eve\nJan 6 cron[7]: done\n\nnothing\n' >sys.log
  run -0 --separate-stderr pscan --pattern '(?<day>\d+) (?<program>\w+)\[(?<pid>\d+)\]: (?<text>.*)' --on-error skip -t csv sys.log
  same $'day,program,pid,text\n5,sshd,12,failed for eve\n6,cron,7,done' "$output"
  same "pscan: 1 line was left out" "$stderr"
  head -n 2 sys.log >some.log
  alike $'s\n19' "pagg -f lines --pattern '\[(?P<pid>\d+)\]' 'sum(pid) as s' -t csv some.log"
  fails 1 "pscan: sys.log:4: line does not match the pattern; use --on-error=skip to leave such lines out" \
    pscan --pattern '(?<pid>\[\d+\])' sys.log
  fails 2 "pscan: --pattern: the pattern has no named group, as (?<name>\\w+) is one, to make a column of (see pscan --help)" \
    pscan --pattern '(\d+)' sys.log
  fails 2 "pscan: --pattern: two groups are named 'a'; give each a name of its own (see pscan --help)" \
    pscan --pattern '(?<a>x)(?<a>y)' sys.log
  run -2 --separate-stderr pscan --pattern '(?<a>' sys.log
  [[ $stderr == "pscan: --pattern: this is not a valid regular expression: "* ]]
  fails 2 "pscan: --pattern divides lines; use -f lines, or leave -f out (see pscan --help)" \
    pscan --pattern '(?<a>x)' -f csv sys.log
  fails 2 "pscan: sys.log: --names is for CSV, but this is read as lines; use -f csv (see pscan --help)" \
    pscan --pattern '(?<a>x)' --names b sys.log
}
