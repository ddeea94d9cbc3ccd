#!/bin/sh
# TPC-H Q21: suppliers who kept orders waiting.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment
nation=n_nationkey,n_name,n_regionkey,n_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" |
  pagg --window -k l_orderkey 'min(l_suppkey) as first, max(l_suppkey) as last,
    min(l_suppkey) filter (where l_receiptdate > l_commitdate) as first_late,
    max(l_suppkey) filter (where l_receiptdate > l_commitdate) as last_late' |
  pfilter 'l_receiptdate > l_commitdate and first <> last and first_late = last_late' |
  pjoin --type semi -k l_orderkey=o_orderkey --on "o_orderstatus = 'F'" \
    --decimals --names $orders "$TPCH/orders" |
  pjoin -k l_suppkey=s_suppkey --decimals --names $supplier "$TPCH/supplier" |
  pjoin --type semi -k s_nationkey=n_nationkey --on "n_name = 'SAUDI ARABIA'" \
    --decimals --names $nation "$TPCH/nation" |
  pagg -k s_name 'count(*) as numwait' |
  psort -k numwait:desc,s_name -n 100 -t csv
