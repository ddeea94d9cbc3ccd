#!/bin/sh
# TPC-H Q20: potential part promotion.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
part=p_partkey,p_name,p_mfgr,p_brand,p_type,p_size,p_container,p_retailprice,p_comment
partsupp=ps_partkey,ps_suppkey,ps_availqty,ps_supplycost,ps_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment
nation=n_nationkey,n_name,n_regionkey,n_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" \
  -w "l_shipdate >= '1994-01-01' and l_shipdate < '1995-01-01'" |
  pjoin --type semi -k l_partkey=p_partkey --on "p_name like 'forest%'" \
    --decimals --names $part "$TPCH/part" |
  pagg -k l_partkey,l_suppkey 'sum(l_quantity) as sold' |
  pjoin -k l_partkey=ps_partkey,l_suppkey=ps_suppkey --on 'ps_availqty > 0.5 * sold' \
    --decimals --names $partsupp "$TPCH/partsupp" |
  pagg -k l_suppkey 'count(*) as parts' |
  pjoin -k l_suppkey=s_suppkey --decimals --names $supplier "$TPCH/supplier" |
  pjoin --type semi -k s_nationkey=n_nationkey --on "n_name = 'CANADA'" \
    --decimals --names $nation "$TPCH/nation" |
  psort -k s_name |
  pproject 's_name, s_address' -t csv
