#!/usr/bin/env bats
# bats file_tags=conformance
# TPC-H queries as plain pipelines over the .tbl files of scale factor 0.01: the known answers,
# decimals to the last digit.

bats_require_minimum_version 1.5.0

setup() {
  data="$BATS_TEST_DIRNAME/../data/tpch-sf0.01"
}

# table NAME [SCAN OPTION…]: one table as a stream.
table() {
  local name=$1
  shift
  pscan -d '|' --trailing-delimiter --no-header --schema "$data/$name.schema" "$@" \
    "$data/$name.tbl.gz"
}

# answers Q: standard input is the answer of query Q.
answers() {
  diff "$data/answers/$1.csv" -
}

@test "Q1: pricing summary report" {
  table lineitem -w "l_shipdate <= date '1998-12-01' - interval '90' day" |
    pagg -k l_returnflag,l_linestatus 'sum(l_quantity) as sum_qty,
      sum(l_extendedprice) as sum_base_price,
      sum(l_extendedprice * (1 - l_discount)) as sum_disc_price,
      sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as sum_charge,
      avg(l_quantity) as avg_qty, avg(l_extendedprice) as avg_price, avg(l_discount) as avg_disc,
      count(*) as count_order' |
    psort -k l_returnflag,l_linestatus -t csv | answers q01
}

@test "Q3: shipping priority" {
  table lineitem -c l_orderkey,l_extendedprice,l_discount -w "l_shipdate > '1995-03-15'" |
    pjoin -k l_orderkey=o_orderkey <(
      table orders -w "o_orderdate < '1995-03-15'" |
        pjoin --type semi -k o_custkey=c_custkey <(
          table customer -w "c_mktsegment = 'BUILDING'")) |
    pagg -k l_orderkey,o_orderdate,o_shippriority \
      'sum(l_extendedprice * (1 - l_discount)) as revenue' |
    psort -k revenue:desc,o_orderdate -n 10 |
    pproject 'l_orderkey, revenue, o_orderdate, o_shippriority' -t csv | answers q03
}

@test "Q5: local supplier volume" {
  table lineitem -c l_orderkey,l_suppkey,l_extendedprice,l_discount |
    pjoin -k l_orderkey=o_orderkey <(
      table orders -c o_orderkey,o_custkey \
        -w "o_orderdate >= date '1994-01-01' and o_orderdate < date '1994-01-01' + interval '1' year") |
    pjoin -k o_custkey=c_custkey <(table customer -c c_custkey,c_nationkey) |
    pjoin -k l_suppkey=s_suppkey,c_nationkey=s_nationkey <(
      table supplier -c s_suppkey,s_nationkey |
        pjoin -k s_nationkey=n_nationkey <(
          table nation |
            pjoin --type semi -k n_regionkey=r_regionkey <(table region -w "r_name = 'ASIA'"))) |
    pagg -k n_name 'sum(l_extendedprice * (1 - l_discount)) as revenue' |
    psort -k revenue:desc -t csv | answers q05
}

@test "Q6: forecasting revenue change" {
  table lineitem -c l_extendedprice,l_discount \
    -w "l_shipdate >= date '1994-01-01' and l_shipdate < date '1995-01-01'
      and l_discount between 0.06 - 0.01 and 0.06 + 0.01 and l_quantity < 24" |
    pagg 'sum(l_extendedprice * l_discount) as revenue' -t csv | answers q06
}

@test "Q12: shipping modes and order priority" {
  table lineitem -c l_orderkey,l_shipmode \
    -w "l_shipmode in ('MAIL', 'SHIP') and l_commitdate < l_receiptdate
      and l_shipdate < l_commitdate and l_receiptdate >= date '1994-01-01'
      and l_receiptdate < date '1994-01-01' + interval '1' year" |
    pjoin -k l_orderkey=o_orderkey <(table orders -c o_orderkey,o_orderpriority) |
    pagg -k l_shipmode "
      sum(case when o_orderpriority in ('1-URGENT', '2-HIGH') then 1 else 0 end) as high_line_count,
      sum(case when o_orderpriority not in ('1-URGENT', '2-HIGH') then 1 else 0 end)
        as low_line_count" |
    psort -k l_shipmode -t csv | answers q12
}
