#!/bin/sh
# TPC-H Q7: volume shipping.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment
nation=n_nationkey,n_name,n_regionkey,n_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment
customer=c_custkey,c_name,c_address,c_nationkey,c_phone,c_acctbal,c_mktsegment,c_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" \
  -w "l_shipdate between '1995-01-01' and '1996-12-31'" |
  pjoin -k l_suppkey=s_suppkey --decimals --names $supplier "$TPCH/supplier" |
  pjoin -k s_nationkey=n_nationkey --on "n_name in ('FRANCE', 'GERMANY')" \
    --decimals --names $nation "$TPCH/nation" |
  pproject 'l_orderkey, n_name as supp_nation, extract(year from l_shipdate) as l_year,
    l_extendedprice * (1 - l_discount) as volume' |
  pjoin -k l_orderkey=o_orderkey --decimals --names $orders "$TPCH/orders" |
  pjoin -k o_custkey=c_custkey --decimals --names $customer "$TPCH/customer" |
  pjoin -k c_nationkey=n_nationkey \
    --on "n_name in ('FRANCE', 'GERMANY') and n_name <> supp_nation" \
    --decimals --names $nation "$TPCH/nation" |
  pproject 'supp_nation, n_name as cust_nation, l_year, volume' |
  pagg -k supp_nation,cust_nation,l_year 'sum(volume) as revenue' |
  psort -k supp_nation,cust_nation,l_year -t csv
