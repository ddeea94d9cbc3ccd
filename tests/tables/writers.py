#!/usr/bin/env python3
"""writers.py [--writers N] [--commits N] [--readers N]: many writers of a table, and readers meanwhile.

Each writer adds its rows one after the other, each by a pinsert of its own; meanwhile the table is
compacted and gets other partitions and column groups, its index is merged, and files that no version of the last hour
needs are removed. A writer whose rows were divided for the old partitions is refused, and begins
again. A reader must see one version, whole: its rows are those of the version with so many rows,
and have all that were committed when it began. At the end each row is there once, and each commit
is a version.

Prints the figures of the commits, and fails with a line for each thing that is not so.
"""
import argparse
import concurrent.futures
import csv
import io
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from changes import Failed, Rows, rows_of, versions_of  # noqa: E402

FIRST = 10  # rows of version 0
FAR = 1_000_000  # between the keys of two writers
REFUSED = re.compile(
    "the table's (columns or properties were|protocol was) changed; no row was inserted")
APART = [[], ["-c", "v"], ["-c", "g,id"], ["-c", "*"]]  # the last puts all columns together
REBASED = re.compile(r"version (\d+)(?:, rebased (\d+) times? over \d+ versions? of others)?$")


class Writers:
    def __init__(self, folder: pathlib.Path, commits: int) -> None:
        self.folder = folder
        self.commits = commits
        self.seconds: list[float] = []
        self.rebases: list[int] = []
        self.partitions = 4
        self.refused = 0  # commits, for other partitions
        self.versions: set[int] = set()
        self.reads: list[Rows] = []
        self.lock = threading.Lock()

    def run(self, words: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(words, cwd=self.folder, input=text, text=True, capture_output=True,
                              check=False)
        if REFUSED.search(done.stderr):
            self.refused += 1
            return self.run(words, text)
        if done.returncode != 0:
            raise Failed(f"{' '.join(words)}: status {done.returncode}: {done.stderr}")
        return done

    def write(self, writer: int) -> None:
        for number in range(self.commits):
            began = time.monotonic()
            key = (writer + 1) * FAR + number
            said = self.run(["pinsert", "-v", "--no-sync", "--retries", "1000", "T", "-"],
                            f"id,g,v\n{key},w,{writer}\n").stderr
            took = time.monotonic() - began
            noted = REBASED.search(said)
            if noted is None:
                raise Failed(f"does not say which version it is: {said}")
            with self.lock:
                self.seconds.append(took)
                self.rebases.append(int(noted[2] or 0))
                self.versions.add(int(noted[1]))

    def read(self, stop: threading.Event) -> None:
        while not stop.is_set():
            committed = len(self.versions)
            rows = rows_of(self.folder)
            if len(rows) < FIRST + committed:
                raise Failed(f"{len(rows)} rows, when {committed} were committed before")
            with self.lock:
                self.reads.append(rows)

    def look_after(self, stop: threading.Event) -> None:
        lost = self.folder / "T" / "lost.arrow"
        while not stop.is_set():
            lost.touch()
            os.utime(lost, (0, 0))
            self.run(["ptable", "--vacuum", "--older-than", "1h", "T"])
            if lost.exists():
                raise Failed(f"{lost.name} was not removed")
            self.run(["ptable", "--compact", "--no-sync", "--retries", "10000", "T"])
            self.run(["pindex", "-k", "v", "--no-sync", "T"])
            self.partitions = self.partitions % 5 + 1
            self.run(["ptable", "--repartition", "--hash", "-k", "id", "-n", f"{self.partitions}",
                      *APART[self.partitions % len(APART)], "--no-sync", "--retries", "10000", "T"])

    def check_reads(self) -> None:
        seen = {len(rows): rows for rows in self.reads}
        for rows in self.reads:
            if rows != seen[len(rows)]:
                raise Failed(f"two readers saw other rows, {len(rows)} each")
        # Those of some versions; each is read once more.
        versions = [0, *sorted(self.versions)]
        for count in sorted(seen)[::max(1, len(seen) // 10)]:
            if rows_of(self.folder, f"--as-of={versions[count - FIRST]}") != seen[count]:
                raise Failed(f"a reader saw {count} rows that are not those of their version")

    def check_end(self, writers: int) -> None:
        commits = writers * self.commits
        rows = rows_of(self.folder)
        wanted = {(writer + 1) * FAR + number: ("w", writer)
                  for writer in range(writers) for number in range(self.commits)}
        if {key: row for key, row in rows.items() if key >= FAR} != wanted:
            raise Failed(f"{len(rows) - FIRST} rows of {commits} are there, or other ones")
        ones = {key: row for key, row in rows.items() if row[1] == 1}
        if rows_of(self.folder, "-w", "v = 1") != ones:
            raise Failed("the index gives other rows")
        self.run(["pindex", "--check", "T"])
        history = csv.DictReader(io.StringIO(
            self.run(["ptable", "--history", "-t", "csv", "T"]).stdout))
        kept = {int(row["version"]) for row in history
                if row["operation"] in ("OPTIMIZE", "REPARTITION")}
        count = versions_of(self.folder / "T")
        if sorted([0, *self.versions, *kept]) != list(range(count)):
            raise Failed(f"{count} versions, of {commits} commits and {len(kept)} of the same rows")
        if left := [name for name in os.listdir(self.folder / "T") if name.startswith(".")]:
            raise Failed(f"left: {left}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="writers.py")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--commits", type=int, default=50)
    parser.add_argument("--readers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        all_of = Writers(pathlib.Path(folder), options.commits)
        all_of.run(["ppartition", "--hash", "-k", "id", "-n", "4", "-o", "T/", "-"],
                   "id,g,v\n" + "".join(f"{key},g,0\n" for key in range(FIRST)))
        all_of.run(["pindex", "-k", "v", "T"])
        stop = threading.Event()
        began = time.monotonic()
        try:
            with concurrent.futures.ThreadPoolExecutor(options.writers + options.readers + 1) as pool:
                others = [pool.submit(all_of.read, stop) for _ in range(options.readers)]
                others.append(pool.submit(all_of.look_after, stop))
                writers = [pool.submit(all_of.write, number) for number in range(options.writers)]
                concurrent.futures.wait(writers)
                seconds = time.monotonic() - began
                stop.set()
            for one in writers + others:
                one.result()
            all_of.check_reads()
            all_of.check_end(options.writers)
        except Failed as failed:
            print(failed, file=sys.stderr)
            return 1
    print(f"{len(all_of.rebases)} commits in {seconds:.1f} s, {len(all_of.reads)} reads; "
          f"rebases of a commit: {statistics.median(all_of.rebases):g} at the median, "
          f"{max(all_of.rebases)} at most; {all_of.refused} were refused once; "
          f"{statistics.median(all_of.seconds) * 1000:.0f} ms a commit at the median")
    return 0


if __name__ == "__main__":
    sys.exit(main())
