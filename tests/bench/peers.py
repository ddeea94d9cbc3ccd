"""The same work as programs for DuckDB, Polars and ClickHouse: each the fastest of the ways we tried.

Each is the text of a whole Python process; FILE and OUT are put in. Polars compares dates as text
where that gives the same answer, which saves it the parsing.
"""

DUCKDB = """
import duckdb
c = duckdb.connect()
c.execute("set threads = THREADS")
c.execute("set enable_progress_bar = false")
"""
POLARS = """
import polars as pl
"""


def duckdb(sql: str) -> str:
    return DUCKDB + f'for row in c.execute("""{sql}""").fetchall():\n    print(*row, sep=",")\n'


def polars(frame: str, read: str = 'pl.scan_csv("FILE")') -> str:
    return (POLARS + f"t = {read}\nfor row in {frame}.collect(engine='streaming').rows():\n"
            "    print(*row, sep=',')\n")


def clickhouse(sql: str) -> str:
    return f'import chdb\nchdb.query("""{sql} settings max_threads = THREADS""")\n'


SUM = {
    "duckdb": duckdb("select sum(l_quantity) from read_csv('FILE')"),
    "polars": polars("t.select(pl.col('l_quantity').sum())"),
}

FILTER = {
    "duckdb": DUCKDB + '''c.execute("""copy (
  select l_orderkey, l_extendedprice, l_shipdate from read_csv('FILE')
  where l_shipdate <= date '1994-12-31' and l_quantity < 24) to 'OUT' (header)""")''',
    "polars": POLARS + '''(pl.scan_csv("FILE")
  .filter((pl.col("l_shipdate") <= "1994-12-31") & (pl.col("l_quantity") < 24))
  .select("l_orderkey", "l_extendedprice", "l_shipdate").sink_csv("OUT"))''',
}

Q1 = {
    "duckdb": duckdb("""select l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice),
  sum(l_extendedprice * (1 - l_discount)), sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)),
  avg(l_quantity), avg(l_extendedprice), avg(l_discount), count(*)
  from read_csv('FILE') where l_shipdate <= date '1998-09-02' group by all order by all"""),
    "polars": polars("""(t.filter(pl.col("l_shipdate") <= "1998-09-02")
  .with_columns((pl.col("l_extendedprice") * (1 - pl.col("l_discount"))).alias("d"))
  .group_by("l_returnflag", "l_linestatus")
  .agg(pl.sum("l_quantity").alias("a"), pl.sum("l_extendedprice").alias("b"),
       pl.sum("d").alias("c"), (pl.col("d") * (1 + pl.col("l_tax"))).sum().alias("e"),
       pl.mean("l_quantity").alias("f"), pl.mean("l_extendedprice").alias("g"),
       pl.mean("l_discount").alias("h"), pl.len().alias("i"))
  .sort("l_returnflag", "l_linestatus"))"""),
}

Q6 = {
    "duckdb": duckdb("""select sum(l_extendedprice * l_discount) from read_csv('FILE')
  where l_shipdate >= date '1994-01-01' and l_shipdate < date '1995-01-01'
  and l_discount between 0.05 and 0.07 and l_quantity < 24"""),
    "polars": polars("""t.filter((pl.col("l_shipdate") >= "1994-01-01")
  & (pl.col("l_shipdate") < "1995-01-01") & pl.col("l_discount").is_between(0.05, 0.07)
  & (pl.col("l_quantity") < 24))
  .select((pl.col("l_extendedprice") * pl.col("l_discount")).sum())""".replace("\n", " ")),
}

COLUMNS = """l_orderkey l_partkey l_suppkey l_linenumber l_quantity l_extendedprice l_discount l_tax
l_returnflag l_linestatus l_shipdate l_commitdate l_receiptdate l_shipinstruct l_shipmode
l_comment""".split()

# DuckDB converts a column that is counted; making a table of it took twice as long. For Polars
# reading the whole frame took less than counting it in a stream.
TYPED = {
    "duckdb": duckdb(f"select {', '.join(f'count({c})' for c in COLUMNS)} from read_csv('FILE')"),
    "polars": POLARS + "t = pl.read_csv('FILE', try_parse_dates=True)\n"
              "print(*t.count().row(0), sep=',')\n",
}

# Polars' expressions for the aggregates below.
POLARS_CALLS = {"sum": "pl.sum('{}')", "avg": "pl.mean('{}')", "count": "pl.len()"}


def group_by(keys: str, aggregates: str, over: str) -> dict[str, str]:
    """One aggregation after the other; the lists as pagg has them."""
    def calls(text: str) -> str:
        items = []
        for number, item in enumerate(text.split(", ")):
            call, _, name = item.partition(" as ")
            function, _, argument = call.rstrip(")").partition("(")
            items.append(POLARS_CALLS[function].format(argument)
                         + f".alias('{name or f'x{number}'}')")
        return ", ".join(items)
    names = ", ".join(f"'{key}'" for key in keys.split(","))
    return {
        "duckdb": duckdb(f"select {over} from "
                         f"(select {aggregates} from read_csv('FILE') group by {keys})"),
        "polars": polars(f"t.group_by({names}).agg({calls(aggregates)}).select({calls(over)})"),
    }


def window(call: str, over: str, frame: str, expression: str) -> dict[str, str]:
    """A call over a window of id6 or of all rows; `expression` is the same for Polars."""
    partition = "partition by id6 " if over == "id6" else ""
    by = ("id6", ".over('id6', order_by='v3')") if over == "id6" else (None, "")
    rows = "t.select('id6', 'v1', 'v3')" + ("" if by[0] else ".sort('v3')")
    return {
        "duckdb": duckdb(f"select count(*), min(n), max(n), round(avg(n), 3) from (select {call} "
                         f"over ({partition}order by v3 {frame}) as n from read_csv('FILE'))"),
        "polars": polars(f"{rows}.select(({expression}){by[1]}.alias('n')).select(pl.len(), "
                         "pl.col('n').min(), pl.col('n').max().alias('m'), "
                         "pl.col('n').mean().round(3).alias('a'))"),
    }


TOP_BY_GROUP = {
    "duckdb": duckdb("""select count(*), sum(v1), round(avg(v3), 3) from (select v1, v3 from
  read_csv('FILE') qualify row_number() over (partition by id6 order by v3 desc) <= 3)"""),
    "polars": polars("""(t.select("id6", "v1", "v3").group_by("id6")
  .agg(pl.col("v1", "v3").top_k_by("v3", 3)).explode("v1", "v3")
  .select(pl.len(), pl.col("v1").sum(), pl.col("v3").mean().round(3)))"""),
}


JOIN = {
    "duckdb": duckdb("""select o_orderpriority, sum(l_extendedprice) from read_csv('FILE') l
  join read_csv('ORDERS') o on l_orderkey = o_orderkey group by all order by all"""),
    "polars": polars("""(t.select("l_orderkey", "l_extendedprice")
  .join(pl.scan_csv("ORDERS").select("o_orderkey", "o_orderpriority"),
        left_on="l_orderkey", right_on="o_orderkey")
  .group_by("o_orderpriority").agg(pl.sum("l_extendedprice")).sort("o_orderpriority"))"""),
}


def distinct(columns: str) -> dict[str, str]:
    names = ", ".join(f"'{column}'" for column in columns.split(","))
    return {
        "duckdb": duckdb(f"select count(*) from (select distinct {columns} from read_csv('FILE'))"),
        "polars": polars(f"t.select({names}).unique().select(pl.len())"),
    }


# Polars finds exact quartiles and has neither distinct nor frequent values in it.
SUMMARY = {
    "duckdb": duckdb("summarize select * from read_csv('FILE')"),
    "polars": POLARS + "t = pl.scan_csv('FILE')\nprint(t.describe())\n",
}

NDJSON = {
    "duckdb": duckdb("""select l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice),
  count(*) from read_json('FILE', format = 'newline_delimited') group by all order by all"""),
    "polars": polars("""(t.group_by("l_returnflag", "l_linestatus")
  .agg(pl.sum("l_quantity"), pl.sum("l_extendedprice"), pl.len().alias("n"))
  .sort("l_returnflag", "l_linestatus"))""", 'pl.scan_ndjson("FILE")'),
}

SORT_LINES = {
    "duckdb": DUCKDB + '''c.execute("""copy (
  select * from read_csv('FILE', header = false, delim = E'\\x01', quote = '', escape = '',
                         columns = {'line': 'varchar'}) order by line)
  to 'OUT' (header false, quote '', delim E'\\x01')""")''',
    "clickhouse": clickhouse("""select line from file('FILE', 'LineAsString', 'line String')
  order by line into outfile 'OUT' truncate format TSVRaw"""),
}

SORT_TYPED = {
    "duckdb": DUCKDB + '''c.execute("""copy (select * from read_csv('FILE')
  order by l_shipdate, l_extendedprice desc) to 'OUT' (header)""")''',
}

WORDS = {
    "duckdb": duckdb("""select w, count(*) as n from (
  select unnest(string_split(line, ' ')) as w
  from read_csv('FILE', header = false, delim = E'\\x01', quote = '', escape = '',
                columns = {'line': 'varchar'}))
  group by w order by n desc, w limit 100"""),
    "clickhouse": """import chdb
print(chdb.query("select w, count() as n from (select arrayJoin(splitByChar(' ', line)) as w "
                 "from file('FILE', 'LineAsString', 'line String')) group by w "
                 "order by n desc, w limit 100 settings max_threads = THREADS", "TSV")
      .data().replace("\\t", ",").replace('"', ""), end="")
""",
}
