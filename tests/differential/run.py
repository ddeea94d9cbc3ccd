"""run.py [--cases N] [--seed S] [--workers N,N] [--keep DIR]: generated cases through our tools and DuckDB.

The tools are those in PATH. A world is two random tables and CASES_OF_A_WORLD pipelines over them;
the seed of a world is SEED + its number, so `--seed S --cases 25` runs the one world S again. Every
case that disagrees is printed with its seed, pipeline and SQL; tables stay in the kept folder.
Each pipeline also runs under pflow with each of the numbers of workers (1, 2 and 7), and must give
what sh gave: the same bytes, or after a symmetric join or --window, whose rows have no order, the
same lines.
A case that one side refuses and the other does not is a disagreement. Nothing is skipped.
"""
import argparse
import concurrent.futures
import pathlib
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import duckdb

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import cases
import compare
import tables

CASES_OF_A_WORLD = 25
JOBS = 3  # a pipeline is not always busy: two left a fifth of the cores idle


def shell_script(world: list[cases.Case]) -> str:
    """All cases of a world in one sh: a process of ours starts in milliseconds, sh need not."""
    lines = []
    for number, case in enumerate(world):
        commands = case.before + [case.pipeline]
        lines.append(f"( {' && '.join(commands)} ) >{number}.out 2>{number}.err; "
                     f"echo $? >{number}.status")
    return "\n".join(lines) + "\n"


def flow_script(world: list[cases.Case], workers: list[int]) -> str:
    """The same under pflow; outputs are NUMBER.WORKERS.out. One that hangs is ended and reported."""
    lines = []
    for number, case in enumerate(world):
        flow = shlex.quote(" && ".join(case.before + [case.pipeline]))
        for n in workers:
            lines.append(f"timeout 120 pflow -n {n} {flow} >{number}.{n}.out 2>{number}.{n}.err; "
                         f"echo $? >{number}.{n}.status")
    return "\n".join(lines) + "\n"


def flow_difference(case: cases.Case, folder: pathlib.Path, number: int,
                    workers: list[int]) -> str:
    """How what pflow gave differs from what sh gave; empty when it does not."""
    def result(name):
        return ((folder / f"{name}.status").read_text().strip() == "0",
                (folder / f"{name}.out").read_bytes())
    worked, wanted = result(number)
    for n in workers:
        flow_worked, got = result(f"{number}.{n}")
        errors = (folder / f"{number}.{n}.err").read_text(errors="replace").strip()
        if flow_worked != worked:
            return f"pflow -n {n}: {'gave' if flow_worked else 'did not give'} rows: {errors[:600]}"
        if "--window" in case.pipeline or "symmetric" in case.pipeline:
            got, wanted = sorted(got.split(b"\n")), sorted(wanted.split(b"\n"))
        if worked and got != wanted:
            return f"pflow -n {n}: other rows, or another order: {number}.{n}.out"
        worked, wanted = result(number)
    return ""


def ask_duckdb(world: list[cases.Case], left: tables.Table, right: tables.Table) -> list:
    """The rows of each case, or the error that DuckDB made of it."""
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    # The plain plan is the better oracle: DuckDB 2.0's optimizer fails on some comparisons of text.
    connection.execute("pragma disable_optimizer")
    connection.register("left_table", left.arrow())
    connection.register("right_table", right.arrow())
    connection.execute("create table l as from left_table")
    connection.execute("create table r as from right_table")
    answers = []
    for case in world:
        try:
            answers.append(connection.execute(case.sql).fetchall())
        except duckdb.Error as error:
            answers.append(error)
    connection.close()
    return answers


def verdict(case: cases.Case, folder: pathlib.Path, number: int, rows) -> str:
    status = (folder / f"{number}.status").read_text().strip()
    errors = (folder / f"{number}.err").read_text(errors="replace").strip()
    if isinstance(rows, Exception):
        return "" if status == "1" else f"DuckDB refuses ({rows}), our status is {status}"
    if status != "0" or errors:
        return f"status {status}: {errors[:600]}"
    text = (folder / f"{number}.out").read_bytes().decode("utf-8", errors="replace")
    return compare.difference(text, [name for name, _ in case.columns], rows, case.ordered_by)


def run_world(seed: int, count: int, workers: list[int], keep: pathlib.Path) -> tuple[int, int, list[str]]:
    """Cases run, cases that DuckDB refused, and what disagreed."""
    r = random.Random(seed)
    left, right = tables.make_table(r, tables.LEFT), tables.make_table(r, tables.RIGHT)
    builder = cases.Builder(r, left, right)
    world = [builder.make() for _ in range(count)]
    folder = keep / f"world-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in (("l", left), ("r", right)):
        (folder / f"{name}.csv").write_bytes(table.csv().encode())
        (folder / f"{name}.ndjson").write_bytes(table.ndjson().encode())
    (folder / "cases.sh").write_text(shell_script(world), encoding="utf-8")
    subprocess.run(["sh", "cases.sh"], cwd=folder, stdin=subprocess.DEVNULL, check=False,
                   timeout=300)
    (folder / "flows.sh").write_text(flow_script(world, workers), encoding="utf-8")
    subprocess.run(["sh", "flows.sh"], cwd=folder, stdin=subprocess.DEVNULL, check=False,
                   timeout=1200)
    answers = ask_duckdb(world, left, right)
    problems = []
    for number, (case, rows) in enumerate(zip(world, answers)):
        problem = (verdict(case, folder, number, rows)
                   or flow_difference(case, folder, number, workers))
        if problem:
            before = "".join(f"{command}\n  " for command in case.before)
            problems.append(f"seed {seed} case {number} ({left.rows} and {right.rows} rows, in "
                            f"{folder}):\n  {before}{case.pipeline}\n  {case.sql}\n  {problem}")
    if not problems:
        shutil.rmtree(folder)
    return count, sum(isinstance(rows, Exception) for rows in answers), problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the worlds that disagree")
    parser.add_argument("--workers", default="1,2,7")
    options = parser.parse_args()
    workers = [int(n) for n in options.workers.split(",")]
    keep = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="penstock-differential-"))
    start = time.monotonic()
    worlds = [(options.seed + at // CASES_OF_A_WORLD, min(CASES_OF_A_WORLD, options.cases - at))
              for at in range(0, options.cases, CASES_OF_A_WORLD)]
    print(f"{options.cases} cases, seeds {worlds[0][0]} to {worlds[-1][0]}")
    refused, problems, ran = 0, [], 0
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for count, refusals, found in pool.map(lambda w: run_world(*w, workers, keep), worlds):
            ran += count
            refused += refusals
            problems += found
    for problem in problems[:40]:
        print(problem)
    print(f"{time.monotonic() - start:.0f} s; {refused} cases were refused by DuckDB")
    print(f"{ran - len(problems)} passed, {len(problems)} failed")
    if not problems and not options.keep:
        keep.rmdir()
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
