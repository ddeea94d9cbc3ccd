#!/bin/sh
# TPC-H Q5: local supplier volume.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment
customer=c_custkey,c_name,c_address,c_nationkey,c_phone,c_acctbal,c_mktsegment,c_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment
nation=n_nationkey,n_name,n_regionkey,n_comment
region=r_regionkey,r_name,r_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" |
  pjoin -k l_orderkey=o_orderkey --on "o_orderdate >= '1994-01-01' and o_orderdate < '1995-01-01'" \
    --decimals --names $orders "$TPCH/orders" |
  pjoin -k o_custkey=c_custkey --decimals --names $customer "$TPCH/customer" |
  pjoin -k l_suppkey=s_suppkey,c_nationkey=s_nationkey \
    --decimals --names $supplier "$TPCH/supplier" |
  pjoin -k s_nationkey=n_nationkey --decimals --names $nation "$TPCH/nation" |
  pjoin --type semi -k n_regionkey=r_regionkey --on "r_name = 'ASIA'" \
    --decimals --names $region "$TPCH/region" |
  pagg -k n_name 'sum(l_extendedprice * (1 - l_discount)) as revenue' |
  psort -k revenue:desc -t csv
