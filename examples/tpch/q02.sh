#!/bin/sh
# TPC-H Q2: minimum cost supplier.
partsupp=ps_partkey,ps_suppkey,ps_availqty,ps_supplycost,ps_comment
part=p_partkey,p_name,p_mfgr,p_brand,p_type,p_size,p_container,p_retailprice,p_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment
nation=n_nationkey,n_name,n_regionkey,n_comment
region=r_regionkey,r_name,r_comment

pscan --decimals --names $partsupp "$TPCH/partsupp" |
  pjoin -k ps_partkey=p_partkey --on "p_size = 15 and p_type like '%BRASS'" \
    --decimals --names $part "$TPCH/part" |
  pjoin -k ps_suppkey=s_suppkey --decimals --names $supplier "$TPCH/supplier" |
  pjoin -k s_nationkey=n_nationkey --decimals --names $nation "$TPCH/nation" |
  pjoin --type semi -k n_regionkey=r_regionkey --on "r_name = 'EUROPE'" \
    --decimals --names $region "$TPCH/region" |
  pagg --window -k p_partkey 'min(ps_supplycost) as least' |
  pfilter 'ps_supplycost = least' |
  psort -k s_acctbal:desc,n_name,s_name,p_partkey -n 100 |
  pproject 's_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment' -t csv
