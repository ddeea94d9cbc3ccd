#!/usr/bin/env python3
"""fire.py [--rounds N] [--seed S] [--full-disk]: changes of tables that come to a sudden end.

Each round makes a table and changes it. One of these programs is killed at a random moment, or, with
--full-disk (which needs root), finds a file system with room for a random number of bytes or files.
The table must then read as before or as after, each earlier version as it was, all files of versions
must be there, and the next change must work. Conditions on the keys of indexes give the rows that they
must, and each index is as the data. A program that meets a full disk says which place it is
and leaves no file behind. At the end a vacuum leaves the files of the last version, and no other.

Prints how many rounds failed, each with its seed, which repeats it: --rounds 1 --seed S.
"""
import argparse
import collections
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from changes import (CHANGES, UPKEEP, Change, Failed, Rows, creation,  # noqa: E402
                     data_files_of, files_of, index, rows_of, vacuum, versions_of, write_rows)

LONGEST = 120.0  # seconds of a program
ROOM = 64 << 20  # bytes of the disk while it is not full
FILES = 10_000
usual: dict[str, float] = {}  # seconds that a program took the last time that nothing disturbed it


def start(change: Change, folder: pathlib.Path) -> subprocess.Popen:
    return subprocess.Popen(change.words, cwd=folder, stdin=subprocess.DEVNULL, text=True,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


class Table:
    """T in a folder, and the rows of each version that it must have."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.path = folder / "T"
        self.versions: list[Rows] = []
        self.needed = 0  # the first version whose files must be there

    def make(self, change: Change) -> None:
        began = time.monotonic()
        process = start(change, self.folder)
        said = process.communicate(timeout=LONGEST)[1]
        usual[change.words[0]] = time.monotonic() - began
        if process.returncode != 0:
            raise Failed(f"{' '.join(change.words)}: status {process.returncode}: {said}")
        self.settle(change, may_stay=False)

    def settle(self, change: Change, may_stay: bool) -> bool:
        """The change has ended; returns whether it took place, which it must if not `may_stay`."""
        before = self.versions[-1] if self.versions else None
        if removes_files(change):
            self.needed = len(self.versions) - 1
        count = versions_of(self.path, self.needed)
        made = count - len(self.versions)
        if made > 0:
            # Rows that stay as they are may be written again in steps.
            self.versions += [change.after] * (made if before == change.after else 1)
        elif not may_stay and before != change.after:
            raise Failed("the change has made no version")
        if count != len(self.versions):
            raise Failed(f"{count} versions instead of {len(self.versions)}")
        if count > 0 and rows_of(self.folder) != self.versions[-1]:
            raise Failed(f"version {count - 1} has other rows")
        return made > 0

    def check_earlier(self, numbers: random.Random) -> None:
        version = numbers.randrange(self.needed, len(self.versions))
        if rows_of(self.folder, f"--as-of={version}") != self.versions[version]:
            raise Failed(f"version {version} has become another")

    def check_indexes(self, numbers: random.Random) -> None:
        for where, holds in [("g = 'g3'", lambda g, _: g == "g3"),
                             ("v between 500000 and 510000", lambda _, v: 500000 <= v <= 510000)]:
            wanted = {key: row for key, row in self.versions[-1].items() if holds(*row)}
            if rows_of(self.folder, "-w", where) != wanted:
                raise Failed(f"other rows of {where}")
        self.make(Change(["pindex", "--check", "T"], self.versions[-1]))
        if numbers.random() < 0.5:
            self.make(index(numbers, self.versions[-1], self.folder))

    def check_vacuum(self, numbers: random.Random) -> None:
        time.sleep(0.002)  # so that no file is of this millisecond
        self.make(vacuum(numbers, self.versions[-1], self.folder))
        files = {str(path.relative_to(self.path)) for path in files_of(self.path)
                 if path.parent.name != "_delta_log" and "_penstock" not in path.parts}
        wanted = data_files_of(self.path)
        if files != wanted:
            raise Failed(f"left: {files - wanted}; missing: {wanted - files}")


def removes_files(change: Change) -> bool:
    return "--vacuum" in change.words


def is_changed(table: pathlib.Path, before: set[pathlib.Path]) -> bool:
    try:
        return files_of(table) != before
    except FileNotFoundError:  # one that went meanwhile
        return True


def kill(change: Change, table: Table, numbers: random.Random) -> str:
    """Returns how the program ended."""
    seconds = usual.get(change.words[0], 0.2)
    # At any time, once it writes, or once it commits.
    watched = numbers.choice([None, table.path, table.path / "_delta_log"])
    before = files_of(watched) if watched else set()
    process = start(change, table.folder)
    if watched is None:
        time.sleep(numbers.random() * seconds)
    else:
        while process.poll() is None and not is_changed(watched, before):
            pass
        time.sleep(numbers.random() ** 2 * seconds / (2 if watched == table.path else 10))
    process.kill()
    said = process.communicate(timeout=LONGEST)[1]
    if process.returncode not in (0, -9):
        raise Failed(f"status {process.returncode}: {said}")
    is_made = table.settle(change, may_stay=process.returncode != 0)
    return "ended" if process.returncode == 0 else "killed after" if is_made else "killed before"


def set_room(folder: pathlib.Path, room: int, files: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={room},nr_inodes={files}", folder.parent],
                   check=True)


def fill(change: Change, table: Table, numbers: random.Random) -> str:
    """As kill(), on a disk that is nearly full."""
    before = files_of(table.path)
    disk = os.statvfs(table.folder)
    used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
    if numbers.random() < 0.6:
        set_room(table.folder, used + numbers.randrange(25) * disk.f_frsize, FILES)
    else:
        set_room(table.folder, ROOM, disk.f_files - disk.f_ffree + numbers.randrange(12))
    process = start(change, table.folder)
    said = process.communicate(timeout=LONGEST)[1]
    set_room(table.folder, ROOM, FILES)
    is_made = table.settle(change, may_stay=process.returncode != 0)
    if process.returncode == 0:
        return "ended"
    if process.returncode != 1 or not said.startswith(change.words[0] + ": T"):
        raise Failed(f"status {process.returncode}: {said}")
    if not said.endswith(": No space left on device\n"):
        raise Failed(f"does not say that the disk is full: {said}")
    left = files_of(table.path) - before
    if change.words[0] == "pindex":  # an index may have some more pieces
        left = {path for path in left if "_penstock" not in path.parts}
    # Of several steps some may be made.
    if left if not is_made else "--compact" not in change.words:
        raise Failed(f"was refused ({said.strip()}), and left {sorted(map(str, left))}")
    return "refused"


def run_round(seed: int, folder: pathlib.Path, data: list[str], disturb) -> str:
    numbers = random.Random(seed)
    table = Table(folder)
    first = creation(numbers, numbers.choice(data), folder)
    # Which of the programs is disturbed; the first makes the table.
    disturbed = numbers.choice([0, 1, 1, 2, 2, 2])
    words: list[str] = []
    try:
        for number in range(disturbed + 2):
            if not table.versions:
                change = first
            elif numbers.random() < 0.1:
                again = creation(numbers, numbers.choice(data), folder)
                change = Change([*again.words, "--force"], again.after)
            else:
                kinds = UPKEEP if numbers.random() < 0.3 else CHANGES
                change = numbers.choice(kinds)(numbers, table.versions[-1], folder)
            if numbers.random() < 0.5 and not removes_files(change):
                change = Change([*change.words, "--no-sync"], change.after)
            words = change.words
            if number == disturbed:
                how = disturb(change, table, numbers)
            else:
                table.make(change)
        table.check_earlier(numbers)
        table.check_indexes(numbers)
        table.check_vacuum(numbers)
    except (Failed, OSError, subprocess.TimeoutExpired) as failed:
        raise Failed(f"seed {seed}: {' '.join(words)}\n  {failed}") from failed
    return how


def formats(folder: pathlib.Path) -> list[str]:
    write_rows(folder / "one.csv", {1: ("a", 1)})
    done = subprocess.run(["pinsert", "--create", "-t", "parquet", "P", "one.csv"], cwd=folder,
                          capture_output=True, check=False)
    return ["arrow", "parquet"] if done.returncode == 0 else ["arrow"]


def run_rounds(options: argparse.Namespace, place: pathlib.Path) -> int:
    ended: collections.Counter[str] = collections.Counter()
    data = formats(place)
    for seed in range(options.seed, options.seed + options.rounds):
        folder = place / f"round-{seed}"
        folder.mkdir()
        try:
            ended[run_round(seed, folder, data, fill if options.full_disk else kill)] += 1
        except Failed as failed:
            print(failed, file=sys.stderr, flush=True)
        shutil.rmtree(folder)
    failures = options.rounds - sum(ended.values())
    print(f"{options.rounds} rounds of {' and '.join(data)}, {failures} failed; "
          + ", ".join(f"{count} {how}" for how, count in sorted(ended.items())))
    return int(failures > 0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="fire.py")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full-disk", action="store_true")
    parser.add_argument("--place", type=pathlib.Path)  # where the small disk is, once it is there
    options = parser.parse_args()
    if options.place is not None:
        return run_rounds(options, options.place)
    with tempfile.TemporaryDirectory() as place:
        if not options.full_disk:
            return run_rounds(options, pathlib.Path(place))
        mount = f'mount -t tmpfs -o size={ROOM},nr_inodes={FILES} tmpfs "$0" && exec "$@"'
        words = ["unshare", "--mount", "sh", "-c", mount, place, sys.executable, "-B", *sys.argv]
        return subprocess.run([*words, "--place", place], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
