#!/bin/sh
# TPC-H Q9: product type profit measure.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
part=p_partkey,p_name,p_mfgr,p_brand,p_type,p_size,p_container,p_retailprice,p_comment
partsupp=ps_partkey,ps_suppkey,ps_availqty,ps_supplycost,ps_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment
nation=n_nationkey,n_name,n_regionkey,n_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" |
  pjoin --type semi -k l_partkey=p_partkey --on "p_name like '%green%'" \
    --decimals --names $part "$TPCH/part" |
  pjoin -k l_suppkey=ps_suppkey,l_partkey=ps_partkey --decimals --names $partsupp "$TPCH/partsupp" |
  pjoin -k l_orderkey=o_orderkey --decimals --names $orders "$TPCH/orders" |
  pjoin -k l_suppkey=s_suppkey --decimals --names $supplier "$TPCH/supplier" |
  pjoin -k s_nationkey=n_nationkey --decimals --names $nation "$TPCH/nation" |
  pproject 'n_name as nation, extract(year from o_orderdate) as o_year,
    l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity as amount' |
  pagg -k nation,o_year 'sum(amount) as sum_profit' |
  psort -k nation,o_year:desc -t csv
