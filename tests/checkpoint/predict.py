#!/usr/bin/env python3
"""predict.py [--simulate PROGRAM] [--slots N,…]: what scripts/simulate predicts, beside real runs.

A flow of two fragments of 64 tasks, which wait for 0.5 to 1.9 seconds each as tasks do that wait for
a disk or a network (so slots can be more than cores), runs on 4 slots. The log says how long each
task took. From these times the simulation predicts how long runs on 4, 8 and 16 slots take; then
they are run. Prints both, and ends with 1 when a prediction is off by more than 15 %.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MOST_OFF = 0.15
ROWS = 6400
NAP = """#!/bin/sh
rows=$(cat)
number=$(printf '%s' "$rows" | cksum)
sleep $((${number%% *} % 2)).$((5 + ${number%% *} % 5))
printf '%s\\n' "$rows"
"""
MAP = "papply -t ndjson -f ndjson --schema schema -- ./nap"
FLOW = (f"pscan rows.csv | {MAP} | pagg -k g 'median(v) as v' | {MAP} | "
        "pagg 'count(*) as n, sum(v) as v' -t csv")


def run(slots: int) -> tuple[float, str]:
    subprocess.run(["rm", "-rf", "ck"], check=True)
    began = time.monotonic()
    done = subprocess.run(["pflow", "-q", "-n", str(slots), "--tasks=64", "--no-copies",
                           "--unordered", "--log=log", "--checkpoint=ck", FLOW], check=True,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return time.monotonic() - began, done.stdout


def times_of(log: str) -> str:
    """A line "STEP SECONDS" for each task, from its first process to its last."""
    begins: dict[tuple[int, int], float] = {}
    ends: dict[tuple[int, int], float] = {}
    for line in pathlib.Path(log).read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        task = (event.get("fragment"), event.get("worker"))
        if event["event"] == "start":
            begins.setdefault(task, event["seconds"])
        elif event["event"] == "end":
            ends[task] = event["seconds"]
    steps: dict[int, int] = collections.defaultdict(lambda: len(steps) + 1)
    return "".join(f"{steps[task[0]]} {ends[task] - begins[task]:.4f}\n" for task in sorted(begins))


def predicted(simulate: str, slots: int) -> float:
    done = subprocess.run([simulate, "--times", "times", "--hosts", "1", "--slots", str(slots),
                           "--days-between-deaths", "0", "--slow", "0"], check=True,
                          capture_output=True, text=True)
    return float(re.search(r"undisturbed +([0-9.]+) s", done.stdout)[1])


def main() -> int:
    parser = argparse.ArgumentParser(prog="predict.py")
    parser.add_argument("--simulate", default=str(ROOT / "build/dev/tests/simulate/simulate"))
    parser.add_argument("--slots", default="4,8,16")
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("rows.csv", "w", encoding="ascii") as file:
            file.write("g,v\n" + "".join(f"{row},{row * 7919 % 1000}\n" for row in range(ROWS)))
        pathlib.Path("nap").write_text(NAP, encoding="ascii")
        os.chmod("nap", 0o755)
        pathlib.Path("schema").write_text("g int64\nv float64\n", encoding="ascii")
        _, right = run(4)
        pathlib.Path("times").write_text(times_of("log"), encoding="ascii")
        for slots in map(int, options.slots.split(",")):
            expected = predicted(options.simulate, slots)
            seconds, out = run(slots)
            assert out == right, out
            off = expected / seconds - 1
            bad += abs(off) > MOST_OFF
            print(f"{slots} slots: {seconds:.2f} s, predicted {expected:.2f} s ({off:+.1%})",
                  flush=True)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
