"""Rows of the bench for TPC-H: the queries of examples/tpch under pflow -n 2, beside DuckDB's SQL.

From CSV and from Parquet with decimals both read the same files; beside our Arrow files DuckDB
has Parquet.
"""
import math
import pathlib

from rows import MIB, ONE_CORE, Row, programs

HERE = pathlib.Path(__file__).parent
QUERIES = HERE.parent.parent / "examples/tpch"
TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]

# A query that one answers in floats may differ in its last digits: agree.py allows that.
DUCKDB = """
import csv, sys
import duckdb
c = duckdb.connect()
c.execute("set threads = THREADS")
c.execute("set enable_progress_bar = false")
for table in {tables}:
    c.execute(f"create view {{table}} as select * from {reader}")
out = csv.writer(sys.stdout, lineterminator="\\n")
for row in c.execute(open("{sql}").read()).fetchall():
    out.writerow(row)
"""

# Of a kind of file, the limit for the geometric mean over the queries.
MEANS = {"csv": 0.4, "arrow": 1.0, "decimals": 0.7}


def duckdb(query: str, reader: str) -> str:
    return DUCKDB.format(tables=TABLES, reader=reader, sql=HERE / "tpch" / f"{query}.sql")


def flow(query: str, folder: str, workers: int) -> list[str]:
    return ["env", f"TPCH=DATA/{folder}", "pflow", "--log", "LOG", "-n", str(workers), "-f",
            str(QUERIES / f"{query}.sh")]


def query_row(query: str, kind: str, reader: str, limit: float) -> Row:
    return Row(f"TPC-H {query} from {kind}", [flow(query, f"tpch-{kind}", 2)],
               programs({"duckdb": duckdb(query, reader)}), {"duckdb": limit}, memory=1536 * MIB,
               group=(f"TPC-H from {kind}", MEANS[kind]))


def scaling_row(query: str, what: str, folder: str, limit: float) -> Row:
    """Two workers beside one on one core, which has the tables of `folder`."""
    return Row(f"TPC-H {query}, {what}", [flow(query, "tpch-csv", 2)],
               {"-n 1, one core": [ONE_CORE + flow(query, folder, 1)]},
               {"-n 1, one core": math.inf}, compare=False, group=(f"TPC-H {what}", limit))


CSV = "read_csv('DATA/tpch-csv/{table}.csv')"
PARQUET = "read_parquet('DATA/tpch-parquet/{table}.parquet')"
# The same with decimals, as ours has them: both read these files.
DECIMALS = "read_parquet('DATA/tpch-decimals/{table}.parquet')"

# From binary files there are targets for the mean, and for Q1 and Q6 of Parquet.
ROWS = [query_row(f"q{n:02}", kind, reader, 0.8 if kind == "csv" or n in few else math.inf)
        for kind, reader, few in [("csv", CSV, ()), ("arrow", PARQUET, ()),
                                  ("decimals", DECIMALS, (1, 6))]
        for n in range(1, 23)]

# The speed-up is at least 1.6, the scale-up at least 0.8: SF 0.5 on one worker, SF1 on two.
ROWS += [scaling_row(f"q{n:02}", what, folder, limit)
         for what, folder, limit in [("speed-up", "tpch-csv", 1 / 1.6),
                                     ("scale-up", "tpch-half", 1 / 0.8)]
         for n in range(1, 23)]
