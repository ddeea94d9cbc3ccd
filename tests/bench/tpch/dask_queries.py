"""The 22 queries of TPC-H on Dask data frames: each takes the tables and gives a pandas frame with the
columns of the answer, in their order.

As Dask's users write them: money in floats and dates as timestamps (its decimals are Python objects),
filters before joins, what is small computed at once where a scalar is needed.
"""
import pandas as pd

D = pd.Timestamp


def q01(t):
    l = t.lineitem[t.lineitem.l_shipdate <= D("1998-09-02")]
    l = l.assign(disc_price=l.l_extendedprice * (1 - l.l_discount))
    l = l.assign(charge=l.disc_price * (1 + l.l_tax))
    groups = l.groupby(["l_returnflag", "l_linestatus"])
    answer = groups.agg({"l_quantity": ["sum", "mean"], "l_extendedprice": ["sum", "mean"],
                         "disc_price": "sum", "charge": "sum", "l_discount": ["mean", "count"]})
    answer = answer.compute()
    answer.columns = ["_".join(pair) for pair in answer.columns]
    return answer.reset_index().sort_values(["l_returnflag", "l_linestatus"])[
        ["l_returnflag", "l_linestatus", "l_quantity_sum", "l_extendedprice_sum", "disc_price_sum",
         "charge_sum", "l_quantity_mean", "l_extendedprice_mean", "l_discount_mean",
         "l_discount_count"]]


def suppliers_of(t, region):
    nation = t.nation.merge(t.region[t.region.r_name == region], left_on="n_regionkey",
                            right_on="r_regionkey")
    return t.supplier.merge(nation[["n_nationkey", "n_name"]], left_on="s_nationkey",
                            right_on="n_nationkey")


def q02(t):
    part = t.part[(t.part.p_size == 15) & t.part.p_type.str.endswith("BRASS")]
    offers = t.partsupp.merge(part[["p_partkey", "p_mfgr"]], left_on="ps_partkey",
                              right_on="p_partkey")
    offers = offers.merge(suppliers_of(t, "EUROPE"), left_on="ps_suppkey", right_on="s_suppkey")
    least = offers.groupby("p_partkey").ps_supplycost.min().rename("least").reset_index()
    best = offers.merge(least, on="p_partkey")
    best = best[best.ps_supplycost == best.least].compute()
    return best.sort_values(["s_acctbal", "n_name", "s_name", "p_partkey"],
                            ascending=[False, True, True, True]).head(100)[
        ["s_acctbal", "s_name", "n_name", "p_partkey", "p_mfgr", "s_address", "s_phone",
         "s_comment"]]


def q03(t):
    customer = t.customer[t.customer.c_mktsegment == "BUILDING"][["c_custkey"]]
    orders = t.orders[t.orders.o_orderdate < D("1995-03-15")]
    orders = orders.merge(customer, left_on="o_custkey", right_on="c_custkey")
    l = t.lineitem[t.lineitem.l_shipdate > D("1995-03-15")]
    l = l.merge(orders, left_on="l_orderkey", right_on="o_orderkey")
    l = l.assign(revenue=l.l_extendedprice * (1 - l.l_discount))
    answer = l.groupby(["l_orderkey", "o_orderdate", "o_shippriority"]).revenue.sum().reset_index()
    return answer.compute().sort_values(["revenue", "o_orderdate"], ascending=[False, True]).head(
        10)[["l_orderkey", "revenue", "o_orderdate", "o_shippriority"]]


def q04(t):
    o = t.orders
    orders = o[(o.o_orderdate >= D("1993-07-01")) & (o.o_orderdate < D("1993-10-01"))]
    l = t.lineitem
    late = l[l.l_commitdate < l.l_receiptdate][["l_orderkey"]].drop_duplicates()
    orders = orders.merge(late, left_on="o_orderkey", right_on="l_orderkey")
    return orders.groupby("o_orderpriority").size().rename("n").reset_index().compute(
        ).sort_values("o_orderpriority")


def q05(t):
    o = t.orders
    orders = o[(o.o_orderdate >= D("1994-01-01")) & (o.o_orderdate < D("1995-01-01"))]
    orders = orders.merge(t.customer[["c_custkey", "c_nationkey"]], left_on="o_custkey",
                          right_on="c_custkey")
    l = t.lineitem.merge(orders[["o_orderkey", "c_nationkey"]], left_on="l_orderkey",
                         right_on="o_orderkey")
    l = l.merge(suppliers_of(t, "ASIA"), left_on=["l_suppkey", "c_nationkey"],
                right_on=["s_suppkey", "s_nationkey"])
    l = l.assign(revenue=l.l_extendedprice * (1 - l.l_discount))
    return l.groupby("n_name").revenue.sum().reset_index().compute().sort_values(
        "revenue", ascending=False)


def q06(t):
    l = t.lineitem
    l = l[(l.l_shipdate >= D("1994-01-01")) & (l.l_shipdate < D("1995-01-01"))
          & (l.l_discount >= 0.05) & (l.l_discount <= 0.07) & (l.l_quantity < 24)]
    return pd.DataFrame({"revenue": [(l.l_extendedprice * l.l_discount).sum().compute()]})


def q07(t):
    nation = t.nation[t.nation.n_name.isin(["FRANCE", "GERMANY"])][["n_nationkey", "n_name"]]
    supplier = t.supplier.merge(nation, left_on="s_nationkey", right_on="n_nationkey").rename(
        columns={"n_name": "supp_nation"})[["s_suppkey", "supp_nation"]]
    customer = t.customer.merge(nation, left_on="c_nationkey", right_on="n_nationkey").rename(
        columns={"n_name": "cust_nation"})[["c_custkey", "cust_nation"]]
    orders = t.orders.merge(customer, left_on="o_custkey", right_on="c_custkey")
    l = t.lineitem
    l = l[(l.l_shipdate >= D("1995-01-01")) & (l.l_shipdate <= D("1996-12-31"))]
    l = l.merge(supplier, left_on="l_suppkey", right_on="s_suppkey")
    l = l.merge(orders[["o_orderkey", "cust_nation"]], left_on="l_orderkey", right_on="o_orderkey")
    l = l[l.supp_nation != l.cust_nation]
    l = l.assign(l_year=l.l_shipdate.dt.year, volume=l.l_extendedprice * (1 - l.l_discount))
    keys = ["supp_nation", "cust_nation", "l_year"]
    return l.groupby(keys).volume.sum().reset_index().compute().sort_values(keys)


def q08(t):
    nation = t.nation.merge(t.region[t.region.r_name == "AMERICA"], left_on="n_regionkey",
                            right_on="r_regionkey")[["n_nationkey"]]
    customer = t.customer.merge(nation, left_on="c_nationkey", right_on="n_nationkey")
    o = t.orders
    orders = o[(o.o_orderdate >= D("1995-01-01")) & (o.o_orderdate <= D("1996-12-31"))]
    orders = orders.merge(customer[["c_custkey"]], left_on="o_custkey", right_on="c_custkey")
    part = t.part[t.part.p_type == "ECONOMY ANODIZED STEEL"][["p_partkey"]]
    l = t.lineitem.merge(part, left_on="l_partkey", right_on="p_partkey")
    l = l.merge(orders[["o_orderkey", "o_orderdate"]], left_on="l_orderkey", right_on="o_orderkey")
    supplier = t.supplier.merge(t.nation, left_on="s_nationkey", right_on="n_nationkey")
    l = l.merge(supplier[["s_suppkey", "n_name"]], left_on="l_suppkey", right_on="s_suppkey")
    l = l.assign(o_year=l.o_orderdate.dt.year, volume=l.l_extendedprice * (1 - l.l_discount))
    l = l.assign(brazil=l.volume.where(l.n_name == "BRAZIL", 0.0))
    sums = l.groupby("o_year")[["volume", "brazil"]].sum().compute().reset_index()
    sums["mkt_share"] = sums.brazil / sums.volume
    return sums.sort_values("o_year")[["o_year", "mkt_share"]]


def q09(t):
    part = t.part[t.part.p_name.str.contains("green")][["p_partkey"]]
    l = t.lineitem.merge(part, left_on="l_partkey", right_on="p_partkey")
    l = l.merge(t.partsupp[["ps_partkey", "ps_suppkey", "ps_supplycost"]],
                left_on=["l_partkey", "l_suppkey"], right_on=["ps_partkey", "ps_suppkey"])
    supplier = t.supplier.merge(t.nation, left_on="s_nationkey", right_on="n_nationkey")
    l = l.merge(supplier[["s_suppkey", "n_name"]], left_on="l_suppkey", right_on="s_suppkey")
    l = l.merge(t.orders[["o_orderkey", "o_orderdate"]], left_on="l_orderkey",
                right_on="o_orderkey")
    l = l.assign(o_year=l.o_orderdate.dt.year, amount=l.l_extendedprice * (1 - l.l_discount)
                 - l.ps_supplycost * l.l_quantity)
    return l.groupby(["n_name", "o_year"]).amount.sum().reset_index().compute().sort_values(
        ["n_name", "o_year"], ascending=[True, False])


def q10(t):
    o = t.orders
    orders = o[(o.o_orderdate >= D("1993-10-01")) & (o.o_orderdate < D("1994-01-01"))]
    l = t.lineitem[t.lineitem.l_returnflag == "R"]
    l = l.merge(orders[["o_orderkey", "o_custkey"]], left_on="l_orderkey", right_on="o_orderkey")
    l = l.assign(revenue=l.l_extendedprice * (1 - l.l_discount))
    sums = l.groupby("o_custkey").revenue.sum().reset_index()
    customer = t.customer.merge(t.nation, left_on="c_nationkey", right_on="n_nationkey")
    answer = sums.merge(customer, left_on="o_custkey", right_on="c_custkey").compute()
    return answer.sort_values("revenue", ascending=False).head(20)[
        ["c_custkey", "c_name", "revenue", "c_acctbal", "n_name", "c_address", "c_phone",
         "c_comment"]]


def q11(t):
    nation = t.nation[t.nation.n_name == "GERMANY"][["n_nationkey"]]
    supplier = t.supplier.merge(nation, left_on="s_nationkey", right_on="n_nationkey")
    offers = t.partsupp.merge(supplier[["s_suppkey"]], left_on="ps_suppkey", right_on="s_suppkey")
    offers = offers.assign(value=offers.ps_supplycost * offers.ps_availqty)
    sums = offers.groupby("ps_partkey").value.sum().reset_index().compute()
    sums = sums[sums.value > sums.value.sum() * 0.0001]
    return sums.sort_values("value", ascending=False)


def q12(t):
    l = t.lineitem
    l = l[l.l_shipmode.isin(["MAIL", "SHIP"]) & (l.l_commitdate < l.l_receiptdate)
          & (l.l_shipdate < l.l_commitdate) & (l.l_receiptdate >= D("1994-01-01"))
          & (l.l_receiptdate < D("1995-01-01"))]
    l = l.merge(t.orders[["o_orderkey", "o_orderpriority"]], left_on="l_orderkey",
                right_on="o_orderkey")
    high = l.o_orderpriority.isin(["1-URGENT", "2-HIGH"])
    l = l.assign(high=high.astype("int64"), low=(~high).astype("int64"))
    return l.groupby("l_shipmode")[["high", "low"]].sum().reset_index().compute().sort_values(
        "l_shipmode")


def q13(t):
    orders = t.orders[~t.orders.o_comment.str.contains("special.*requests")]
    both = t.customer[["c_custkey"]].merge(orders[["o_orderkey", "o_custkey"]], how="left",
                                           left_on="c_custkey", right_on="o_custkey")
    counts = both.groupby("c_custkey").o_orderkey.count().rename("c_count").reset_index()
    answer = counts.groupby("c_count").size().rename("custdist").reset_index().compute()
    return answer.sort_values(["custdist", "c_count"], ascending=False)


def q14(t):
    l = t.lineitem
    l = l[(l.l_shipdate >= D("1995-09-01")) & (l.l_shipdate < D("1995-10-01"))]
    l = l.merge(t.part[["p_partkey", "p_type"]], left_on="l_partkey", right_on="p_partkey")
    l = l.assign(volume=l.l_extendedprice * (1 - l.l_discount))
    l = l.assign(promo=l.volume.where(l.p_type.str.startswith("PROMO"), 0.0))
    sums = l[["volume", "promo"]].sum().compute()
    return pd.DataFrame({"promo_revenue": [100 * sums.promo / sums.volume]})


def q15(t):
    l = t.lineitem
    l = l[(l.l_shipdate >= D("1996-01-01")) & (l.l_shipdate < D("1996-04-01"))]
    l = l.assign(total_revenue=l.l_extendedprice * (1 - l.l_discount))
    sums = l.groupby("l_suppkey").total_revenue.sum().reset_index().compute()
    best = sums[sums.total_revenue >= sums.total_revenue.max() * (1 - 1e-12)]
    answer = best.merge(t.supplier.compute(), left_on="l_suppkey", right_on="s_suppkey")
    return answer.sort_values("s_suppkey")[
        ["s_suppkey", "s_name", "s_address", "s_phone", "total_revenue"]]


def q16(t):
    p = t.part
    part = p[(p.p_brand != "Brand#45") & ~p.p_type.str.startswith("MEDIUM POLISHED")
             & p.p_size.isin([49, 14, 23, 45, 19, 3, 36, 9])]
    bad = t.supplier[t.supplier.s_comment.str.contains("Customer.*Complaints")].s_suppkey.compute()
    offers = t.partsupp[~t.partsupp.ps_suppkey.isin(list(bad))]
    offers = offers.merge(part[["p_partkey", "p_brand", "p_type", "p_size"]],
                          left_on="ps_partkey", right_on="p_partkey")
    keys = ["p_brand", "p_type", "p_size"]
    pairs = offers[keys + ["ps_suppkey"]].drop_duplicates()
    answer = pairs.groupby(keys).size().rename("supplier_cnt").reset_index().compute()
    return answer.sort_values(["supplier_cnt", *keys], ascending=[False, True, True, True])[
        keys + ["supplier_cnt"]]


def q17(t):
    p = t.part
    part = p[(p.p_brand == "Brand#23") & (p.p_container == "MED BOX")][["p_partkey"]]
    l = t.lineitem[["l_partkey", "l_quantity", "l_extendedprice"]].merge(
        part, left_on="l_partkey", right_on="p_partkey")
    means = l.groupby("l_partkey").l_quantity.mean().rename("mean").reset_index()
    l = l.merge(means, on="l_partkey")
    total = l[l.l_quantity < 0.2 * l["mean"]].l_extendedprice.sum().compute()
    return pd.DataFrame({"avg_yearly": [total / 7.0]})


def q18(t):
    sums = t.lineitem.groupby("l_orderkey").l_quantity.sum().rename("quantity").reset_index()
    large = sums[sums.quantity > 300]
    answer = large.merge(t.orders, left_on="l_orderkey", right_on="o_orderkey")
    answer = answer.merge(t.customer[["c_custkey", "c_name"]], left_on="o_custkey",
                          right_on="c_custkey").compute()
    return answer.sort_values(["o_totalprice", "o_orderdate"], ascending=[False, True]).head(100)[
        ["c_name", "c_custkey", "o_orderkey", "o_orderdate", "o_totalprice", "quantity"]]


def q19(t):
    l = t.lineitem
    l = l[(l.l_shipinstruct == "DELIVER IN PERSON") & l.l_shipmode.isin(["AIR", "AIR REG"])]
    l = l.merge(t.part, left_on="l_partkey", right_on="p_partkey")
    meets = None
    for brand, size, kind, least in [("Brand#12", 5, "SM", 1), ("Brand#23", 10, "MED", 10),
                                     ("Brand#34", 15, "LG", 20)]:
        containers = {"SM": ["CASE", "BOX", "PACK", "PKG"], "MED": ["BAG", "BOX", "PKG", "PACK"],
                      "LG": ["CASE", "BOX", "PACK", "PKG"]}[kind]
        one = ((l.p_brand == brand) & (l.p_size >= 1) & (l.p_size <= size)
               & l.p_container.isin([f"{kind} {c}" for c in containers])
               & (l.l_quantity >= least) & (l.l_quantity <= least + 10))
        meets = one if meets is None else meets | one
    l = l[meets]
    return pd.DataFrame({"revenue": [(l.l_extendedprice * (1 - l.l_discount)).sum().compute()]})


def q20(t):
    part = t.part[t.part.p_name.str.startswith("forest")][["p_partkey"]]
    l = t.lineitem
    l = l[(l.l_shipdate >= D("1994-01-01")) & (l.l_shipdate < D("1995-01-01"))]
    l = l.merge(part, left_on="l_partkey", right_on="p_partkey")
    sums = l.groupby(["l_partkey", "l_suppkey"]).l_quantity.sum().rename("quantity").reset_index()
    offers = t.partsupp.merge(sums, left_on=["ps_partkey", "ps_suppkey"],
                              right_on=["l_partkey", "l_suppkey"])
    keys = offers[offers.ps_availqty > 0.5 * offers.quantity][["ps_suppkey"]].drop_duplicates()
    nation = t.nation[t.nation.n_name == "CANADA"][["n_nationkey"]]
    supplier = t.supplier.merge(nation, left_on="s_nationkey", right_on="n_nationkey")
    answer = supplier.merge(keys, left_on="s_suppkey", right_on="ps_suppkey").compute()
    return answer.sort_values("s_name")[["s_name", "s_address"]]


def q21(t):
    l = t.lineitem[["l_orderkey", "l_suppkey", "l_receiptdate", "l_commitdate"]]
    late = l[l.l_receiptdate > l.l_commitdate]
    of_order = l.groupby("l_orderkey").l_suppkey.agg(["min", "max"]).reset_index()
    of_late = late.groupby("l_orderkey").l_suppkey.agg(["min", "max"]).reset_index()
    orders = t.orders[t.orders.o_orderstatus == "F"][["o_orderkey"]]
    found = of_late[of_late["min"] == of_late["max"]][["l_orderkey"]]
    found = found.merge(of_order[of_order["min"] != of_order["max"]][["l_orderkey"]],
                        on="l_orderkey")
    found = found.merge(orders, left_on="l_orderkey", right_on="o_orderkey")
    late = late.merge(found[["l_orderkey"]], on="l_orderkey")
    nation = t.nation[t.nation.n_name == "SAUDI ARABIA"][["n_nationkey"]]
    supplier = t.supplier.merge(nation, left_on="s_nationkey", right_on="n_nationkey")
    late = late.merge(supplier[["s_suppkey", "s_name"]], left_on="l_suppkey", right_on="s_suppkey")
    answer = late.groupby("s_name").size().rename("numwait").reset_index().compute()
    return answer.sort_values(["numwait", "s_name"], ascending=[False, True]).head(100)


def q22(t):
    c = t.customer
    c = c.assign(code=c.c_phone.str.slice(0, 2))
    c = c[c.code.isin(["13", "31", "23", "29", "30", "18", "17"])]
    mean = c[c.c_acctbal > 0].c_acctbal.mean().compute()
    c = c[c.c_acctbal > mean].merge(t.orders[["o_custkey"]].drop_duplicates(), how="left",
                                    left_on="c_custkey", right_on="o_custkey")
    c = c[c.o_custkey.isna()]
    answer = c.groupby("code").c_acctbal.agg(["count", "sum"]).reset_index().compute()
    return answer.sort_values("code")
