#!/bin/sh
# TPC-H Q12: shipping modes and order priority.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" \
  -w "l_shipmode in ('MAIL', 'SHIP') and l_commitdate < l_receiptdate
    and l_shipdate < l_commitdate
    and l_receiptdate >= '1994-01-01' and l_receiptdate < '1995-01-01'" |
  pjoin -k l_orderkey=o_orderkey --decimals --names $orders "$TPCH/orders" |
  pagg -k l_shipmode "
    count(*) filter (where o_orderpriority in ('1-URGENT', '2-HIGH')) as high_line_count,
    count(*) filter (where o_orderpriority not in ('1-URGENT', '2-HIGH')) as low_line_count" |
  psort -k l_shipmode -t csv
