"""Changes of a table of the columns id, g and v, each with the rows that it must make.

All run in one folder, in which the table is T.
"""
import csv
import io
import json
import pathlib
import random
import re
import subprocess
from typing import NamedTuple

Rows = dict[int, tuple[str, int]]  # by id

LAYOUTS = [
    ["--hash", "-k", "id", "-n", "4"],
    ["--range", "-k", "id", "-n", "3"],
    ["--round-robin", "-n", "3"],
    ["--hash", "-k", "g", "-n", "2", "--sort", "v"],
    ["--by", "g"],
]
# Columns that lie apart, of Arrow data alone; those that are not named are a last group.
GROUPS = [
    ["--columns", "v"],
    ["--columns", "id", "--columns", "g"],
    ["--columns", "v,id"],
]
VERSION = re.compile(r"[0-9]{20}\.json")


class Failed(Exception):
    pass


class Change(NamedTuple):
    words: list[str]
    after: Rows


def write_rows(path: pathlib.Path, rows: Rows) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write("id,g,v\n")
        file.writelines(f"{key},{g},{v}\n" for key, (g, v) in rows.items())


def random_rows(numbers: random.Random, first: int, count: int) -> Rows:
    return {key: (f"g{numbers.randrange(5)}", numbers.randrange(10**6))
            for key in range(first, first + count)}


def with_groups(numbers: random.Random, layout: list[str], groups: list[list[str]]) -> list[str]:
    # The values of a partition column are in no file.
    by = layout[1] if layout[0] == "--by" else None
    return [*layout, *numbers.choice([group for group in groups if by not in group])]


def has_arrow_data(table: pathlib.Path) -> bool:
    is_arrow = False
    for path in sorted((table / "_delta_log").glob("*.json")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if metadata := json.loads(line).get("metaData"):
                is_arrow = metadata["configuration"].get("penstock.format") == "arrow"
    return is_arrow


def creation(numbers: random.Random, data: str, folder: pathlib.Path) -> Change:
    """Makes T, or replaces all rows of it with --force, which the caller adds."""
    rows = random_rows(numbers, 0, numbers.randrange(100, 4000))
    write_rows(folder / "all.csv", rows)
    layout = numbers.choice(LAYOUTS)
    if data == "arrow" and numbers.random() < 0.5:
        layout = with_groups(numbers, layout, GROUPS)
    return Change(["ppartition", "-t", data, *layout, "-o", "T/", "all.csv"], rows)


def insertion(numbers: random.Random, rows: Rows, folder: pathlib.Path) -> Change:
    new = random_rows(numbers, max(rows, default=0) + 1, numbers.randrange(1, 3000))
    write_rows(folder / "new.csv", new)
    return Change(["pinsert", "T", "new.csv"], {**rows, **new})


def upsert(numbers: random.Random, rows: Rows, folder: pathlib.Path) -> Change:
    first = numbers.randrange(0, max(rows, default=0) + 2)
    new = random_rows(numbers, first, numbers.randrange(1, 3000))
    write_rows(folder / "new.csv", new)
    return Change(["pupsert", "-k", "id", "T", "new.csv"], {**rows, **new})


def update(numbers: random.Random, rows: Rows, _folder: pathlib.Path) -> Change:
    parts, part = numbers.choice([(1, 0), (7, 3), (500, 11)])
    where = f"id % {parts} = {part}"
    if numbers.random() < 0.5:
        after = {key: (g, v + 1 if key % parts == part else v) for key, (g, v) in rows.items()}
        return Change(["pupdate", "--set", "v = v + 1", "-w", where, "T"], after)
    # A key of partitions: its rows go to others.
    after = {key: ("g9" if key % parts == part else g, v) for key, (g, v) in rows.items()}
    return Change(["pupdate", "--set", "g = 'g9'", "-w", where, "T"], after)


def deletion(numbers: random.Random, rows: Rows, _folder: pathlib.Path) -> Change:
    parts = numbers.choice([2, 9, 400])
    after = {key: row for key, row in rows.items() if key % parts != 1}
    return Change(["pdelete", "-w", f"id % {parts} = 1", "T"], after)


def compaction(numbers: random.Random, rows: Rows, _folder: pathlib.Path) -> Change:
    """Makes any number of versions, all of the same rows."""
    return Change(["ptable", "--compact", "--target-size", numbers.choice(["2K", "128M"]), "T"],
                  rows)


def repartition(numbers: random.Random, rows: Rows, folder: pathlib.Path) -> Change:
    layout = numbers.choice([*LAYOUTS, ["--undivided"]])
    if has_arrow_data(folder / "T") and numbers.random() < 0.5:
        layout = with_groups(numbers, layout, [*GROUPS, ["--columns", "*"]])
    return Change(["ptable", "--repartition", *layout, "T"], rows)


def vacuum(_numbers: random.Random, rows: Rows, _folder: pathlib.Path) -> Change:
    """Makes no version, and takes the files of all but the last one away."""
    return Change(["ptable", "--vacuum", "--older-than", "0s", "T"], rows)


def index(numbers: random.Random, rows: Rows, _folder: pathlib.Path) -> Change:
    """Makes no version."""
    return Change(["pindex", "-k", numbers.choice(["g", "v", "g,v"]), "T"], rows)


CHANGES = [insertion, upsert, update, deletion]
UPKEEP = [compaction, repartition, vacuum, index, index]


def rows_of(folder: pathlib.Path, *words: str) -> Rows:
    """What T has. Fails for a key that comes twice."""
    done = subprocess.run(["pscan", "-t", "csv", "T", *words], cwd=folder, capture_output=True,
                          stdin=subprocess.DEVNULL, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"T cannot be read: {done.stderr}")
    rows: Rows = {}
    count = 0
    for count, row in enumerate(csv.DictReader(io.StringIO(done.stdout)), 1):
        rows[int(row["id"])] = (row["g"], int(row["v"]))
    if count != len(rows):
        raise Failed(f"{count} rows of {len(rows)} keys")
    return rows


def sizes_of(added: dict) -> dict[str, int]:
    """The files of an action, with their bytes: one, or one for each group of columns."""
    groups = (added.get("tags") or {}).get("penstock.groups")
    if groups is None:
        return {added["path"]: added["size"]}
    sizes = {path: size for path, size, _ in json.loads(groups)}
    if next(iter(sizes)) != added["path"] or sum(sizes.values()) != added["size"]:
        raise Failed(f"{added['path']} is not its groups together")
    return sizes


def versions_of(table: pathlib.Path, needed: int = 0) -> int:
    """How many versions T has.

    Fails where one is missing or damaged, or where a file of version `needed` or a later one is.
    """
    if not (table / "_delta_log").is_dir():
        return 0
    files = sorted(path for path in (table / "_delta_log").iterdir()
                   if VERSION.fullmatch(path.name))
    sizes: dict[str, int] = {}
    for number, path in enumerate(files):
        if path.name != f"{number:020}.json":
            raise Failed(f"version {number} is missing")
        for line in path.read_text(encoding="utf-8").splitlines():
            action = json.loads(line)
            if added := action.get("add"):
                sizes |= sizes_of(added)
            elif (removed := action.get("remove")) and number <= needed:
                for name in sizes_of(removed):
                    del sizes[name]
    for name, size in sizes.items():
        if (table / name).stat().st_size != size:
            raise Failed(f"{name} has another size")
    return len(files)


def data_files_of(table: pathlib.Path) -> set[str]:
    """The files that the last version has."""
    names: set[str] = set()
    for path in sorted((table / "_delta_log").glob("*.json")):
        for line in path.read_text(encoding="utf-8").splitlines():
            action = json.loads(line)
            if added := action.get("add"):
                names |= set(sizes_of(added))
            elif removed := action.get("remove"):
                names -= set(sizes_of(removed))
    return names


def files_of(table: pathlib.Path) -> set[pathlib.Path]:
    return {path for path in table.rglob("*") if not path.is_dir()}
