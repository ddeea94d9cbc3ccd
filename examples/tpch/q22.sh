#!/bin/sh
# TPC-H Q22: global sales opportunity.
customer=c_custkey,c_name,c_address,c_nationkey,c_phone,c_acctbal,c_mktsegment,c_comment
orders=o_orderkey,o_custkey,o_orderstatus,o_totalprice,o_orderdate,o_orderpriority,o_clerk,o_shippriority,o_comment

pscan --decimals --names $customer "$TPCH/customer" \
  -w "substring(c_phone, 1, 2) in ('13', '31', '23', '29', '30', '18', '17')" |
  pagg --window 'avg(c_acctbal) filter (where c_acctbal > 0) as average' |
  pfilter 'c_acctbal > average' |
  pjoin --type anti -k c_custkey=o_custkey --decimals --names $orders "$TPCH/orders" |
  pproject 'substring(c_phone, 1, 2) as cntrycode, c_acctbal' |
  pagg -k cntrycode 'count(*) as numcust, sum(c_acctbal) as totacctbal' |
  psort -k cntrycode -t csv
