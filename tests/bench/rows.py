"""The rows of the bench: the same work as a pipeline of ours and as programs of the peers."""
import dataclasses
import shlex

import peers

MIB = 1 << 20
ONE_CORE = ["taskset", "-c", "0"]
GNU_SORT = ["env", "LC_ALL=C", "sort", "--parallel=2"]
EIGHT = "l_orderkey,l_partkey,l_suppkey,l_linenumber,l_quantity,l_extendedprice,l_discount,l_tax"
SEVEN = "l_quantity,l_extendedprice,l_discount,l_tax,l_returnflag,l_linestatus,l_shipdate"


@dataclasses.dataclass
class Row:
    name: str
    ours: list[list[str]]            # the stages, each an argument list
    others: dict[str, list[list[str]]]
    limits: dict[str, float]         # at most this times a peer's time; "fastest" of all peers
    file: str = "lineitem.csv"
    threads: int = 2                 # what the peers may use
    writes: bool = False             # the answer is the file OUT; else what is printed
    compare: bool = True
    exact: bool = False              # the answers are the same bytes, else the same rows
    memory: int = 0                  # limit of all stages together, 0 for none
    group: tuple[str, float] | None = None  # rows with a limit for their ratios' geometric mean


def stages(text: str) -> list[list[str]]:
    return [shlex.split(stage) for stage in text.split(" | ")]


def programs(texts: dict[str, str]) -> dict[str, list[list[str]]]:
    return {name: [["PYTHON", "-c", text]] for name, text in texts.items()}


def group_by(question: str, keys: str, columns: str, aggregates: str, over: str,
             memory: str = "", limit: float = 0.7) -> Row:
    """A question of db-benchmark; what is printed is an aggregate `over` its answer."""
    return Row(f"group-by {question}, 1e7 rows" + (f", -S {memory}" if memory else ""),
               [["pscan", "-c", f"{keys},{columns}", "FILE"],
                ["pagg", "-k", keys, *(["-S", memory] if memory else []), aggregates],
                ["pagg", over, "-t", "csv"]],
               programs(peers.group_by(keys, aggregates, over)), {"fastest": limit},
               file="G1_1e7_1e2_0_0.csv")


def distinct(columns: str) -> Row:
    """How many different rows some columns of db-benchmark's table have."""
    return Row(f"distinct {columns}, 1e7 rows",
               [["pscan", "-c", columns, "FILE"], ["puniq"], ["pagg", "count(*)", "-t", "csv"]],
               programs(peers.distinct(columns)), {"fastest": 0.7}, file="G1_1e7_1e2_0_0.csv")


def window(name: str, call: str, over: str, expression: str, frame: str = "",
           memory: str = "", limit: float = 0.7) -> Row:
    """A window function over 1e5 partitions (id6) or over one.

    The scan names the columns that are needed, which the peers find out for themselves.
    """
    partition = "partition by id6 " if over == "id6" else ""
    columns = [column for column in ("id6", "v1", "v3")
               if column in f"{call} over ({partition}order by v3 {frame})"]
    return Row(f"window: {name} over {'1e5 partitions' if over == 'id6' else 'one'}, 1e7 rows"
               + (f", -S {memory}" if memory else ""),
               [["pscan", "-c", ",".join(columns), "FILE"],
                ["pagg", "--window", *(["-S", memory] if memory else []),
                 f"{call} over ({partition}order by v3 {frame}) as n"],
                ["pagg", "count(*), min(n) as least, max(n) as most, round(avg(n), 3) as mean",
                 "-t", "csv"]],
               programs(peers.window(call, over, frame, expression)), {"fastest": limit},
               file="G1_1e7_1e2_0_0.csv")


def split(key: str, field: int, name: str) -> Row:
    """A file for each value of a key, in the folder SPLIT, which is empty before each run."""
    return Row(f"split lineitem by {name}",
               [["ppartition", "--by", key, "-S", "256M", "-o", "SPLIT/{key}.csv", "FILE"]],
               {"gawk": [["gawk", "-F", ",", f"NR == 1 {{ head = $0; next }} "
                          f"{{ file = \"SPLIT/\" ${field} \".csv\" }} "
                          "!(file in seen) { seen[file]; print head > file } "
                          "{ print > file }", "FILE"]],
                **programs({"duckdb": peers.duckdb(
                    "copy (from read_csv('FILE')) to 'SPLIT' "
                    f"(format csv, partition_by ({key}))")})},
               {"fastest": 0.5}, compare=False, memory=(256 * 11 // 10 + 48) * MIB)


TEN_ROWS = "rows between 9 preceding and current row"
WINDOWS = [
    window(name, call, over, expression, frame)
    for over in ("id6", "all")
    for name, call, expression, frame in (
        ("row_number", "row_number()", "pl.int_range(1, pl.len() + 1)", ""),
        ("lag", "lag(v1)", "pl.col('v1').shift(1)", ""),
        ("running sum", "sum(v1)", "pl.col('v1').cum_sum()", "rows unbounded preceding"),
        ("moving average", "avg(v1)", "pl.col('v1').rolling_mean(10, min_samples=1)", TEN_ROWS))]

EVERY_ID = "id1,id2,id3,id4,id5,id6"

def join(memory: str = "") -> Row:
    """With process substitutions, as users write it: what these two read with is not in the peak."""
    line = (f"exec pjoin {f'-S {memory} ' if memory else ''}-k l_orderkey=o_orderkey "
            "<(pscan -c l_orderkey,l_extendedprice FILE) "
            "<(pscan -c o_orderkey,o_orderpriority ORDERS)")
    return Row("join lineitem, orders" + (f", -S {memory}" if memory else ""),
               [["bash", "-c", line],
                ["pagg", "-k", "o_orderpriority", "sum(l_extendedprice)"],
                ["psort", "-k", "o_orderpriority", "-t", "csv"]],
               programs(peers.JOIN), {"fastest": 0.7})


ROWS = [
    Row("sum of one column",
        stages("pscan -c l_quantity FILE | pagg 'sum(l_quantity)' -t csv"),
        programs(peers.SUM), {"fastest": 0.7}, memory=256 * MIB),
    Row("filter to CSV of 3 columns",
        [["pscan", "-c", "l_orderkey,l_extendedprice,l_shipdate",
          "-w", "l_shipdate <= '1994-12-31' and l_quantity < 24", "FILE", "-t", "csv"]],
        programs(peers.FILTER), {"fastest": 0.7}, writes=True, memory=256 * MIB),
    Row("TPC-H Q1 from CSV",
        [["pscan", "-c", SEVEN.replace(",l_shipdate", ""), "-w", "l_shipdate <= '1998-09-02'",
          "FILE"],
         ["pagg", "-k", "l_returnflag,l_linestatus",
          """sum(l_quantity) as q, sum(l_extendedprice) as p,
          sum(l_extendedprice * (1 - l_discount)) as d,
          sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as c,
          avg(l_quantity) as aq, avg(l_extendedprice) as ap, avg(l_discount) as ad, count(*)"""],
         ["psort", "-k", "l_returnflag,l_linestatus", "-t", "csv"]],
        programs(peers.Q1), {"fastest": 0.7}, memory=256 * MIB),
    Row("TPC-H Q6 from CSV",
        [["pscan", "-c", "l_extendedprice,l_discount", "-w",
          """l_shipdate >= '1994-01-01' and l_shipdate < '1995-01-01'
          and l_discount between 0.05 and 0.07 and l_quantity < 24""", "FILE"],
         ["pagg", "sum(l_extendedprice * l_discount)", "-t", "csv"]],
        programs(peers.Q6), {"fastest": 0.7}, memory=256 * MIB),
    Row("16 columns typed, one core", [ONE_CORE + ["pscan", "FILE"]],
        programs(peers.TYPED), {"fastest": 0.35}, threads=1, compare=False),
    Row("1 column of 16, one core", [ONE_CORE + ["pscan", "-c", "l_quantity", "FILE"]],
        {"wc -l": [["wc", "-l", "FILE"]]}, {"wc -l": 4.0}, compare=False),
    join(),
    join("128M"),
    Row("NDJSON group-by, 3e6 rows",
        stages("pscan -c l_returnflag,l_linestatus,l_quantity,l_extendedprice FILE | "
               "pagg -k l_returnflag,l_linestatus "
               "'sum(l_quantity) as q, sum(l_extendedprice) as p, count(*)' | "
               "psort -k l_returnflag,l_linestatus -t csv"),
        programs(peers.NDJSON), {"duckdb": 1.0, "polars": 0.6}, file="lineitem.ndjson"),
    group_by("q1", "id1", "v1", "sum(v1) as a", "count(*), sum(a)"),
    group_by("q3", "id3", "v1,v3", "sum(v1) as a, avg(v3) as b",
             "count(*), sum(a) as a, sum(b) as b"),
    group_by("q5", "id6", "v1,v2,v3", "sum(v1) as a, sum(v2) as b, sum(v3) as c",
             "count(*), sum(a) as a, sum(b) as b, sum(c) as c"),
    group_by("q10", EVERY_ID, "v3", "sum(v3) as a, count(*) as b",
             "count(*), sum(a) as a, sum(b) as b",
             limit=1.0),
    # Right, that is all; DuckDB and Polars take what memory they like.
    group_by("q10", EVERY_ID, "v3", "sum(v3) as a, count(*) as b",
             "count(*), sum(a) as a, sum(b) as b",
             memory="512M", limit=10.0),
    distinct("id6"),
    distinct("id3,id6"),
    distinct(EVERY_ID),
    Row("summary of 9 columns, 1e7 rows", [["psummary", "FILE", "-t", "csv"]],
        programs(peers.SUMMARY), {"fastest": 0.7}, file="G1_1e7_1e2_0_0.csv", compare=False),
    *WINDOWS,
    window("running sum", "sum(v1)", "all", "pl.col('v1').cum_sum()", "rows unbounded preceding",
           memory="64M", limit=10.0),
    Row("the first 3 of each of 1e5 groups, 1e7 rows",
        stages("pscan -c id6,v1,v3 FILE | psort -k v3:desc -n 3 --per id6 | "
               "pagg 'count(*), sum(v1) as s, round(avg(v3), 3) as m' -t csv"),
        programs(peers.TOP_BY_GROUP), {"fastest": 0.7}, file="G1_1e7_1e2_0_0.csv"),
    split("l_shipmode", 15, "ship mode, 7 files"),
    split("l_suppkey", 3, "supplier, 10,000 files"),
    Row("sort 1e7 lines of 100 bytes",
        [["psort", "-f", "lines", "-t", "lines", "FILE"]],
        {"sort": [GNU_SORT + ["-S", "4G", "FILE", "-o", "OUT"]],
         **programs(peers.SORT_LINES)}, {"sort": 0.3, "duckdb": 0.8, "clickhouse": 0.8},
        file="records.txt", writes=True, exact=True),
    Row("sort 1e7 lines of 100 bytes, 256 MB",
        [["psort", "-f", "lines", "-t", "lines", "-S", "256M", "FILE"]],
        {"sort": [GNU_SORT + ["-S", "256M", "FILE", "-o", "OUT"]]}, {"sort": 0.5},
        file="records.txt", writes=True, exact=True, memory=(256 * 11 // 10 + 48) * MIB),
    # Equal keys may come in any order there.
    Row("sort lineitem by date and price",
        [["psort", "-k", "l_shipdate,l_extendedprice:desc", "-t", "csv", "FILE"]],
        programs(peers.SORT_TYPED), {"duckdb": 1.0}, writes=True, compare=False),
    Row("7 columns through a pipe",
        [["pscan", "-c", SEVEN, "FILE"], ["cat"]],
        {"to /dev/null": [["pscan", "-c", SEVEN, "FILE"]]}, {"to /dev/null": 1.15}, compare=False),
    # Sums of floats do not depend on the order of rows; whole numbers are just added.
    Row("exact sum of floats, 7 groups",
        [["pagg", "-k", "l_linenumber", "sum(l_extendedprice)", "FILE"]],
        {"of int64": [["pagg", "-k", "l_linenumber", "sum(l_orderkey)", "FILE"]]},
        {"of int64": 2.0}, file="lineitem8.arrow", compare=False),
    # At least half of what the kernel moves.
    Row("exchange, 2 senders and 2 receivers, 8 columns",
        [["BENCH/exchange.sh", "FILE", "l_orderkey"]],
        {"raw AF_UNIX": [["PYTHON", "BENCH/raw_streams.py", "FILE"]]}, {"raw AF_UNIX": 2.0},
        file="lineitem8.arrow", compare=False),
    # Rows for the same host go through memory, whatever the transport.
    Row("exchange over tcp with keys, 2 senders and 2 receivers",
        [["BENCH/exchange.sh", "FILE", "l_orderkey", "keys"]],
        {"without keys": [["BENCH/exchange.sh", "FILE", "l_orderkey", "tcp"]]},
        {"without keys": 2.0}, file="lineitem8.arrow", compare=False),
    Row("rows over a link of 100 Mbit/s, compressed",
        [["BENCH/slow_link.sh", "FILE", "1000000", "zstd"]],
        {"uncompressed": [["BENCH/slow_link.sh", "FILE", "1000000", "none"]]},
        {"uncompressed": 0.5}, file="lineitem8.arrow", compare=False),
]

def on_one_core(row: Row) -> Row:
    """All sides on one core, with one thread."""
    def pinned(pipeline: list[list[str]]) -> list[list[str]]:
        return [ONE_CORE + stage for stage in pipeline]
    return dataclasses.replace(row, name=row.name + ", one core", ours=pinned(row.ours), threads=1,
                               others={side: pinned(row.others[side]) for side in row.others})


ROWS += [on_one_core(row) for row in ROWS if row.name.startswith(("TPC-H", "NDJSON"))]

# Start-up on ten rows, against mawk on the same file. pflow starts other programs; what that costs is
# a row of flow_rows.py.
MAWK = ["mawk", "-F,", "{ s += $2 } END { print s }", "FILE"]
START_UPS = {
    "pscan": ["pscan", "FILE", "-t", "csv"],
    "pfilter": ["pfilter", "v > 3", "FILE", "-t", "csv"],
    "pproject": ["pproject", "k, v + 1 as w", "FILE", "-t", "csv"],
    "pagg": ["pagg", "-k", "k", "sum(v)", "FILE", "-t", "csv"],
    "psort": ["psort", "-k", "v", "FILE", "-t", "csv"],
    "pjoin": ["pjoin", "-k", "k", "--type", "semi", "FILE", "FILE", "-t", "csv"],
    "phead": ["phead", "-n", "3", "FILE", "-t", "csv"],
    "puniq": ["puniq", "-k", "k", "FILE", "-t", "csv"],
    "psummary": ["psummary", "FILE", "-t", "csv"],
    "pmerge": ["pmerge", "FILE", "FILE", "-t", "csv"],
    "pprint": ["pprint", "FILE"],
    "pexchange": ["pexchange", "FILE", "-t", "csv"],
    "ppartition": ["ppartition", "--hash", "-k", "k", "-n", "2", "FILE", "/dev/null", "/dev/stdout",
                   "-t", "csv"],
}
START_UP_LIMIT = 2.6
START_UP_LIMITS = {"phead": 2.2}
