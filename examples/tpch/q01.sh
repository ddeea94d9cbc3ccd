#!/bin/sh
# TPC-H Q1: pricing summary report.
lineitem=l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate,l_commitdate,l_receiptdate,l_shipinstruct,l_shipmode,l_comment

pscan --decimals --names $lineitem "$TPCH/lineitem" \
  -w "l_shipdate <= date '1998-12-01' - interval '90' day" |
  pagg -k l_returnflag,l_linestatus '
    sum(l_quantity::decimal(15,2)) as sum_qty,
    sum(l_extendedprice) as sum_base_price,
    sum(l_extendedprice * (1 - l_discount)) as sum_disc_price,
    sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as sum_charge,
    avg(l_quantity) as avg_qty,
    avg(l_extendedprice) as avg_price,
    avg(l_discount) as avg_disc,
    count(*) as count_order' |
  psort -k l_returnflag,l_linestatus -t csv
