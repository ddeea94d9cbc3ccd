#!/bin/sh
# TPC-H Q11: important stock identification.
partsupp=ps_partkey,ps_suppkey,ps_availqty,ps_supplycost,ps_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment
nation=n_nationkey,n_name,n_regionkey,n_comment

pscan --decimals --names $partsupp "$TPCH/partsupp" |
  pjoin -k ps_suppkey=s_suppkey --decimals --names $supplier "$TPCH/supplier" |
  pjoin --type semi -k s_nationkey=n_nationkey --on "n_name = 'GERMANY'" \
    --decimals --names $nation "$TPCH/nation" |
  pagg -k ps_partkey 'sum(ps_supplycost * ps_availqty) as value' |
  pagg --window 'sum(value) as total' |
  pfilter 'value > total * 0.0001' |
  psort -k value:desc |
  pproject 'ps_partkey, value' -t csv
