#!/bin/sh
# TPC-H Q19: discounted revenue.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
part=p_partkey,p_name,p_mfgr,p_brand,p_type,p_size,p_container,p_retailprice,p_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" \
  -w "l_shipmode in ('AIR', 'AIR REG') and l_shipinstruct = 'DELIVER IN PERSON'" |
  pjoin -k l_partkey=p_partkey --on "
    p_brand = 'Brand#12' and p_container in ('SM CASE', 'SM BOX', 'SM PACK', 'SM PKG')
      and l_quantity between 1 and 11 and p_size between 1 and 5 or
    p_brand = 'Brand#23' and p_container in ('MED BAG', 'MED BOX', 'MED PKG', 'MED PACK')
      and l_quantity between 10 and 20 and p_size between 1 and 10 or
    p_brand = 'Brand#34' and p_container in ('LG CASE', 'LG BOX', 'LG PACK', 'LG PKG')
      and l_quantity between 20 and 30 and p_size between 1 and 15" \
    --decimals --names $part "$TPCH/part" |
  pagg 'sum(l_extendedprice * (1 - l_discount)) as revenue' -t csv
