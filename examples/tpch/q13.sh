#!/bin/sh
# TPC-H Q13: customer distribution.
customer=c_custkey,c_name,c_address,c_nationkey,c_phone,c_acctbal,c_mktsegment,c_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment

pscan --decimals --names $customer "$TPCH/customer" |
  pjoin --type left -k c_custkey=o_custkey --on "o_comment not like '%special%requests%'" \
    --decimals --names $orders "$TPCH/orders" |
  pagg -k c_custkey 'count(o_orderkey) as c_count' |
  pagg -k c_count 'count(*) as custdist' |
  psort -k custdist:desc,c_count:desc -t csv
