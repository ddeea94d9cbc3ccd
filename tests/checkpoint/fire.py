#!/usr/bin/env python3
"""fire.py [--rounds N] [--seed S] [--slots N] [--jobs N] [--hosts N] [--keep DIR]: runs with
checkpoints under fire.

Each round runs a flow on local slots, and meanwhile one to three of its workers are killed or
stopped at random moments, or pflow itself is killed and goes on by --resume, or an output that was
committed is damaged before it does. The run must end well, with the bytes of an undisturbed run;
then no process of it runs, and neither its directory nor $TMPDIR holds more than the record.

With --hosts the flows run on so many hosts of a lab, at least 4: fire_hosts.py says what happens to
them. That is the lab in which this runs (tests/hosts/lab); else --jobs labs are made, side by side.

Prints how many rounds failed, each with its seed, which repeats it: --rounds 1 --seed S. --keep keeps
the logs of those that failed on hosts.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HOSTS = pathlib.Path(__file__).parent.parent / "hosts"
ROWS = 400_000
LONGEST = 120.0  # seconds of a round
KEPT = ["commits", "flow.json", "lock"]

FLOWS = [
    "pscan a.csv | pagg -k g 'sum(v) as s, count(*) as n' | psort -k g | pprint -t csv",
    "pscan a.csv | pfilter 'v > 500000' | psort -k v,k | pprint -t csv",
    "pscan a.csv | pjoin -k g b.csv | pagg -k name 'sum(v) as s' | psort -k name | pprint -t csv",
    "pscan a.csv | pjoin -k g <(pscan a.csv | pagg -k g 'max(v) as m') | "
    "pagg -k g 'sum(v) as s, max(m) as m' | psort -k g | pprint -t csv",
    "pscan a.csv | pexchange --hash -k g - | pagg -k g 'median(v) as s' | psort -k g | pprint -t csv",
    "pscan a.csv | pexchange --range -k g - | pagg -k g 'median(v) as s' | psort -k g | pprint -t csv",
    "pscan a.csv | pagg --window 'row_number() over (partition by g order by v, k) as r' | "
    "pfilter 'r < 3' | psort -k g,r | pprint -t csv",
    "pscan a.csv | pprint -t csv | awk -F, '{s += $3} END {print s}'",
    "pscan a.csv | pagg -k g 'max(v) as m' | psort -k g -t csv > m.csv\n"
    "pscan a.csv | pjoin -k g m.csv | pagg 'sum(m - v) as d' | pprint -t csv",
    "pscan a.csv | pjoin -k g <(pscan b.csv | pfilter \"name < 'n3'\") | "
    "pagg -k name 'sum(v) as s' | psort -k name | pprint -t csv",
]
# A program of somebody else in each worker, and rows without an order.
ON_HOSTS = [
    "pscan a.csv | preduce -k g -t arrow -f arrow -- cat | pagg -k g 'sum(v) as s' | psort -k g | "
    "pprint -t csv",
]


class Failed(Exception):
    pass


def make_inputs() -> None:
    numbers = random.Random(1)
    with open("a.csv", "w", encoding="ascii") as file:
        file.write("k,g,v\n")
        for row in range(ROWS):
            file.write(f"{row},{numbers.randrange(1000)},{numbers.randrange(10**6)}\n")
    with open("b.csv", "w", encoding="ascii") as file:
        file.write("g,name\n")
        for row in range(1000):
            file.write(f"{row},n{row % 37}\n")


def children_of(pid: int) -> list[int]:
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(word) for word in text.split()]


def start(words: list[str], folder: pathlib.Path, environment: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=environment, start_new_session=True)


def damage(directory: pathlib.Path, numbers: random.Random) -> None:
    """Flips a bit of a file that was committed, cuts it, or removes it."""
    files = sorted(path for path in directory.glob("fragment-*/task-*/*.arrow"))
    if not files:
        return
    path = numbers.choice(files)
    how = numbers.choice(["flip", "cut", "remove"])
    if how == "remove":
        path.unlink()
        return
    content = bytearray(path.read_bytes())
    if how == "cut":
        del content[numbers.randrange(len(content)):]
    else:
        content[numbers.randrange(len(content))] ^= 1 << numbers.randrange(8)
    path.write_bytes(content)


class Round:
    def __init__(self, seed: int, slots: int) -> None:
        self.numbers = random.Random(seed)
        self.slots = slots
        self.flow = self.numbers.choice(FLOWS)
        self.kind = self.numbers.choice(["workers", "workers", "workers", "resume", "damage"])
        self.is_auto = self.numbers.random() < 0.25
        self.hits: list[str] = []

    def run(self, right: bytes, seconds: float, folder: pathlib.Path) -> None:
        tmp = folder / "tmp"
        tmp.mkdir()
        directory = folder / "ck"
        environment = dict(os.environ, TMPDIR=str(tmp))
        words = ["pflow", "-q", "-n", str(self.slots), f"--checkpoint={directory}", self.flow]
        # Its statements are small: they go through pipes, and are tried again as a whole.
        if self.is_auto:
            words.insert(1, "--checkpoint=auto")
            self.hits.append("auto")
        process = start(words, folder, environment)
        hits = self.numbers.randrange(1, 4)
        written = b""
        if self.kind == "workers":
            for _ in range(hits):
                time.sleep(self.numbers.random() * seconds / hits)
                self.hit_worker(process.pid)
        else:
            time.sleep(self.numbers.random() * seconds)
            process.kill()
            self.hits.append("kill pflow")
            output = process.communicate(timeout=LONGEST)
            written = output[0]
            if process.returncode == -signal.SIGKILL:
                time.sleep(0.1)
                if self.kind == "damage":
                    damage(directory, self.numbers)
                    self.hits.append("damage")
                if not (directory / "flow.json").exists():
                    return  # it was killed before the run began
                process = start(["pflow", "-q", "-n", str(self.slots), f"--resume={directory}"],
                                folder, environment)
            else:
                self.check(process, output, right, directory, tmp)
                return
        resumed = process.communicate(timeout=LONGEST)
        # One that was killed behind its end has written all, and is not run again.
        if written == right and not resumed[0]:
            resumed = (written, resumed[1])
        self.check(process, resumed, right, directory, tmp)

    def hit_worker(self, pid: int) -> None:
        workers = children_of(pid)
        if not workers:
            return
        number = self.numbers.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGSEGV,
                                      signal.SIGSTOP])
        worker = self.numbers.choice(workers)
        try:
            os.kill(worker, number)
            self.hits.append(f"{number.name} {worker}")
        except ProcessLookupError:
            pass

    def check(self, process: subprocess.Popen, output: tuple[bytes, bytes], right: bytes,
              directory: pathlib.Path, tmp: pathlib.Path) -> None:
        out, said = output
        if process.returncode != 0:
            raise Failed(f"status {process.returncode}: {said.decode()[-500:]}")
        if out != right:
            raise Failed(f"{len(out)} bytes that differ from the {len(right)} that are right")
        if sorted(os.listdir(directory)) != KEPT:
            raise Failed(f"left in its directory: {sorted(os.listdir(directory))}")
        time.sleep(0.05)
        if os.listdir(tmp):
            raise Failed(f"left in TMPDIR: {os.listdir(tmp)}")
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                text = pathlib.Path(f"/proc/{entry}/environ").read_bytes()
            except OSError:
                continue
            if f"TMPDIR={tmp}\0".encode() in text:
                raise Failed(f"process {entry} still runs")


def rounds_on_hosts(options: argparse.Namespace) -> list[tuple[str, list[str]]]:
    """In a lab."""
    from fire_hosts import run_in_lab  # only a lab has hosts
    with tempfile.TemporaryDirectory(dir=os.environ["LAB"]) as folder:
        os.chdir(folder)
        make_inputs()
        inputs = [pathlib.Path(folder) / name for name in ("a.csv", "b.csv")]
        seeds = range(options.seed, options.seed + options.rounds)
        return run_in_lab(seeds, options.hosts, FLOWS + ON_HOSTS, inputs, options.keep)


def rounds_in_labs(options: argparse.Namespace) -> list[tuple[str, list[str]]]:
    """Each of the jobs has a lab, and as many rounds as the others."""
    def in_lab(job: int) -> list[tuple[str, list[str]]]:
        first, end = (options.rounds * each // options.jobs for each in (job, job + 1))
        words = [HOSTS / "lab", str(options.hosts), sys.executable, "-B", __file__, "--json",
                 "--hosts", str(options.hosts), "--rounds", str(end - first),
                 "--seed", str(options.seed + first)]
        words += ["--keep", str(options.keep)] if options.keep else []
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True,
                              stdin=subprocess.DEVNULL)
        return json.loads(done.stdout)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        return [each for results in pool.map(in_lab, range(options.jobs)) for each in results]


def rounds_here(options: argparse.Namespace) -> list[tuple[str, list[str]]]:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_inputs()
        right: dict[str, bytes] = {}
        seconds: dict[str, float] = {}
        for number, flow in enumerate(FLOWS):
            began = time.monotonic()
            done = subprocess.run(["pflow", "-q", "-n", str(options.slots),
                                   f"--checkpoint=whole-{number}", flow], capture_output=True,
                                  stdin=subprocess.DEVNULL, check=True)
            right[flow], seconds[flow] = done.stdout, time.monotonic() - began
            piped = subprocess.run(["pflow", "-q", "-n", "1", flow], capture_output=True,
                                   stdin=subprocess.DEVNULL, check=True)
            if piped.stdout != done.stdout or not done.stdout:
                return [(f"differs from one worker without checkpoints: {flow}", [])]

        def one(seed: int) -> tuple[str, list[str]]:
            a_round = Round(seed, options.slots)
            place = pathlib.Path(folder) / f"round-{seed}"
            place.mkdir()
            for name in ("a.csv", "b.csv"):
                (place / name).symlink_to(pathlib.Path(folder) / name)
            try:
                a_round.run(right[a_round.flow], seconds[a_round.flow], place)
            except (Failed, subprocess.TimeoutExpired) as failed:
                text = f"seed {seed}: {', '.join(a_round.hits)}: {a_round.flow}\n  {failed}"
                print(text, file=sys.stderr, flush=True)
                return text, a_round.hits
            subprocess.run(["rm", "-rf", place], check=True)
            return "", a_round.hits

        seeds = range(options.seed, options.seed + options.rounds)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            return list(pool.map(one, seeds))


def main() -> int:
    parser = argparse.ArgumentParser(prog="fire.py")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slots", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--hosts", type=int)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.hosts is None:
        results = rounds_here(options)
    else:
        results = rounds_on_hosts(options) if "LAB" in os.environ else rounds_in_labs(options)
    if options.json:
        print(json.dumps(results))
        return 0
    failed = sum(bool(text) for text, hits in results)
    hit = collections.Counter(each.split()[0] for text, hits in results for each in hits)
    print(f"{options.rounds} rounds, {failed} failed; "
          + ", ".join(f"{count} {what}" for what, count in sorted(hit.items())))
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
