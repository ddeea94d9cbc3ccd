"""delays.py [--flows N] [--seed S]: random flows whose processes stop and go on at random.

Each flow is made of random stages, among them exchanges by hash, range and ordered merge, and runs
under pflow, which is in PATH, on 2 to 5 workers, while processes of it are stopped for up to 150 ms
each, again and again. It must finish and give the rows that the same text gives in bash: in the same
order where it ends in a sort by all columns, else in any.
"""
import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import kill

ROWS = 30_000
LIMIT_SECONDS = 60
MOST_STOPPED_SECONDS = 0.15

# Stages that keep the columns a, b and c.
ROWWISE = ["pfilter 'a % 3 <> 1'", "pfilter 'b > 100'", "pproject 'a, b + 1 as b, c'",
           "pexchange --hash -k b", "pexchange --round-robin", "pexchange --range -k b",
           "psort -k b,a | pexchange --range --merge -k b,a",
           "pexchange --hash -k c | pexchange --hash -k a",
           "pjoin -k b - few.csv --type semi"]
# What may follow them, to the end.
ENDS = ["pagg -k b 'count(*) as n, sum(a) as s' | psort -k b,n,s",
        "pagg -k c 'median(a) as m, count(distinct b) as d' | psort -k c",
        "pjoin -k b - <(pscan in.csv | pagg -k b 'count(*) as n') | pagg -k n 'sum(a) as s' | psort -k n",
        "pexchange --hash -k b | pjoin -k b - <(pscan few.csv | pexchange --hash -k b) | psort -k a,b,c",
        "psort -k a,b,c", "psort -k a,b,c -n 100", "psort -k c,b,a | phead -n 7", ""]


def make_flow(r: random.Random) -> str:
    stages = ["pscan in.csv"] + r.choices(ROWWISE, k=r.randint(0, 3))
    end = r.choice(ENDS)
    return " | ".join(stages + ([end] if end else [])) + " | pprint -t csv"


def send(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def delay(r: random.Random, flow: subprocess.Popen, log: pathlib.Path) -> bool:
    """Until the flow is over; False when it is not over in time."""
    end = time.monotonic() + LIMIT_SECONDS
    while flow.poll() is None:
        if time.monotonic() > end:
            return False
        pids = kill.processes(log) if log.exists() else []
        stopped = [pid for pid in r.sample(pids, min(len(pids), r.randint(1, 3)))
                   if send(pid, signal.SIGSTOP)]
        time.sleep(r.random() * MOST_STOPPED_SECONDS)
        for pid in stopped:
            send(pid, signal.SIGCONT)
        time.sleep(r.random() * 0.02)
    return True


def run_flow(r: random.Random, folder: pathlib.Path) -> str:
    """Empty when all is as it must be; else what is not."""
    text, workers = make_flow(r), r.randint(2, 5)
    log, out = folder / "log", folder / "out"
    log.unlink(missing_ok=True)
    wanted = subprocess.run(["bash", "-c", text], cwd=folder, capture_output=True, check=True).stdout
    what = f"pflow -n {workers} {text!r}"
    with open(out, "wb") as file:
        flow = subprocess.Popen(["pflow", "-n", str(workers), "--unordered", "--log", "log", text],
                                cwd=folder, stdout=file, stderr=subprocess.PIPE, text=True)
        if not delay(r, flow, log):
            flow.kill()
            return f"{what}: not over in {LIMIT_SECONDS} s"
        said = flow.stderr.read()
    if flow.returncode != 0:
        return f"{what}: status {flow.returncode}: {said}"
    got = out.read_bytes()
    if "psort" not in text.rsplit("|", 2)[-2] and "phead" not in text:
        got, wanted = (b"\n".join(sorted(rows.split(b"\n"))) for rows in (got, wanted))
    return "" if got == wanted else f"{what}: other rows"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--flows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="pflow-delays-") as name:
        folder = pathlib.Path(name)
        kill.write_table(folder / "in.csv", ROWS)
        with open(folder / "few.csv", "w", encoding="utf-8") as file:
            file.write("b,d\n")
            file.writelines(f"{i},{i * i}\n" for i in range(0, 1013, 5))
        for number in range(options.flows):
            problem = run_flow(random.Random(options.seed + number), folder)
            if problem:
                failed += 1
                print(f"seed {options.seed + number}: {problem}")
    print(f"{options.flows - failed} passed, {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
