"""Sequences of changes of a table, compared with SQLite after each of them.

A table of some layout (hash, ranges, in turn, partition columns, or none; sorted or not) gets rows
by pinsert, loses some by pdelete, and changes by pupdate and pupsert, some of them with little
memory. After each change the rows of the latest version are those of SQLite, also those that a
condition selects, an earlier version is as it was, and no data file is gone.
"""
import csv
import pathlib
import re
import sqlite3
import subprocess

BATCH = 4

LAYOUTS = ["--hash -k k -n 4", "--hash -k c,k -n 3", "--range -k k -n 3", "--round-robin -n 3",
           "--by c", "--hash -k k -n 4 --sort v,k", "--hash -k c -n 2", ""]
CONDITIONS = ["k = {n}", "k between {n} and {n} + 6", "c = '{c}'", "c is null", "v is null",
              "v > {n} or c = '{c}'", "k % 3 = 1", "not (v < {n})", "c in ('{c}', 'b') and k > {n}",
              "k in ({n}, {n} + 1, {n} + 9)", "c <> '{c}'", "v = {n}"]
ASSIGNMENTS = ["v = v + 1", "v = null", "v = k, c = '{c}'", "k = k + {n}", "c = null",
               "c = '{c}'", "k = k + 1, v = k", "c = upper(c)"]
TYPES = "k=int64,c=text,v=int64"


def rows_of(r, count: int, unique: bool = False) -> list[tuple]:
    rows = [(r.randint(1, 40), r.choice(["a", "b", "c", "d", None]),
             r.choice([None, r.randint(0, 30)])) for _ in range(count)]
    return list({row[0]: row for row in rows}.values()) if unique else rows


def write(path: pathlib.Path, rows: list[tuple]) -> None:
    with path.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["k", "c", "v"])
        out.writerows(["" if value is None else value for value in row] for row in rows)


def read(line: str, folder: pathlib.Path) -> list[tuple]:
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{line}: {done.stderr}")
    rows = list(csv.reader(done.stdout.splitlines()))[1:]
    return sorted((int(k), c, v) for k, c, v in rows)


def wanted(database) -> list[tuple]:
    return sorted((k, c or "", "" if v is None else str(v))
                  for k, c, v in database.execute("select k, c, v from t"))


def change(r, database, folder: pathlib.Path) -> str:
    """One change, made in SQLite; the words of the tool that makes the same."""
    fill = {"n": r.randint(0, 40), "c": r.choice("abcd")}
    where = r.choice(CONDITIONS).format(**fill)
    way = r.randrange(4)
    if way == 0:
        rows = rows_of(r, r.choice([0, 1, 5, 40]))
        write(folder / "in.csv", rows)
        database.executemany("insert into t values (?, ?, ?)", rows)
        return f"pinsert t --types {TYPES} in.csv"
    if way == 1:
        database.execute(f"delete from t where {where}")
        return f'pdelete -w "{where}" t'
    if way == 2:
        assignments = r.choice(ASSIGNMENTS).format(**fill)
        every = r.random() < 0.1
        database.execute(f"update t set {assignments}" + ("" if every else f" where {where}"))
        return f'pupdate --set "{assignments}"' + ("" if every else f' -w "{where}"') + " t"
    rows = rows_of(r, r.choice([0, 1, 4, 30]), unique=True)
    write(folder / "in.csv", rows)
    database.executemany("delete from t where k = ?", [row[:1] for row in rows])
    database.executemany("insert into t values (?, ?, ?)", rows)
    return f"pupsert -k k t --types {TYPES} in.csv"


def case(r, folder: pathlib.Path) -> str | None:
    folder.mkdir()
    database = sqlite3.connect(":memory:")
    database.execute("create table t (k int, c text, v int)")
    rows = rows_of(r, r.choice([0, 3, 60]))
    database.executemany("insert into t values (?, ?, ?)", rows)
    write(folder / "first.csv", rows)
    layout = r.choice(LAYOUTS)
    lines = [f"ppartition {layout} -o t/ --types {TYPES} first.csv" if layout
             else f"pinsert --create --types {TYPES} t first.csv"]
    read(lines[0] + " && echo", folder)
    versions = [wanted(database)]
    for _ in range(r.randint(2, 7)):
        lines.append(change(r, database, folder) + r.choice(["", "", " -S 64K"]) + " --no-sync -v")
        before = set((folder / "t").rglob("*.arrow"))
        done = subprocess.run(["bash", "-c", lines[-1]], cwd=folder, capture_output=True, text=True)
        said = "; ".join(lines)
        version = re.search(r"version (\d+)$", done.stderr)
        if done.returncode or not version:
            return f"{said}: status {done.returncode}, {done.stderr}"
        is_same = int(version[1]) == len(versions) - 1
        if is_same and wanted(database) != versions[-1]:
            return f"{said}: no version was made"
        if not before <= set((folder / "t").rglob("*.arrow")):
            return f"{said}: a data file is gone"
        if not is_same:
            versions.append(wanted(database))
        got = read("pscan -t csv t", folder)
        if got != versions[-1]:
            return f"{said}: {got} instead of {versions[-1]}"
        earlier = r.randrange(len(versions))
        if read(f"pscan -t csv --as-of {earlier} t", folder) != versions[earlier]:
            return f"{said}: version {earlier} has changed"
        where = r.choice(CONDITIONS).format(n=r.randint(0, 40), c=r.choice("abcd"))
        kept = sorted((k, c or "", "" if v is None else str(v)) for k, c, v in
                      database.execute(f"select k, c, v from t where {where}"))
        if read(f'pscan -t csv -w "{where}" t', folder) != kept:
            return f"{said}: other rows of {where}"
    return None


def check(r, count: int, folder: pathlib.Path) -> list[str]:
    problems = []
    for number in range(count):
        try:
            problem = case(r, folder / str(number))
        except AssertionError as error:
            problem = str(error)
        if problem:
            problems.append(problem)
    return problems
