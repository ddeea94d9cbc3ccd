"""kill.py [--rounds N] [--seed S]: kills or stops a random process of a flow at a random moment.

Each round runs a flow on a few workers under pflow, which is in PATH, in an empty folder. The flow
must then end within 10 s and either be whole, when it was done before, or end non-zero with one
line that names a stage, and leave no output and no file in $TMPDIR; in any case no process is left.
"""
import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

ROWS = 120_000
FLOWS = [
    "pscan in.csv | pproject 'a, b + 1 as b, c' | psort -k b,a > out.arrows",
    "pscan in.csv | pagg -k b 'count(*), sum(a), min(c)' > out.arrows",
    "pscan in.csv | pagg -k b 'median(a), count(distinct c)' > out.arrows",
    "pscan in.csv | pjoin -k b - <(pscan in.csv | pagg -k b 'count(*) as n') > out.arrows",
]


def processes(log: pathlib.Path) -> list[int]:
    """Those that have begun and not ended."""
    pids = []
    for line in log.read_text().splitlines():
        if not line.endswith("}"):
            continue  # the last one, not yet whole
        event = json.loads(line)
        if event["event"] == "start":
            pids.append(event["pid"])
        elif event["event"] == "end":
            pids.remove(event["pid"])
    return pids


def write_table(path: pathlib.Path, rows: int) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write("a,b,c\n")
        file.writelines(f"{i},{i * 7919 % 1013},text {i % 97}\n" for i in range(rows))


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def run_round(r: random.Random, folder: pathlib.Path, seconds: float) -> str:
    """Empty when all is as it must be; else what is not."""
    flow, workers = r.choice(FLOWS), r.choice([2, 3, 4])
    log, out, temporary = folder / "log", folder / "out.arrows", folder / "tmp"
    for path in (log, out):
        path.unlink(missing_ok=True)
    manager = subprocess.Popen(["pflow", "-n", str(workers), "--log", "log", flow], cwd=folder,
                               env={**os.environ, "TMPDIR": str(temporary)},
                               stderr=subprocess.PIPE, text=True)
    time.sleep(r.random() * seconds)
    victims = processes(log) if log.exists() else []
    number = r.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGSTOP])
    if victims:
        try:
            os.kill(r.choice(victims), number)
        except ProcessLookupError:
            victims = []
    try:
        _, said = manager.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        manager.kill()
        return f"{flow}: not over 10 s after {number.name}"
    begun = [json.loads(line)["pid"] for line in log.read_text().splitlines()
             if '"event":"start"' in line]
    left = [pid for pid in begun if is_there(pid)]
    if left:
        return f"{flow}: after {number.name} processes are left: {left}"
    if list(temporary.iterdir()):
        return f"{flow}: after {number.name} files are left: {list(temporary.iterdir())}"
    if manager.returncode == 0:
        return "" if out.exists() else f"{flow}: status 0 and no output"
    if out.exists():
        return f"{flow}: status {manager.returncode} and an output"
    if len(said.splitlines()) != 1 or not said.startswith("pflow: fragment "):
        return f"{flow}: after {number.name} it said {said!r}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="pflow-kill-") as name:
        folder = pathlib.Path(name)
        (folder / "tmp").mkdir()
        write_table(folder / "in.csv", ROWS)
        start = time.monotonic()
        for flow in FLOWS:
            subprocess.run(["pflow", "-n", "3", flow], cwd=folder, check=True)
        seconds = (time.monotonic() - start) / len(FLOWS)
        for number in range(options.rounds):
            problem = run_round(random.Random(options.seed + number), folder, seconds)
            if problem:
                failed += 1
                print(f"seed {options.seed + number}: {problem}")
    print(f"{options.rounds - failed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
