#!/bin/sh
# TPC-H Q8: national market share.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
part=p_partkey,p_name,p_mfgr,p_brand,p_type,p_size,p_container,p_retailprice,p_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment
customer=c_custkey,c_name,c_address,c_nationkey,c_phone,c_acctbal,c_mktsegment,c_comment
nation=n_nationkey,n_name,n_regionkey,n_comment
region=r_regionkey,r_name,r_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" |
  pjoin --type semi -k l_partkey=p_partkey --on "p_type = 'ECONOMY ANODIZED STEEL'" \
    --decimals --names $part "$TPCH/part" |
  pjoin -k l_orderkey=o_orderkey --on "o_orderdate between '1995-01-01' and '1996-12-31'" \
    --decimals --names $orders "$TPCH/orders" |
  pjoin -k o_custkey=c_custkey --decimals --names $customer "$TPCH/customer" |
  pjoin -k c_nationkey=n_nationkey --decimals --names $nation "$TPCH/nation" |
  pjoin --type semi -k n_regionkey=r_regionkey --on "r_name = 'AMERICA'" \
    --decimals --names $region "$TPCH/region" |
  pproject 'l_suppkey, extract(year from o_orderdate) as o_year,
    l_extendedprice * (1 - l_discount) as volume' |
  pjoin -k l_suppkey=s_suppkey --decimals --names $supplier "$TPCH/supplier" |
  pjoin -k s_nationkey=n_nationkey --decimals --names $nation "$TPCH/nation" |
  pagg -k o_year "
    sum(case when n_name = 'BRAZIL' then volume else 0 end) / sum(volume) as mkt_share" |
  psort -k o_year -t csv
