#!/bin/sh
# TPC-H Q17: small-quantity-order revenue.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment
part=p_partkey,p_name,p_mfgr,p_brand,p_type,p_size,p_container,p_retailprice,p_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" |
  pjoin --type semi -k l_partkey=p_partkey \
    --on "p_brand = 'Brand#23' and p_container = 'MED BOX'" --decimals --names $part "$TPCH/part" |
  pagg --window -k l_partkey 'avg(l_quantity) as usual' |
  pfilter 'l_quantity < 0.2 * usual' |
  pagg 'sum(l_extendedprice) / 7.0 as avg_yearly' -t csv
