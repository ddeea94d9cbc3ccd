"""clusters.py --data DIR --rounds N [QUERY…]: TPC-H beside Dask and PySpark, local clusters on 2 cores.

They run as long as this does and have seen each query once before it is timed: theirs is the time of
the query alone, ours that of a whole `pflow -n 2`. Prints a row of Markdown for each query and peer,
and one for the geometric mean of each peer. Run by run.py in a process of its own.
"""
import argparse
import csv
import io
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time
import types

TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]
HERE = pathlib.Path(__file__).parent
QUERIES = HERE.parent.parent / "examples/tpch"
LIMITS = {"dask": 0.3, "pyspark": 0.2}
# One sums floats, the other rounds the quotients of decimals to six digits.
TOLERANCE = 1e-5
SETTLE_SECONDS = 1.0


class Dask:
    def __init__(self, data: pathlib.Path):
        import dask
        import dask.dataframe
        import distributed
        sys.path.insert(0, str(HERE / "tpch"))
        import dask_queries
        dask.config.set({"distributed.worker.memory.terminate": False})
        self.queries = dask_queries
        self.cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1,
                                                dashboard_address=None, memory_limit="8GiB")
        self.client = distributed.Client(self.cluster)
        folder = data / "tpch-floats"
        self.tables = types.SimpleNamespace(**{
            table: dask.dataframe.read_parquet(folder / f"{table}.parquet", split_row_groups=1)
            for table in TABLES})

    def answer(self, query: str) -> list[list]:
        frame = getattr(self.queries, query)(self.tables)
        return [list(row) for row in frame.itertuples(index=False)]


class Spark:
    def __init__(self, data: pathlib.Path):
        from pyspark.sql import SparkSession
        self.session = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
                        .config("spark.driver.memory", "8g")
                        .config("spark.ui.showConsoleProgress", "false")
                        .config("spark.sql.shuffle.partitions", "2")
                        .config("spark.log.level", "ERROR").getOrCreate())
        for table in TABLES:
            path = str(data / "tpch-parquet" / f"{table}.parquet")
            self.session.read.parquet(path).createOrReplaceTempView(table)

    def answer(self, query: str) -> list[list]:
        text = (HERE / "tpch" / f"{query}.sql").read_text()
        return [list(row) for row in self.session.sql(text).collect()]


class Ours:
    def __init__(self, data: pathlib.Path):
        self.environment = {**os.environ, "TPCH": str(data / "tpch-arrow")}

    def answer(self, query: str) -> list[list]:
        done = subprocess.run(["pflow", "-n", "2", "-f", QUERIES / f"{query}.sh"], check=True,
                              capture_output=True, text=True, env=self.environment)
        return list(csv.reader(io.StringIO(done.stdout)))[1:]


def make_floats(data: pathlib.Path) -> None:
    """The tables as Dask wants them: decimals are Python objects there, dates too."""
    import pyarrow
    import pyarrow.parquet
    folder = data / "tpch-floats"
    folder.mkdir(exist_ok=True)
    for table in TABLES:
        path = folder / f"{table}.parquet"
        if path.exists():
            continue
        rows = pyarrow.parquet.read_table(data / "tpch-parquet" / f"{table}.parquet")
        fields = []
        for field in rows.schema:
            kind = field.type
            if pyarrow.types.is_decimal(kind):
                kind = pyarrow.float64()
            if pyarrow.types.is_date(kind):
                kind = pyarrow.timestamp("us")
            fields.append(pyarrow.field(field.name, kind))
        pyarrow.parquet.write_table(rows.cast(pyarrow.schema(fields)), f"{path}.part",
                                    row_group_size=1_000_000)
        os.rename(f"{path}.part", path)


def same_value(ours: str, theirs) -> bool:
    if theirs is None or theirs != theirs:
        return ours == ""
    text = str(theirs)
    if ours == text or ours == text.removesuffix(" 00:00:00"):
        return True
    try:
        return math.isclose(float(ours), float(theirs), rel_tol=TOLERANCE)
    except (TypeError, ValueError):
        return False


def difference(ours: list[list], theirs: list[list]) -> str:
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, not {len(theirs)}"
    # Rows that are equal in the columns of the order may come in any order of theirs.
    for a, b in zip(ours, theirs):
        if len(a) != len(b) or not all(map(same_value, a, b)):
            return f"{a} is not {b}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("queries", nargs="*")
    options = parser.parse_args()
    data = options.data.resolve()
    make_floats(data)
    sides = {"ours": Ours(data), "dask": Dask(data), "pyspark": Spark(data)}
    short = 0
    ratios: dict[str, list[float]] = {peer: [] for peer in LIMITS}
    for query in options.queries or [f"q{n:02}" for n in range(1, 23)]:
        answers = {side: each.answer(query) for side, each in sides.items()}
        seconds: dict[str, list[float]] = {side: [] for side in sides}
        for _ in range(options.rounds):
            for side, each in sides.items():
                # What the others do after their answer (collecting garbage, dropping results) is
                # not to run into it: ours took up to four times as long at once after PySpark.
                time.sleep(SETTLE_SECONDS)
                start = time.perf_counter()
                each.answer(query)
                seconds[side].append(time.perf_counter() - start)
        medians = {side: statistics.median(times) for side, times in seconds.items()}
        for peer in LIMITS:
            if differs := difference(answers["ours"], answers[peer]):
                short += 1
                print(f"| TPC-H {query} from arrow | the answers differ from {peer}: {differs} |",
                      flush=True)
                continue
            ratio = medians["ours"] / medians[peer]
            ratios[peer].append(ratio)
            print(f"| TPC-H {query} from arrow | {medians['ours']:.2f} | | {peer} "
                  f"| {medians[peer]:.2f} | | {ratio:.2f} | | ok |", flush=True)
    for peer, limit in LIMITS.items():
        mean = statistics.geometric_mean(ratios[peer] or [math.inf])
        short += mean > limit
        print(f"| TPC-H from arrow beside {peer}, geometric mean of {len(ratios[peer])} | | | | | "
              f"| {mean:.2f} | {limit} | {'short' if mean > limit else 'ok'} |", flush=True)
    return short


if __name__ == "__main__":
    # The clusters' threads need not be waited for.
    status = main()
    sys.stdout.flush()
    os._exit(min(status, 125))
