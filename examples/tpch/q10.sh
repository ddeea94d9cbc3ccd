#!/bin/sh
# TPC-H Q10: returned item reporting.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment
customer=c_custkey,c_name,c_address,c_nationkey,c_phone,c_acctbal,c_mktsegment,c_comment
nation=n_nationkey,n_name,n_regionkey,n_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" -w "l_returnflag = 'R'" |
  pjoin -k l_orderkey=o_orderkey --on "o_orderdate >= '1993-10-01' and o_orderdate < '1994-01-01'" \
    --decimals --names $orders "$TPCH/orders" |
  pagg -k o_custkey 'sum(l_extendedprice * (1 - l_discount)) as revenue' |
  pjoin -k o_custkey=c_custkey --decimals --names $customer "$TPCH/customer" |
  pjoin -k c_nationkey=n_nationkey --decimals --names $nation "$TPCH/nation" |
  psort -k revenue:desc -n 20 |
  pproject 'c_custkey, c_name, revenue, c_acctbal, n_name, c_address, c_phone, c_comment' -t csv
