#!/bin/sh
# TPC-H Q6: forecasting revenue change.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" \
  -w "l_shipdate >= '1994-01-01' and l_shipdate < '1995-01-01'
    and l_discount between 0.05 and 0.07 and l_quantity < 24" |
  pagg 'sum(l_extendedprice * l_discount) as revenue' -t csv
