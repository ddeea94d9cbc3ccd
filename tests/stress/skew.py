"""skew.py [--rows N] [--workers W]: one key holds half of the rows of a join and of an aggregate.

Both run under pflow, which is in PATH, by exchange of the rows, and must give what the same text
gives in bash; the busiest worker of each fragment that receives rows must have at most 1.5 times the
mean. The right side of the join is large, so that it is shared out too. A flow without an exchange, as
few rows get, proves nothing and fails.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

LIMIT = 1.5
KEYS = 100_000
FLOWS = {
    "join": "pscan in.csv | pjoin -k k - right.csv | pagg -k z 'count(*) as n, sum(v) as s' | psort -k z",
    "aggregate": "pscan in.csv | pagg -k k 'count(*) as n, sum(v) as s' | psort -k k",
    "aggregate of distinct values": "pscan in.csv | pagg -k z 'count(distinct v) as n' | psort -k z",
}


def make_inputs(folder: pathlib.Path, rows: int, right_rows: int) -> None:
    """Every second row has the key 7."""
    with open(folder / "in.csv", "w", encoding="utf-8") as file:
        file.write("k,v,z\n")
        for begin in range(0, rows, 100_000):
            file.writelines(f"{7 if i % 2 else i * 7919 % KEYS},{i},{i % 1000}\n"
                            for i in range(begin, min(rows, begin + 100_000)))
    with open(folder / "right.csv", "w", encoding="utf-8") as file:
        file.write("k,text\n")
        file.writelines(f"{i},{'partner ' * 12}{i}\n" for i in range(right_rows))


def run(folder: pathlib.Path, name: str, flow: str, workers: int) -> bool:
    text = flow + " | pprint -t csv"
    wanted = subprocess.run(["bash", "-c", text], cwd=folder, capture_output=True, check=True).stdout
    begin = time.monotonic()
    got = subprocess.run(["pflow", "-n", str(workers), "--log", "log", text], cwd=folder,
                         capture_output=True, check=True).stdout
    seconds = time.monotonic() - begin
    events = [json.loads(line) for line in (folder / "log").read_text().splitlines()]
    fragments = [e for e in events if e["event"] == "fragment" and e["workers"] == workers]
    received = fragments[1:]
    worst = max((e["skew"] for e in received), default=0.0)
    ok = got == wanted and bool(received) and worst <= LIMIT
    print(f"{'ok' if ok else 'not ok'} {name}: {seconds:.1f} s, {len(received)} exchanges, "
          f"the busiest of {workers} workers has {worst:.2f} times the mean of "
          f"{sum(e['rows_in'] for e in received)} rows, {'right' if got == wanted else 'WRONG'}")
    return ok


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--right-rows", type=int, default=1_200_000)
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pflow-skew-") as name:
        folder = pathlib.Path(name)
        make_inputs(folder, options.rows, options.right_rows)
        results = [run(folder, what, flow, options.workers) for what, flow in FLOWS.items()]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return not all(results)


if __name__ == "__main__":
    sys.exit(main())
