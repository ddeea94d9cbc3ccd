"""Runs the bench and reports it as Markdown; scripts/bench makes what it needs and calls it."""
import argparse
import importlib.metadata
import math
import os
import pathlib
import platform
import statistics
import subprocess
import sys

import flow_rows
import measure
import records
import rows
import text_rows
import tpch_rows

MIB = 1 << 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--tools", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--report", type=pathlib.Path, default=pathlib.Path("build/bench.md"))
    parser.add_argument("rows", nargs="*")
    options = parser.parse_args()
    os.environ["PATH"] = f"{options.tools.resolve()}:{os.environ['PATH']}"

    wanted = [row for row in rows.ROWS + flow_rows.ROWS + text_rows.ROWS + tpch_rows.ROWS if matches(row.name, options.rows)]
    for name in {row.file for row in wanted}:
        prepare(options.data, name)
    if any(row.group for row in wanted):
        prepare_tpch(options.data)
    report = ["# Bench", "", *machine(), "",
              "| work | ours s | peak MiB | peer | peer s | peak MiB | ratio | target | |",
              "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    print("\n".join(report), flush=True)
    short = 0
    groups: dict[tuple[str, float], list[float]] = {}
    for row in wanted:
        lines, failed, ratio = bench_row(row, options)
        short += failed
        if row.group:
            groups.setdefault(row.group, []).append(ratio)
        report += lines
        print("\n".join(lines), flush=True)
    for (name, limit), ratios in groups.items():
        mean = statistics.geometric_mean(ratios)
        short += mean > limit
        report.append(f"| {name}, geometric mean of {len(ratios)} | | | | | | {mean:.2f} | {limit} "
                      f"| {'short' if mean > limit else 'ok'} |")
        print(report[-1], flush=True)
    if matches("start-up", options.rows):
        lines, failed = start_ups(options)
        short += failed
        report += lines
        print("\n".join(lines), flush=True)
    closing = f"\n{short} rows are short of their target."
    print(closing)
    options.report.write_text("\n".join(report) + closing + "\n")
    return bool(short)


def matches(name: str, wanted: list[str]) -> bool:
    return not wanted or any(word in name for word in wanted)


def prepare(data: pathlib.Path, name: str) -> None:
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
    if name == "lineitem8.arrow" and not path.exists():
        subprocess.run(["pscan", "-c", rows.EIGHT, data / "lineitem.csv", "-o", path], check=True)
    warm(path)


def warm(path: pathlib.Path) -> None:
    """Reads a file into the page cache, and no more than a piece of it into this process."""
    with open(path, "rb") as file:
        while file.read(MIB):
            pass


def prepare_tpch(data: pathlib.Path) -> None:
    """The eight tables in a folder for each format, as the queries want them."""
    folders = {kind: data / f"tpch-{kind}" for kind in ("csv", "arrow", "parquet")}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    for table in tpch_rows.TABLES:
        csv, arrow, parquet = (folders[kind] / f"{table}.{kind}" for kind in folders)
        if not csv.exists():
            csv.symlink_to((data / f"{table}.csv").resolve())
        if not arrow.exists():
            subprocess.run(["pscan", "--decimals", csv, "-o", arrow], check=True)
        if not parquet.exists():
            subprocess.run([sys.executable, "-c", f"""
import duckdb
duckdb.execute("set enable_progress_bar = false")
duckdb.execute("copy (from read_csv('{csv}')) to '{parquet}' (format parquet)")
"""], check=True)
        for path in (csv, arrow, parquet):
            warm(path)


def fill(stages: list[list[str]], options, row: rows.Row) -> list[list[str]]:
    """FILE and OUT put in; our own tools never get OUT, their output is redirected."""
    places = {"FILE": str(options.data / row.file), "OUT": str(options.data / "out.csv"),
              "THREADS": str(row.threads), "PYTHON": sys.executable,
              "ORDERS": str(options.data / "orders.csv"),
              "DATA": str(options.data.resolve()),
              "BENCH": str(pathlib.Path(__file__).parent)}

    def put(word: str) -> str:
        for name, value in places.items():
            word = word.replace(name, value)
        return word
    return [[put(word) for word in stage] for stage in stages]


def once(row: rows.Row, side: str, options) -> measure.Run:
    out = options.data / "out.csv"
    out.unlink(missing_ok=True)
    stages = fill(row.ours if side == "ours" else row.others[side], options, row)
    quiet = not row.compare
    redirect = str(out) if side == "ours" and row.writes else "/dev/null" if quiet else ""
    return measure.run(stages, {"POLARS_MAX_THREADS": str(row.threads)}, redirect)


def disagreement(row: rows.Row, options) -> str:
    """Empty when ours and all peers give the same rows; else who differs and how."""
    files = {}
    for side in ["ours", *row.others]:
        printed = once(row, side, options).output
        files[side] = options.data / f"answer-{side}"
        if row.writes:
            (options.data / "out.csv").rename(files[side])
        else:
            files[side].write_bytes(printed)
        if not row.exact and (row.writes or side == "ours"):  # a header, with the peer's names
            subprocess.run(["sed", "-i", "1d", files[side]], check=True)
    agree = ["cmp"] if row.exact else [sys.executable,
                                       pathlib.Path(__file__).with_name("agree.py")]
    for side in row.others:
        said = subprocess.run([*agree, files["ours"], files[side]], capture_output=True,
                              text=True, check=False)
        if said.returncode:
            return f"{side}: {said.stdout}{said.stderr[-300:]}".replace("\n", " ")
    return ""


def bench_row(row: rows.Row, options) -> tuple[list[str], bool, float]:
    """What is printed, whether it falls short, and the last ratio."""
    sides = ["ours", *row.others]
    if row.compare and (differs := disagreement(row, options)):
        return [f"| {row.name} | the answers differ from {differs} |"], True, math.inf
    runs = {side: [] for side in sides}
    for _ in range(options.rounds):
        for side in sides:
            runs[side].append(once(row, side, options))
    seconds = {side: statistics.median(run.seconds for run in runs[side]) for side in sides}
    peak = {side: max(run.peak_bytes for run in runs[side]) / MIB for side in sides}
    lines, failed = [], False
    for limit_name, limit in row.limits.items():
        peer = min(row.others, key=seconds.get) if limit_name == "fastest" else limit_name
        ratio = seconds["ours"] / seconds[peer]
        short = ratio > limit
        verdict = "short" if short else "ok"
        if row.memory and peak["ours"] * MIB > row.memory:
            verdict, short = f"short: over {row.memory // MIB} MiB", True
        failed |= short
        lines.append(f"| {row.name} | {seconds['ours']:.2f} | {peak['ours']:.0f} | {peer} "
                     f"| {seconds[peer]:.2f} | {peak[peer]:.0f} | {ratio:.2f} "
                     f"| {'' if limit == math.inf else limit} | {verdict} |")
    return lines, failed, ratio


def start_ups(options) -> tuple[list[str], bool]:
    file = options.data / "ten.csv"
    file.write_text("k,v\n" + "".join(f"k{n % 3},{n}\n" for n in range(10)))

    def command(words: list[str]) -> list[str]:
        return [word.replace("FILE", str(file)) for word in words]
    times = 20 * options.rounds
    measure.start_up(command(rows.MAWK), 20)
    lines, failed = [], False
    for tool, words in rows.START_UPS.items():
        ours, mawk = [], []
        for _ in range(3):
            ours.append(measure.start_up(command(words), times // 3))
            mawk.append(measure.start_up(command(rows.MAWK), times // 3))
        ratio = statistics.median(ours) / statistics.median(mawk)
        short = ratio > rows.START_UP_LIMIT
        failed |= short
        lines.append(f"| start-up of {tool} | {statistics.median(ours) * 1e3:.1f} ms | | mawk "
                     f"| {statistics.median(mawk) * 1e3:.1f} ms | | {ratio:.2f} "
                     f"| {rows.START_UP_LIMIT} | {'short' if short else 'ok'} |")
    return lines, failed


def first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    return (done.stdout + done.stderr).splitlines()[0]


def machine() -> list[str]:
    models = {line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
              if line.startswith("model name")}
    versions = {name: importlib.metadata.version(name) for name in ("duckdb", "polars", "chdb")}
    return [f"- cores: {len(os.sched_getaffinity(0))} of {os.cpu_count()}, "
            f"{' '.join(models) or platform.machine()}; kernel {platform.release()}",
            f"- ours: {first_line('pscan', '--version')}; {first_line('c++', '--version')}",
            f"- peers: DuckDB {versions['duckdb']}, Polars {versions['polars']}, "
            f"ClickHouse (chdb) {versions['chdb']}, "
            f"Python {platform.python_version()}, {first_line('mawk', '-W', 'version')}, "
            f"{first_line('wc', '--version')}",
            f"- load at the start: {' '.join(map(str, os.getloadavg()))}; a stage's peak counts at "
            f"least the driver's own {measure.own_peak() / MIB:.0f} MiB"]


if __name__ == "__main__":
    sys.exit(main())
