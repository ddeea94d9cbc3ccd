#!/usr/bin/env python3
"""matrix.py [--rounds N] [--jobs N] [--seed S] [--fault F,…] [--moment M,…]: what ends flows on hosts.

For each fault, at the start, in mid-flow and at the end, N rounds of a flow on three hosts, in a lab
(tests/hosts/lab) of its own; --jobs labs run side by side. After a fault the flow must end non-zero,
within 5 s where a process died and 30 s where a host fell silent, with one error that names the host
and the cause. Then no process of it runs on any host, nothing listens, no file is left below $TMPDIR
(on a host that was cut off within 60 s), and no output looks whole. A slow link, a slow reader and a short pause do no harm.

Prints a table: failed rounds, the longest time until the flow ended, and until all hosts were clean.
A round that fails is reported with its seed, which repeats it: --rounds 1 --seed S.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.dont_write_bytecode = True
from rounds import FAULTS, MOMENTS, Failed, Round

HOSTS = 3
LAB = pathlib.Path(__file__).parent.parent / "lab"


def run_cell(fault: str, moment: str, rounds: int, seed: int) -> None:
    """In a lab: prints what came of each round as JSON."""
    with tempfile.TemporaryDirectory(dir=os.environ["LAB"]) as folder:
        os.chdir(folder)
        for number in range(rounds):
            one = Round(fault, moment, seed + number)
            result = {"seed": seed + number, "failed": "", "ended": 0.0, "clean": 0.0}
            try:
                one.run()
            except Failed as failed:
                result["failed"] = f"{one.about}: {failed}"
            finally:
                one.restore()
            result.update(ended=one.ended, clean=one.clean)
            print(json.dumps(result), flush=True)


def cell(fault: str, moment: str, options: argparse.Namespace) -> list[dict]:
    words = [LAB, str(HOSTS), sys.executable, "-B", __file__, "--in-lab", "--fault", fault,
             "--moment", moment, "--rounds", str(options.rounds), "--seed", str(options.seed)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAB")}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment,
                          stdin=subprocess.DEVNULL)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(results) != options.rounds:
        results.append({"seed": options.seed, "ended": 0.0, "clean": 0.0,
                        "failed": f"the lab ended with {done.returncode}: {done.stderr[-2000:]}"})
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="matrix.py")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", default=",".join(FAULTS))
    parser.add_argument("--moment", default=",".join(MOMENTS))
    parser.add_argument("--in-lab", action="store_true")
    options = parser.parse_args()
    if options.in_lab:
        run_cell(options.fault, options.moment, options.rounds, options.seed)
        return 0
    cells = [(fault, moment) for fault in options.fault.split(",")
             for moment in options.moment.split(",")]
    print(f"{'fault':<16} {'moment':<7} {'rounds':>6} {'failed':>6} {'ended_s':>8} {'clean_s':>8}")
    said = []
    counts = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (fault, moment), results in zip(
                cells, pool.map(lambda each: cell(*each, options), cells)):
            failed = [result for result in results if result["failed"]]
            ended = max(result["ended"] for result in results)
            clean = max(result["clean"] for result in results)
            print(f"{fault:<16} {moment:<7} {len(results):>6} {len(failed):>6} {ended:>8.2f} "
                  f"{clean:>8.2f}", flush=True)
            said += [f"{fault} {moment}, seed {each['seed']}: {each['failed']}" for each in failed]
            counts.update(passed=len(results) - len(failed), failed=len(failed))
    for line in said:
        print(line)
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return bool(counts["failed"])


if __name__ == "__main__":
    sys.exit(main())
