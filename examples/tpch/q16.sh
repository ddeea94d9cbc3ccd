#!/bin/sh
# TPC-H Q16: parts/supplier relationship.
partsupp=ps_partkey,ps_suppkey,ps_availqty,ps_supplycost,ps_comment
part=p_partkey,p_name,p_mfgr,p_brand,p_type,p_size,p_container,p_retailprice,p_comment
supplier=s_suppkey,s_name,s_address,s_nationkey,s_phone,s_acctbal,s_comment

pscan --decimals --names $partsupp "$TPCH/partsupp" |
  pjoin -k ps_partkey=p_partkey --on "p_brand <> 'Brand#45'
    and p_type not like 'MEDIUM POLISHED%' and p_size in (49, 14, 23, 45, 19, 3, 36, 9)" \
    --decimals --names $part "$TPCH/part" |
  pjoin --type anti -k ps_suppkey=s_suppkey --on "s_comment like '%Customer%Complaints%'" \
    --decimals --names $supplier "$TPCH/supplier" |
  pagg -k p_brand,p_type,p_size 'count(distinct ps_suppkey) as supplier_cnt' |
  psort -k supplier_cnt:desc,p_brand,p_type,p_size -t csv
