"""Runs the bench and reports it as Markdown; scripts/bench makes what it needs and calls it."""
import argparse
import contextlib
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

import flow_rows
import measure
import memory_rows
import postgres
import prepare
import report
import rows
import shell_rows
import streaming_rows
import table_rows
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

    every = (rows.ROWS + flow_rows.ROWS + text_rows.ROWS + shell_rows.ROWS + streaming_rows.ROWS +
             tpch_rows.ROWS + table_rows.ROWS)
    wanted = [row for row in every if matches(row.name, options.rows)]
    prepare.prepare(options.data, wanted)
    bench = Bench(options)
    bench.tell(["# Bench", "", *report.machine(), "", *report.HEADER])
    with contextlib.ExitStack() as stack:
        if any("POSTGRES" in stage for row in wanted for side in row.others.values()
               for stage in side):
            options.postgres = stack.enter_context(postgres.server())
        for row in wanted:
            bench.add_row(row)
    bench.add_means(wanted)
    if matches("clusters", options.rows):
        bench.add_clusters()
    if matches("hosts", options.rows):
        bench.add_hosts()
    if matches("start-up", options.rows):
        bench.add_start_ups()
    if matches("memory", options.rows):
        bench.add_memory()
    bench.tell(["", f"{bench.short} rows are short of their target."])
    options.report.write_text("\n".join(bench.lines) + "\n")
    title = f"Penstock's time to that of its peers, {len(os.sched_getaffinity(0))} cores"
    options.report.with_suffix(".svg").write_text(report.plot(bench.ratios, title))
    return bool(bench.short)


def matches(name: str, wanted: list[str]) -> bool:
    return not wanted or any(word in name for word in wanted)


def fill(stages: list[list[str]], options, row: rows.Row) -> list[list[str]]:
    """FILE and OUT put in; our own tools never get OUT, their output is redirected."""
    places = {"FILE": str(options.data / row.file), "OUT": str(options.data / "out.csv"),
              "THREADS": str(row.threads), "PYTHON": sys.executable,
              "ORDERS": str(options.data / "orders.csv"),
              "SPLIT": str(options.data / "split"),
              "DATA": str(options.data.resolve()), "LOG": str(options.data / "flow.log"),
              "POSTGRES": getattr(options, "postgres", ""),
              "BENCH": str(pathlib.Path(__file__).parent)}

    def put(word: str) -> str:
        for name, value in places.items():
            word = word.replace(name, value)
        return word
    return [[put(word) for word in stage] for stage in stages]


def once(row: rows.Row, side: str, options) -> measure.Run:
    out = options.data / "out.csv"
    out.unlink(missing_ok=True)
    split = options.data / "split"
    shutil.rmtree(split, ignore_errors=True)
    split.mkdir()
    stages = fill(row.ours if side == "ours" else row.others[side], options, row)
    quiet = not row.compare
    redirect = str(out) if side == "ours" and row.writes else "/dev/null" if quiet else ""
    run = measure.run(stages, {"POLARS_MAX_THREADS": str(row.threads)}, redirect)
    log = options.data / "flow.log"
    if any(str(log) in stage for stage in stages):
        run.peak_bytes += peaks_of_flow(log)
    return run


def peaks_of_flow(log: pathlib.Path) -> int:
    """Of all processes of a flow added up: no more can have been held at a time."""
    events = (json.loads(line) for line in open(log, encoding="utf-8"))
    return sum(event["peak_bytes"] for event in events if event["event"] == "end")


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


class Bench:
    """What was found so far."""

    def __init__(self, options):
        self.options = options
        self.lines: list[str] = []
        self.ratios: list[report.Ratio] = []
        self.short = 0

    def tell(self, lines: list[str]) -> None:
        self.lines += lines
        print("\n".join(lines), flush=True)

    def add(self, ratio: report.Ratio, *cells: str, verdict: str = "") -> None:
        self.ratios.append(ratio)
        self.short += bool(verdict) or ratio.is_short
        self.tell([report.line(ratio, *cells, verdict=verdict)])

    def add_row(self, row: rows.Row) -> None:
        sides = ["ours", *row.others]
        if row.compare and (differs := disagreement(row, self.options)):
            self.short += 1
            self.tell([f"| {row.name} | the answers differ from {differs} |"])
            return
        runs = {side: [] for side in sides}
        for _ in range(self.options.rounds):
            for side in sides:
                runs[side].append(once(row, side, self.options))
        seconds = {side: statistics.median(run.seconds for run in runs[side]) for side in sides}
        peak = {side: max(run.peak_bytes for run in runs[side]) / MIB for side in sides}
        verdict = ""
        if row.memory and peak["ours"] * MIB > row.memory:
            verdict = f"short: over {row.memory // MIB} MiB"
        for limit_name, limit in row.limits.items():
            peer = min(row.others, key=seconds.get) if limit_name == "fastest" else limit_name
            self.add(report.Ratio(row.name, peer, seconds["ours"] / seconds[peer], limit),
                     f"{seconds['ours']:.2f}", f"{peak['ours']:.0f}", f"{seconds[peer]:.2f}",
                     f"{peak[peer]:.0f}", verdict=verdict)

    def add_means(self, wanted: list[rows.Row]) -> None:
        for name, limit in dict.fromkeys(row.group for row in wanted if row.group):
            members = {row.name: row for row in wanted if row.group == (name, limit)}
            found = [ratio for ratio in self.ratios if ratio.work in members]
            peer = found[0].peer if found else ""
            mean = statistics.geometric_mean(ratio.value for ratio in found) if found else math.inf
            self.add(report.Ratio(f"{name}, geometric mean of {len(found)}", peer, mean, limit),
                     "", "", "", "")

    def add_clusters(self) -> None:
        """A process of its own: it holds a Java machine and two workers."""
        prepare.prepare_tpch(self.options.data)
        self.add_lines_of("clusters.py")

    def add_hosts(self) -> None:
        """A process of its own: it is in other namespaces."""
        self.add_lines_of("hosts.py", "--tools", str(self.options.tools))

    def add_lines_of(self, script: str, *words: str) -> None:
        done = subprocess.run([sys.executable, "-B", pathlib.Path(__file__).with_name(script),
                               "--data", self.options.data, "--rounds", str(self.options.rounds),
                               *words], stdout=subprocess.PIPE, text=True, check=False,
                              stderr=subprocess.DEVNULL)
        self.short += done.returncode
        for line in done.stdout.splitlines():
            self.tell([line])
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) > 8 and cells[4]:
                self.ratios.append(report.Ratio(cells[1], cells[4], float(cells[7]), math.inf))

    def add_memory(self) -> None:
        """Peak memory by shape of rows, in a table and a chart of its own."""
        peaks = memory_rows.measure(self.options.data / "memory")
        self.short += sum(peak.is_over for peak in peaks)
        self.tell(report.memory_table(peaks, memory_rows.MEMORY))
        chart = self.options.report.with_name(self.options.report.stem + "-memory.svg")
        chart.write_text(report.memory_plot(peaks, memory_rows.MEMORY))

    def add_start_ups(self) -> None:
        file = self.options.data / "ten.csv"
        file.write_text("k,v\n" + "".join(f"k{n % 3},{n}\n" for n in range(10)))

        def command(words: list[str]) -> list[str]:
            return [word.replace("FILE", str(file)) for word in words]
        for tool, words in rows.START_UPS.items():
            taken, least = measure.start_ups([command(words), command(rows.MAWK)],
                                             60 * self.options.rounds)
            self.add(report.Ratio(f"start-up of {tool}", "mawk", taken / least,
                                  rows.START_UP_LIMITS.get(tool, rows.START_UP_LIMIT)),
                     f"{taken * 1e3:.1f} ms", "", f"{least * 1e3:.1f} ms", "")


if __name__ == "__main__":
    sys.exit(main())
