#!/bin/sh
# TPC-H Q15: top supplier.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" \
  -w "l_shipdate >= '1996-01-01' and l_shipdate < '1996-04-01'" |
  pagg -k l_suppkey 'sum(l_extendedprice * (1 - l_discount)) as total_revenue' |
  pagg --window 'max(total_revenue) as most' |
  pfilter 'total_revenue = most' |
  pjoin -k l_suppkey=s_suppkey --decimals --names $supplier "$TPCH/supplier" |
  psort -k s_suppkey |
  pproject 's_suppkey, s_name, s_address, s_phone, total_revenue' -t csv
