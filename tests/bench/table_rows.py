"""Rows of the bench on partitioned tables and on Parquet files."""
import peers
from rows import MIB, ONE_CORE, Row, programs

NUMBERS = """l_orderkey l_partkey l_suppkey l_linenumber l_quantity l_extendedprice l_discount
 l_tax""".split()
TEXTS = "l_returnflag l_linestatus l_shipinstruct l_shipmode l_comment".split()
# An aggregate of each column that no statistics of the file answer.
AGGREGATES = ", ".join([f"sum({name}) as {name}" for name in NUMBERS] +
                       [f"sum(length({name})) as {name}" for name in TEXTS] +
                       ["count(*) filter (where l_shipdate < l_commitdate) as early",
                        "count(*) filter (where l_receiptdate > l_commitdate) as late"])

# None of them synchronizes its files. The peers write what they have for partitions: files of CSV.
SIXTEEN = {
    "gawk": [["gawk", "-F", ",", "NR > 1 { print > (\"SPLIT/\" ($1 % 16) \".csv\") }", "FILE"]],
    **programs({
        "duckdb": peers.duckdb("copy (select *, l_orderkey % 16 as part from read_csv('FILE')) "
                               "to 'SPLIT' (format csv, partition_by (part))"),
        "duckdb, parquet": peers.duckdb(
            "copy (select *, l_orderkey % 16 as part from read_csv('FILE')) "
            "to 'SPLIT' (format parquet, partition_by (part))"),
        "clickhouse": peers.clickhouse(
            "insert into function file('SPLIT/{_partition_id}.csv', 'CSV') "
            "partition by l_orderkey % 16 select * from file('FILE', 'CSVWithNames')")}),
}


def write_row(name: str, options: list[str]) -> Row:
    return Row(f"hash-partition lineitem into 16, {name}",
               [["ppartition", "--no-sync", *options, "--hash", "-k", "l_orderkey", "-n", "16",
                 "-o", "SPLIT/table", "FILE"]],
               SIXTEEN, {"fastest": 0.4}, compare=False, memory=256 * MIB)


ROWS = [
    write_row("Arrow", []),
    write_row("Parquet", ["-t", "parquet"]),
    Row("one order of lineitem in 16 partitions, indexed",
        [["pscan", "-w", "l_orderkey = 1234567", "FILE", "-t", "csv"]],
        {"mawk": [["mawk", "", "/dev/null"]]}, {"mawk": 5.0}, file="lineitem-16", compare=False),
    Row("16 columns of Parquet on one core", [ONE_CORE + ["pagg", AGGREGATES, "FILE", "-t", "csv"]],
        programs({"duckdb": peers.duckdb(f"select {AGGREGATES} from read_parquet('FILE')")}),
        {"duckdb": 0.8}, file="tpch-decimals/lineitem.parquet", threads=1),
]
