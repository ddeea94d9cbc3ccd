#!/bin/sh
# TPC-H Q3: shipping priority.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment
customer=c_custkey,c_name,c_address,c_nationkey,c_phone,c_acctbal,c_mktsegment,c_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" -w "l_shipdate > '1995-03-15'" |
  pjoin -k l_orderkey=o_orderkey --on "o_orderdate < '1995-03-15'" \
    --decimals --names $orders "$TPCH/orders" |
  pjoin --type semi -k o_custkey=c_custkey --on "c_mktsegment = 'BUILDING'" \
    --decimals --names $customer "$TPCH/customer" |
  pagg -k l_orderkey,o_orderdate,o_shippriority '
    sum(l_extendedprice * (1 - l_discount)) as revenue' |
  psort -k revenue:desc,o_orderdate -n 10 |
  pproject 'l_orderkey, revenue, o_orderdate, o_shippriority' -t csv
