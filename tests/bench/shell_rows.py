"""Rows of the bench beside the programs that people have at a shell, and the databases that they
would load a file into: mawk alone and under GNU parallel, Miller, datamash, sort and join of GNU,
SQLite, PostgreSQL. All get two cores; most use one.

No issue sets a target here; 1.0 says that ours is not slower.
"""
from flow_rows import pflow
from rows import Row

GROUP = """pscan -c l_returnflag,l_linestatus,l_quantity,l_extendedprice FILE |
 pagg -k l_returnflag,l_linestatus 'sum(l_quantity) as q, sum(l_extendedprice) as p,
 count(*)' -t csv"""
MAWK_GROUP = """mawk -F, 'FNR > 1 || !HEADER { k = $9 "," $10; q[k] += $5; p[k] += $6; ++n[k] }
 END { for (k in n) printf "%s,%.2f,%.2f,%d\\n", k, q[k], p[k], n[k] }'"""
MAWK_SUM = """mawk -F, '{ k = $1 "," $2; q[k] += $3; p[k] += $4; n[k] += $5 }
 END { for (k in n) printf "%s,%.2f,%.2f,%d\\n", k, q[k], p[k], n[k] }'"""
FILTER = """pscan -c l_orderkey,l_extendedprice,l_shipdate \\
 -w "l_shipdate <= '1994-12-31' and l_quantity < 24" FILE -t csv"""
MAWK_FILTER = """mawk -F, 'NR > 1 && $11 <= "1994-12-31" && $5 < 24 { print $1 "," $6 "," $11 }'"""
JOIN = """pscan -c l_orderkey,l_extendedprice FILE |
 pjoin -k l_orderkey=o_orderkey - <(pscan -c o_orderkey,o_orderpriority ORDERS) |
 pagg -k o_orderpriority 'sum(l_extendedprice)' -t csv"""
GNU_JOIN = """export LC_ALL=C
join -t, <(tail -n +2 FILE | cut -d, -f1,6 | sort -t, -k1,1 -S 2G --parallel=2) \\
 <(tail -n +2 ORDERS | cut -d, -f1,6 | sort -t, -k1,1 -S 2G --parallel=2) |
 mawk -F, '{ p[$3] += $2 } END { for (k in p) printf "%s,%.2f\\n", k, p[k] }'"""
SORT = "psort -k l_extendedprice:desc,l_orderkey,l_linenumber -n 1000 FILE -t csv"
GNU_SORT = """export LC_ALL=C
tail -n +2 FILE | sort -t, -k6,6gr -k1,1n -k4,4n -S 4G --parallel=2 | head -n 1000"""

LINEITEM = """l_orderkey int, l_partkey int, l_suppkey int, l_linenumber int,
 l_quantity numeric(15,2), l_extendedprice numeric(15,2), l_discount numeric(15,2),
 l_tax numeric(15,2), l_returnflag text, l_linestatus text, l_shipdate date, l_commitdate date,
 l_receiptdate date, l_shipinstruct text, l_shipmode text, l_comment text"""
ORDERS = """o_orderkey int, o_custkey int, o_orderstatus text, o_totalprice numeric(15,2),
 o_orderdate date, o_orderpriority text, o_clerk text, o_shippriority int, o_comment text"""

SUMS = ["stats1", "-a", "sum,count", "-f", "l_quantity,l_extendedprice", "-g",
        "l_returnflag,l_linestatus", "then", "cut", "-o", "-f",
        "l_returnflag,l_linestatus,l_quantity_sum,l_extendedprice_sum,l_quantity_count"]
SQL_GROUP = """select l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), count(*)
 from lineitem group by 1, 2"""
SQL_JOIN = """select o_orderpriority, sum(l_extendedprice) from lineitem
 join orders on l_orderkey = o_orderkey group by 1"""


def shell(text: str) -> list[list[str]]:
    return [["bash", "-c", "set -o pipefail; " + text]]


def miller(reading: str, verbs: list[str]) -> list[list[str]]:
    return [["mlr", reading, "--ocsv", "--headerless-csv-output", *verbs, "FILE"]]


def sqlite(sql: str, tables: dict[str, str]) -> list[list[str]]:
    """Loaded into memory; what is affine to a number there is summed as one."""
    imports = [word for table, (file, columns) in tables.items()
               for word in ["-cmd", f"create table {table} ({columns})",
                            "-cmd", f".import --csv --skip 1 {file} {table}"]]
    return [["sqlite3", *imports, "-csv", ":memory:", sql]]


def postgres(sql: str, tables: dict[str, str]) -> list[list[str]]:
    words = ["psql", "-h", "POSTGRES", "-U", "postgres", "-qAt", "-F", ",", "-v", "ON_ERROR_STOP=1"]
    for table, (file, columns) in tables.items():
        words += ["-c", f"create temp table {table} ({columns})",
                  "-c", f"\\copy {table} from '{file}' csv header"]
    return [[*words, "-c", sql]]


L = {"lineitem": ("FILE", LINEITEM)}
BOTH = {**L, "orders": ("ORDERS", ORDERS)}


def row(name: str, text: str, others: dict, **more) -> Row:
    return Row(f"{name}, pflow -n 2", [pflow(2, text)], others, dict.fromkeys(others, 1.0), **more)


ROWS = [
    row("group lineitem", GROUP, {
        "mawk": shell(MAWK_GROUP.replace("HEADER", "1") + " FILE"),
        "parallel mawk": shell("tail -n +2 FILE | parallel --will-cite -j2 --pipe --block 64M "
                               + f"-q {MAWK_GROUP.replace('HEADER', '0')} | {MAWK_SUM}"),
        "miller": miller("--icsv", SUMS),
        "datamash": shell("cut -d, -f5,6,9,10 FILE | LC_ALL=C datamash -t, --header-in -s "
                          "-g 3,4 sum 1 sum 2 count 1"),
        "sqlite": sqlite(SQL_GROUP, L),
        "postgresql": postgres(SQL_GROUP, L)}),
    row("filter lineitem to CSV", FILTER, {
        "mawk": shell(MAWK_FILTER + " FILE"),
        "miller": miller("--icsv", ["filter", '$l_shipdate <= "1994-12-31" && $l_quantity < 24',
                                    "then", "cut", "-o", "-f",
                                    "l_orderkey,l_extendedprice,l_shipdate"])}),
    row("group NDJSON", GROUP, {"miller": miller("--ijsonl", SUMS)}, file="lineitem.ndjson"),
    row("join lineitem, orders", JOIN, {
        "sort and join": shell(GNU_JOIN),
        "sqlite": sqlite(SQL_JOIN, BOTH),
        "postgresql": postgres(SQL_JOIN, BOTH)}),
    row("the thousand dearest of lineitem", SORT, {"sort": shell(GNU_SORT)}, compare=False),
]
