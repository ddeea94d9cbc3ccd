#!/usr/bin/env python3
"""figures.py --data TPCH [--tools DIR] [--rounds N] [FIGURE…]: what checkpoints cost and save.

FIGUREs: cost (the 22 TPC-H queries with --checkpoint, to those without), death (a third of all
workers killed at half time), straggler (one of eight slots at a tenth of its speed, with copies and
without), resume (pflow killed at 80 % of its time; the CPU time that --resume takes, to all).
Each is the median of N rounds (3), interleaved with undisturbed runs.
"""
import argparse
import math
import os
import pathlib
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

QUERIES = pathlib.Path(__file__).resolve().parent.parent.parent / "examples/tpch"
LONG = ("pscan DATA/lineitem.csv | pagg -k l_orderkey 'sum(l_quantity) as q, count(*) as n' | "
        "pjoin -k l_orderkey=o_orderkey <(pscan DATA/orders.csv) | "
        "pagg -k o_custkey 'sum(q) as q, max(o_totalprice) as p' | psort -k o_custkey -t csv")


class Bench:
    def __init__(self, options: argparse.Namespace, folder: pathlib.Path) -> None:
        self.folder = folder
        self.rounds = options.rounds
        self.environment = dict(os.environ, TPCH=str(options.data))
        if options.tools:
            self.environment["PATH"] = f"{options.tools}:{os.environ['PATH']}"
        self.long = LONG.replace("DATA", str(options.data))
        self.directory = folder / "ck"

    def start(self, words: list[str]) -> subprocess.Popen:
        return subprocess.Popen(["pflow", "-q", *words], env=self.environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def run(self, words: list[str]) -> tuple[float, str]:
        shutil.rmtree(self.directory, ignore_errors=True)
        began = time.monotonic()
        process = self.start(words)
        out, said = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"figures.py: {' '.join(words)}: {said}")
        return time.monotonic() - began, out

    def checkpoint(self) -> str:
        return f"--checkpoint={self.directory}"


def workers_of(pid: int) -> list[int]:
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(word) for word in text.split()]


def cost(bench: Bench) -> None:
    ratios = []
    for number in range(1, 23):
        words = ["-n", "2", "-f", str(QUERIES / f"q{number:02}.sh")]
        without, with_them = [], []
        for _ in range(bench.rounds):
            seconds, right = bench.run(words)
            without.append(seconds)
            seconds, out = bench.run([bench.checkpoint(), *words])
            with_them.append(seconds)
            assert out == right, f"q{number:02} differs"
        ratio = statistics.median(with_them) / statistics.median(without)
        ratios.append(ratio)
        print(f"q{number:02}: {statistics.median(without):.2f} s, with checkpoints "
              f"{statistics.median(with_them):.2f} s: {ratio:.2f}", flush=True)
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    print(f"cost: geometric mean {mean:.2f} (at most 1.35)")


def death(bench: Bench) -> None:
    """The 8 slots have 32 tasks a fragment; a third of the workers that run at half time die."""
    words = ["-n", "8", "--tasks=32", bench.checkpoint(), bench.long]
    undisturbed, disturbed = [], []
    for _ in range(bench.rounds):
        seconds, right = bench.run(words)
        undisturbed.append(seconds)
        shutil.rmtree(bench.directory, ignore_errors=True)
        began = time.monotonic()
        process = bench.start(words)
        killer = threading.Timer(statistics.median(undisturbed) / 2, kill_third, [process.pid])
        killer.start()
        out, said = process.communicate()
        disturbed.append(time.monotonic() - began)
        assert process.returncode == 0 and out == right, said
    ratio = statistics.median(disturbed) / statistics.median(undisturbed)
    print(f"death: {statistics.median(undisturbed):.2f} s, with a third of the workers killed "
          f"{statistics.median(disturbed):.2f} s: {ratio:.2f} (at most 1.25)", flush=True)


def kill_third(pid: int) -> None:
    workers = workers_of(pid)
    for worker in random.sample(workers, math.ceil(len(workers) / 3)):
        try:
            os.kill(worker, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Brake:
    """Lets the processes of one slot run for a tenth of the time: the first worker that is seen, and
    after its end the next one that is new."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.brake)
        self.thread.start()

    def brake(self) -> None:
        seen: set[int] = set()
        slow = 0
        while not self.over.is_set():
            workers = workers_of(self.pid)
            if slow not in workers:
                new = [worker for worker in workers if worker not in seen]
                slow = new[0] if new else 0
            seen.update(workers)
            if slow:
                self.send(slow, signal.SIGSTOP)
                self.over.wait(0.09)
                self.send(slow, signal.SIGCONT)
            self.over.wait(0.01)

    @staticmethod
    def send(pid: int, number: signal.Signals) -> None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass

    def end(self) -> None:
        self.over.set()
        self.thread.join()


def straggler(bench: Bench) -> None:
    words = ["-n", "8", "--tasks=32", bench.checkpoint(), bench.long]
    undisturbed, slowed, alone = [], [], []
    for _ in range(bench.rounds):
        seconds, right = bench.run(words)
        undisturbed.append(seconds)
        for times, more in [(slowed, []), (alone, ["--no-copies"])]:
            shutil.rmtree(bench.directory, ignore_errors=True)
            began = time.monotonic()
            process = bench.start([*more, *words])
            brake = Brake(process.pid)
            out, said = process.communicate()
            times.append(time.monotonic() - began)
            brake.end()
            assert process.returncode == 0 and out == right, said
    first = statistics.median(undisturbed)
    print(f"straggler: {first:.2f} s, one slot at a tenth {statistics.median(slowed):.2f} s: "
          f"{statistics.median(slowed) / first:.2f} (at most 1.3); without copies "
          f"{statistics.median(alone) / first:.2f}", flush=True)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resume(bench: Bench) -> None:
    words = ["-n", "2", "--tasks=8", bench.checkpoint(), bench.long]
    shares, undisturbed = [], []
    for _ in range(bench.rounds):
        before = cpu_seconds()
        seconds, right = bench.run(words)
        whole = cpu_seconds() - before
        undisturbed.append(seconds)
        shutil.rmtree(bench.directory, ignore_errors=True)
        process = bench.start(words)
        time.sleep(0.8 * statistics.median(undisturbed))
        process.kill()
        process.communicate()
        time.sleep(0.2)
        before = cpu_seconds()
        process = bench.start(["-n", "2", f"--resume={bench.directory}"])
        out, said = process.communicate()
        assert process.returncode == 0 and out == right, said
        shares.append((cpu_seconds() - before) / whole)
    print(f"resume: of a run that was killed at 80 %, {statistics.median(shares):.2f} of all CPU "
          "time is spent by --resume: the fifth that was left, and what is done twice (at most "
          "0.25 more)", flush=True)


def main() -> int:
    figures = {"cost": cost, "death": death, "straggler": straggler, "resume": resume}
    parser = argparse.ArgumentParser(prog="figures.py")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--tools", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("figures", nargs="*", default=list(figures))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, pathlib.Path(folder))
        for name in options.figures:
            figures[name](bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
