"""What the bench found: lines of a Markdown table as they come, and a plot of the ratios at the end."""
import dataclasses
import importlib.metadata
import math
import os
import platform
import subprocess
import xml.sax.saxutils

import measure

MIB = 1 << 20
HEADER = ["| work | ours s | peak MiB | peer | peer s | peak MiB | ratio | target | |",
          "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
COLORS = ["#1b6ca8", "#d1495b", "#3a7d44", "#edae49", "#6a4c93", "#00798c", "#8d6a4f", "#444444",
          "#c05299", "#7a9e00"]
LEFT, WIDTH, LINE = 330, 900, 18  # of the plot, in pixels


@dataclasses.dataclass
class Ratio:
    """Ours to a peer's, of a row of the table."""
    work: str
    peer: str
    value: float
    limit: float

    @property
    def is_short(self) -> bool:
        return self.value > self.limit


def line(ratio: Ratio, ours: str, peak: str, theirs: str, their_peak: str, verdict: str = "") -> str:
    limit = "" if ratio.limit == math.inf else f"{ratio.limit:.3g}"
    verdict = verdict or ("short" if ratio.is_short else "ok")
    return (f"| {ratio.work} | {ours} | {peak} | {ratio.peer} | {theirs} | {their_peak} "
            f"| {ratio.value:.2f} | {limit} | {verdict} |")


def plot(ratios: list[Ratio], title: str) -> str:
    """An SVG: a line a row, a dot a peer, from left to right how much longer than the peer ours took
    (logarithmic; left of the line ours is faster), and a tick at each target."""
    ratios = [ratio for ratio in ratios if math.isfinite(ratio.value) and ratio.value > 0]
    works = list(dict.fromkeys(ratio.work for ratio in ratios))
    peers = sorted({ratio.peer for ratio in ratios})
    low = math.floor(math.log10(min([ratio.value for ratio in ratios] + [0.1])))
    high = math.ceil(math.log10(max([ratio.value for ratio in ratios] + [2.0])))
    height = (len(works) + 4) * LINE

    def x(value: float) -> float:
        return LEFT + (math.log10(value) - low) / (high - low) * (WIDTH - LEFT - 20)

    def text(at_x: float, at_y: float, words: str, more: str = "") -> str:
        return f'<text x="{at_x:.1f}" y="{at_y:.1f}" {more}>{xml.sax.saxutils.escape(words)}</text>'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
             'font-family="sans-serif" font-size="11">',
             f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
             text(10, 14, title, 'font-weight="bold"')]
    for number, peer in enumerate(peers):
        at = 10 + number * (WIDTH - 20) / len(peers)
        parts.append(f'<circle cx="{at + 4:.1f}" cy="28" r="4" fill="{COLORS[number % len(COLORS)]}"/>')
        parts.append(text(at + 11, 32, peer))
    top, bottom = 2.5 * LINE, height - LINE
    for power in range(low, high + 1):
        value = 10.0 ** power
        stroke = "#000000" if power == 0 else "#dddddd"
        parts.append(f'<line x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{top}" y2="{bottom}" '
                     f'stroke="{stroke}"/>')
        parts.append(text(x(value), height - 4, f"{value:g}", 'text-anchor="middle"'))
    for number, work in enumerate(works):
        y = top + (number + 0.7) * LINE
        parts.append(text(LEFT - 8, y + 4, work, 'text-anchor="end"'))
        for ratio in (ratio for ratio in ratios if ratio.work == work):
            color = COLORS[peers.index(ratio.peer) % len(COLORS)]
            if math.isfinite(ratio.limit):
                parts.append(f'<line x1="{x(ratio.limit):.1f}" x2="{x(ratio.limit):.1f}" '
                             f'y1="{y - 6:.1f}" y2="{y + 6:.1f}" stroke="{color}"/>')
            parts.append(f'<circle cx="{x(ratio.value):.1f}" cy="{y:.1f}" r="4" fill="{color}">'
                         f"<title>{ratio.value:.2f} of {ratio.peer}</title></circle>")
    return "\n".join([*parts, "</svg>"]) + "\n"


def first_line(*command: str) -> str:
    """Of what a program says of itself; that it is not there, else."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        return f"no {command[0]}"
    line = (done.stdout + done.stderr).splitlines()[0]
    return f"{command[0]} {line}" if line[0].isdigit() else line


def machine() -> list[str]:
    models = {line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
              if line.startswith("model name")}
    names = {"duckdb": "DuckDB", "polars": "Polars", "chdb": "ClickHouse (chdb)", "dask": "Dask",
             "pyspark": "PySpark"}
    packages = ", ".join(f"{name} {importlib.metadata.version(package)}"
                         for package, name in names.items())
    programs = "; ".join(first_line(*command) for command in [
        ["mawk", "-W", "version"], ["gawk", "--version"], ["sort", "--version"], ["mlr", "--version"],
        ["datamash", "--version"], ["parallel", "--version"], ["sqlite3", "--version"],
        ["psql", "--version"], ["java", "-version"]])
    return [f"- cores: {len(os.sched_getaffinity(0))} of {os.cpu_count()}, "
            f"{' '.join(models) or platform.machine()}; kernel {platform.release()}",
            f"- ours: {first_line('pscan', '--version')}; {first_line('c++', '--version')}",
            f"- peers: {packages}, Python {platform.python_version()}; {programs}",
            f"- load at the start: {' '.join(map(str, os.getloadavg()))}; a stage's peak counts at "
            f"least the driver's own {measure.own_peak() / MIB:.0f} MiB"]


def memory_table(peaks: list, memory: int) -> list[str]:
    """Lines of Markdown: a shape a row, an operator a column, peak MiB; more than allowed in bold."""
    shapes = list(dict.fromkeys(peak.shape for peak in peaks))
    operators = list(dict.fromkeys(peak.operator for peak in peaks))
    cells = {(peak.shape, peak.operator): f"{'**' * peak.is_over}{peak.bytes / MIB:.0f}{'**' * peak.is_over}"
             for peak in peaks}
    return ["", f"Peak memory in MiB with -S {memory // MIB}M, of inputs twice as large:", "",
            f"| rows | {' | '.join(operators)} |", "| --- |" + " --- |" * len(operators),
            *(f"| {shape} | {' | '.join(cells.get((shape, each), '') for each in operators)} |"
              for shape in shapes)]


def memory_plot(peaks: list, memory: int) -> str:
    """An SVG: a line a shape, a dot an operator at its peak, a tick at what it may take, and a line at
    the budget."""
    shapes = list(dict.fromkeys(peak.shape for peak in peaks))
    operators = list(dict.fromkeys(peak.operator for peak in peaks))
    most = max(max(peak.bytes, peak.limit) for peak in peaks)
    height = (len(shapes) + 4) * LINE

    def x(value: float) -> float:
        return LEFT + value / most * (WIDTH - LEFT - 20)

    def text(at_x: float, at_y: float, words: str, more: str = "") -> str:
        return f'<text x="{at_x:.1f}" y="{at_y:.1f}" {more}>{xml.sax.saxutils.escape(words)}</text>'

    def tick(at: float, y: float, reach: float, stroke: str) -> str:
        return (f'<line x1="{x(at):.1f}" x2="{x(at):.1f}" y1="{y - reach:.1f}" y2="{y + reach:.1f}" '
                f'stroke="{stroke}"/>')
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
             'font-family="sans-serif" font-size="11">',
             f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
             text(10, 14, f"Peak memory in MiB by shape of rows, -S {memory // MIB}M, and what is allowed",
                  'font-weight="bold"')]
    for number, operator in enumerate(operators):
        at = 10 + number * (WIDTH - 20) / len(operators)
        parts.append(f'<circle cx="{at + 4:.1f}" cy="28" r="4" fill="{COLORS[number % len(COLORS)]}"/>')
        parts.append(text(at + 11, 32, operator))
    top, bottom = 2.5 * LINE, height - LINE
    parts.append(tick(memory, (top + bottom) / 2, (bottom - top) / 2, "#000000"))
    for value in range(0, most // MIB + 1, 32):
        parts.append(text(x(value * MIB), height - 4, str(value), 'text-anchor="middle"'))
    for number, shape in enumerate(shapes):
        y = top + (number + 0.7) * LINE
        parts.append(text(LEFT - 8, y + 4, shape, 'text-anchor="end"'))
        for peak in (peak for peak in peaks if peak.shape == shape):
            color = COLORS[operators.index(peak.operator) % len(COLORS)]
            parts.append(tick(peak.limit, y, 6, color))
            parts.append(f'<circle cx="{x(peak.bytes):.1f}" cy="{y:.1f}" r="4" fill="{color}">'
                         f"<title>{peak.operator}: {peak.bytes / MIB:.0f} MiB</title></circle>")
    return "\n".join([*parts, "</svg>"]) + "\n"
