"""Makes the files that rows of the bench read, once, and has them in the page cache."""
import pathlib
import subprocess
import sys

import records
import rows
import tpch_rows

MIB = 1 << 20


def prepare_file(data: pathlib.Path, name: str) -> None:
    path = data / name
    if name.endswith(".ndjson") and not path.exists():
        # A process of its own: what imports DuckDB here would count as memory of every stage.
        subprocess.run([sys.executable, "-c", f"""
import duckdb
duckdb.execute("copy (from read_csv('{data}/lineitem.csv') limit 3000000) to '{path}.part' (format json)")
"""], check=True)
        path.with_suffix(".ndjson.part").rename(path)
    if name.startswith("G1_") and not path.exists():
        subprocess.run([sys.executable, pathlib.Path(__file__).with_name("groupby.py"), path],
                       check=True)
    if name == "words.txt" and not path.exists():
        subprocess.run([sys.executable, pathlib.Path(__file__).with_name("words.py"),
                        f"{path}.part"], check=True)
        path.with_suffix(".txt.part").rename(path)
    if name == "records.txt" and not path.exists():
        records.write_records(f"{path}.part", 10_000_000)
        path.with_suffix(".txt.part").rename(path)
    if name == "empty.csv":
        path.write_text("k,v\n")
    if name == "lineitem-16" and not path.exists():
        subprocess.run(["ppartition", "--hash", "-k", "l_orderkey", "-n", "16", "-o", path,
                        data / "lineitem.csv"], check=True)
        subprocess.run(["pindex", "-k", "l_orderkey", path], check=True)
    if name.startswith("tpch-decimals/"):
        prepare_tpch(data)
    if name == "lineitem8.arrow" and not path.exists():
        subprocess.run(["pscan", "-c", rows.EIGHT, data / "lineitem.csv", "-o", path], check=True)
    warm(path)


def warm(path: pathlib.Path) -> None:
    """Reads a file, or all of a folder, into the page cache, and no more than a piece of it into
    this process."""
    for file in [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]:
        with open(file, "rb") as bytes_of:
            while bytes_of.read(MIB):
                pass


# The columns that the specification has as decimal(15,2).
MONEY = {"lineitem": ["l_quantity", "l_extendedprice", "l_discount", "l_tax"],
         "orders": ["o_totalprice"], "part": ["p_retailprice"], "partsupp": ["ps_supplycost"],
         "customer": ["c_acctbal"], "supplier": ["s_acctbal"]}


def prepare_tpch(data: pathlib.Path) -> None:
    """The eight tables in a folder for each format, as the queries want them."""
    folders = {kind: data / f"tpch-{kind}" for kind in ("csv", "arrow", "parquet", "decimals")}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    for table in tpch_rows.TABLES:
        csv, arrow, parquet = (folders[kind] / f"{table}.{kind}"
                               for kind in ("csv", "arrow", "parquet"))
        decimals = folders["decimals"] / f"{table}.parquet"
        if not csv.exists():
            csv.symlink_to((data / f"{table}.csv").resolve())
        if not arrow.exists():
            subprocess.run(["pscan", "--decimals", csv, "-o", arrow], check=True)
        for path, money in [(parquet, []), (decimals, MONEY.get(table, []))]:
            if path.exists():
                continue
            subprocess.run([sys.executable, "-c", f"""
import duckdb
duckdb.execute("set enable_progress_bar = false")
types = {{name: "decimal(15,2)" for name in {money}}}
duckdb.execute(f"copy (from read_csv('{csv}', types = {{types}})) to '{path}' (format parquet)")
"""], check=True)
        for path in (csv, arrow, parquet, decimals):
            warm(path)


def prepare_half(data: pathlib.Path) -> None:
    """SF 0.5 as CSV."""
    folder = data / "tpch-half"
    folder.mkdir(exist_ok=True)
    for table in tpch_rows.TABLES:
        path = folder / f"{table}.csv"
        if not path.exists():
            tool = pathlib.Path(sys.executable).with_name("tpchgen-cli")
            subprocess.run([tool, "csv", "-s", "0.5", "--tables", table, "--output-dir",
                            folder / "making"], check=True, stdout=subprocess.DEVNULL)
            (folder / "making" / f"{table}.csv").rename(path)
        warm(path)


def prepare(data: pathlib.Path, wanted: list[rows.Row]) -> None:
    for name in {row.file for row in wanted}:
        prepare_file(data, name)
    if any(row.group for row in wanted):
        prepare_tpch(data)
    if any("tpch-half" in word for row in wanted for side in row.others.values()
           for stage in side for word in stage):
        prepare_half(data)
