"""Conditions on tables with indexes, compared with the same conditions on the rows of the table.

A table of some layout and format gets random rows of many types, with nulls, NaN, -0 and texts that
are long or equal but for their end; indexes of random keys; changes, some of which leave an index
stale; and some of its pieces go. After each step random conditions give the same rows by the indexes
as `pfilter` gives of a scan of all, and `pindex --check` finds nothing wrong.
"""
import os
import pathlib
import subprocess

BATCH = 3

LAYOUTS = ["--hash -k k -n 4", "--range -k k -n 3", "--round-robin -n 5", "--by b",
           "--hash -k k -n 2 --sort s", "--round-robin -n 2 --sort d"]
COLUMNS = ["k", "i", "f", "d", "s", "t", "b", "u"]
TYPES = ("k=int64,i=int32,f=float64,d=decimal(9,2),s=text,t=date,b=bool,"
         "u=timestamp")
HEADER = ",".join(COLUMNS)
LONG = "a text that is longer than the bounds are that end after some of it "


def value(r, column: str) -> str:
    if column != "k" and r.random() < 0.12:
        return ""
    n = r.randint(-6, 6)
    return {"k": str(r.randint(1, 60)), "i": str(n),
            "f": r.choice([str(n), f"{n}.5", "NaN", "-0.0", "0", "Infinity", "1e300"]),
            "d": f"{n}.{r.choice(['00', '25', '50'])}",
            "s": r.choice(["x", "y", "z", "é", LONG + r.choice("abc"), f"t{n}"]),
            "t": f"2024-01-{abs(n) + 1:02}", "b": r.choice(["true", "false"]),
            "u": f"2024-01-{abs(n) + 1:02} 0{abs(n)}:00:00.{abs(n)}"}[column]


def literal(r, column: str) -> str:
    n = r.randint(-6, 6)
    return {"k": r.choice([str(r.randint(1, 60)), f"{r.randint(1, 60)}.0", f"{n}.5"]),
            "i": r.choice([str(n), f"{n}.0", f"{n}.5", f"cast({n} as float8)", "3000000000"]),
            "f": r.choice([str(n), f"{n}.5", "'NaN'", "-0.0", "'Infinity'", f"{n}::float8"]),
            "d": r.choice([str(n), f"{n}.25", f"{n}.250", f"{n}.5::float8"]),
            "s": r.choice(["'x'", "'y'", "'é'", f"'{LONG}b'", f"'t{n}'", "''"]),
            "t": r.choice([f"date '2024-01-0{abs(n) + 1}'", f"'2024-01-0{abs(n) + 1}'",
                           f"timestamp '2024-01-0{abs(n) + 1} 00:00:00'"]),
            "b": r.choice(["true", "false"]),
            "u": r.choice([f"timestamp '2024-01-0{abs(n) + 1} 0{abs(n)}:00:00.{abs(n)}'",
                           f"date '2024-01-0{abs(n) + 1}'"])}[column]


def simple(r) -> str:
    column = r.choice(COLUMNS)
    way = r.randrange(8)
    if way == 0:
        return f"{column} is {r.choice(['', 'not '])}null"
    if way == 1:
        return f"{column} in ({', '.join(literal(r, column) for _ in range(r.randint(1, 4)))})"
    if way == 2:
        return f"{column} between {literal(r, column)} and {literal(r, column)}"
    if way == 3:
        return f"{column} is {r.choice(['', 'not '])}distinct from {literal(r, column)}"
    if way == 4 and column == "s":
        return f"s like '{r.choice(['x%', 't%', 'a text%', '%b', LONG + '_'])}'"
    if way == 5 and column in "kid":
        return f"{column} {r.choice('+-')} 1 {r.choice(['=', '<', '>='])} {literal(r, column)}"
    operator = r.choice(["=", "=", "=", "<", "<=", ">", ">=", "<>"])
    return f"{column} {operator} {literal(r, column)}"


def condition(r, depth: int = 2) -> str:
    if depth == 0 or r.random() < 0.4:
        return simple(r)
    if r.random() < 0.15:
        return f"not ({condition(r, depth - 1)})"
    word = r.choice(["and", "and", "or"])
    return f"({condition(r, depth - 1)} {word} {condition(r, depth - 1)})"


def write(r, path: pathlib.Path, count: int) -> None:
    lines = [",".join(value(r, column) for column in COLUMNS) for _ in range(count)]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")


def run(line: str, folder: pathlib.Path) -> str:
    done = subprocess.run(["bash", "-c", "set -o pipefail; " + line], cwd=folder, text=True,
                          capture_output=True, check=False)
    if done.returncode or done.stderr:
        raise AssertionError(f"{line}: status {done.returncode}: {done.stderr}")
    return done.stdout


def change(r, folder: pathlib.Path) -> str:
    way = r.randrange(7)
    write(r, folder / "in.csv", r.choice([1, 5, 40]))
    if way <= 1:
        return f"pinsert t --types '{TYPES}' in.csv"
    if way == 2:
        return f'pdelete -w "{condition(r)}" t'
    if way == 3:
        column = r.choice(COLUMNS[1:6])
        return f'pupdate --set "{column} = null" -w "{condition(r)}" t'
    if way == 4:
        return "ptable --compact t"
    keys = ",".join(r.sample(COLUMNS, r.randint(1, 3)))
    return f"pindex -k {keys} t" + r.choice(["", " -S 64K"])


def remove_pieces(r, folder: pathlib.Path) -> None:
    for path in sorted((folder / "t" / "_penstock").rglob("*.arrow")):
        if r.random() < 0.3:
            path.unlink()


def case(r, folder: pathlib.Path) -> str | None:
    folder.mkdir()
    write(r, folder / "first.csv", r.choice([3, 50, 300]))
    data = r.choice(["arrow", "arrow", "parquet"]) if os.environ.get("PENSTOCK_PARQUET") else "arrow"
    lines = [f"ppartition -t {data} {r.choice(LAYOUTS)} -o t/ --types '{TYPES}' first.csv"]
    run(lines[0], folder)
    for _ in range(r.randint(3, 8)):
        if r.random() < 0.15:
            lines.append("# pieces removed")
            remove_pieces(r, folder)
        else:
            lines.append(change(r, folder))
            run(lines[-1], folder)
        for _ in range(4):
            where = condition(r)
            wanted, got = (sorted(run(line, folder).splitlines()) for line in (
                f'pscan t | pfilter "{where}" -t csv', f'pscan -t csv -w "{where}" t'))
            if got != wanted:
                return "; ".join(lines) + f": {where}: {got} instead of {wanted}"
    run("pindex --check t", folder)
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
