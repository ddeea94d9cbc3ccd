"""Rows of the bench for TPC-H: the queries of examples/tpch under pflow -n 2, beside DuckDB's SQL.

From CSV both read the same files; of binary formats ours is Arrow files, DuckDB's Parquet.
"""
import math
import pathlib

from rows import Row, programs

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


def duckdb(query: str, reader: str) -> str:
    return DUCKDB.format(tables=TABLES, reader=reader, sql=HERE / "tpch" / f"{query}.sql")


def query_row(query: str, kind: str, reader: str, limit: float) -> Row:
    flow = ["env", f"TPCH=DATA/tpch-{kind}", "pflow", "-n", "2", "-f", str(QUERIES / f"{query}.sh")]
    return Row(f"TPC-H {query} from {kind}", [flow], programs({"duckdb": duckdb(query, reader)}),
               {"duckdb": limit}, group=(f"TPC-H from {kind}", 0.4 if kind == "csv" else 1.0))


ROWS = [query_row(f"q{n:02}", kind, reader, limit)
        for kind, reader, limit in [
            ("csv", "read_csv('DATA/tpch-csv/{table}.csv')", 0.8),
            # There is a target for their mean alone.
            ("arrow", "read_parquet('DATA/tpch-parquet/{table}.parquet')", math.inf)]
        for n in range(1, 23)]
