#!/bin/sh
# TPC-H Q4: order priority checking.
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment

pscan --decimals --names $orders "$TPCH/orders" \
  -w "o_orderdate >= '1993-07-01' and o_orderdate < '1993-10-01'" |
  pjoin --type semi -k o_orderkey=l_orderkey --on 'l_commitdate < l_receiptdate' \
    --decimals --names $lineitem "$TPCH/lineitem" |
  pagg -k o_orderpriority 'count(*) as order_count' |
  psort -k o_orderpriority -t csv
