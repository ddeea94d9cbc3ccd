#!/bin/sh
# TPC-H Q18: large volume customer.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment
customer=c_custkey,c_name,c_address,c_nationkey,c_phone,c_acctbal,c_mktsegment,c_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" |
  pagg -k l_orderkey 'sum(l_quantity::decimal(15,2)) as quantity' |
  pfilter 'quantity > 300' |
  pjoin -k l_orderkey=o_orderkey --decimals --names $orders "$TPCH/orders" |
  pjoin -k o_custkey=c_custkey --decimals --names $customer "$TPCH/customer" |
  psort -k o_totalprice:desc,o_orderdate -n 100 |
  pproject 'c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice,
    quantity as "sum(l_quantity)"' -t csv
