#!/bin/sh
# TPC-H Q14: promotion effect.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
part=p_partkey,p_name,p_mfgr,p_brand,p_type,p_size,p_container,p_retailprice,p_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" \
  -w "l_shipdate >= '1995-09-01' and l_shipdate < '1995-10-01'" |
  pjoin -k l_partkey=p_partkey --decimals --names $part "$TPCH/part" |
  pagg "100.00 *
    sum(case when p_type like 'PROMO%' then l_extendedprice * (1 - l_discount) else 0 end) /
    sum(l_extendedprice * (1 - l_discount)) as promo_revenue" -t csv
