"""Random typed expressions over a random table, against PostgreSQL 15.

The expressions are those of tests/differential, written once: both sides read the same text, but for
what differs on purpose (`/` gives a float64 here, integers compute as bigint). A case is one
expression over all rows of the batch's table.
"""
import json
import math
import pathlib
import sys

import postgres
import shell

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent / "differential"))
import expressions
import tables

ROWS = 25
KINDS = ["int", "float", "text", "date", "decimal", "bool"]
TYPES = {"int": "bigint", "bigint": "bigint", "float": "float8", "edgefloat": "float8",
         "decimal": "numeric(15,2)", "text": "text", "bool": "bool", "date": "date",
         "timestamp": "timestamp"}


def literal(value) -> str:
    """On one line."""
    if value is None:
        return "null"
    text = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return "E'" + text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + "'"


def same(ours, theirs: str | None, kind: str) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if kind == "bool":
        return ours == (theirs == "t")
    if kind in ("text", "date"):
        return ours == theirs
    mine, yours = float(ours), float(theirs)
    return mine == yours or (math.isnan(mine) and math.isnan(yours))


def check(r, count, folder):
    table = tables.make_table(r, tables.LEFT)
    for column in table.columns:
        del column.values[ROWS:]
    (folder / "l.csv").write_bytes(table.csv().encode())
    generator = expressions.Generator(r, [(c.name, c.kind) for c in table.columns])
    cases = [(r.choice(KINDS), r.randint(1, 3)) for _ in range(count)]
    cases = [(kind, generator.make(kind, depth).ours) for kind, depth in cases]
    names = ", ".join(f"{c.name} {TYPES[c.kind]}" for c in table.columns)
    rows = ["(" + ", ".join([str(number), *map(literal, row)]) + ")"
            for number, row in enumerate(zip(*(c.values for c in table.columns)))]
    asked = [f"create temporary table l (row_number int, {names})"]
    asked += [f"insert into l values {', '.join(rows)}"] if rows else []
    before = len(asked)
    asked += [f"select {text.replace(' / 4)', '::float8 / 4)')} from l order by row_number"
              for _, text in cases]
    answers = postgres.server().ask(asked, ["timezone = 'UTC'"])[before:]
    scan = f"pscan --types {quoted(table.types)} l.csv"
    alone = [f"{scan} | pproject -t ndjson {quoted(f'{text} as v')}" for _, text in cases]
    problems = []
    for (kind, text), answer, one in zip(cases, answers, shell.run_all(alone, folder)):
        if isinstance(answer, postgres.Refusal):
            if one.status == 0:
                problems.append(f"{one}\n  PostgreSQL: {answer}")
            continue
        if one.status:
            problems.append(f"{one}\n  PostgreSQL: {answer[:3]}")
            continue
        ours = [json.loads(line)["v"] for line in one.out.decode().splitlines()]
        wrong = [(mine, yours[0]) for mine, yours in zip(ours, answer)
                 if not same(mine, yours[0], kind)]
        if wrong or len(ours) != len(answer):
            problems.append(f"{kind} {text}: {wrong[:3]} of {len(ours)} and {len(answer)} rows")
    return problems


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
