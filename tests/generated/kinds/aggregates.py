"""Aggregates that PostgreSQL 15 has too, over a random table, with and without keys and filters."""
import json
import math

import postgres
import shell

ROWS = 40
COLUMNS = {"k": "bigint", "i": "bigint", "x": "float8", "y": "float8", "t": "text", "b": "bool"}
# Ours, and PostgreSQL's where it differs.
CALLS = [
    ("covar_pop(y, x)",), ("covar_samp(y, x)",), ("corr(y, x)",), ("regr_slope(y, x)",),
    ("regr_intercept(y, x)",), ("regr_r2(y, x)",), ("regr_count(y, x)",), ("corr(i, x)",),
    ("bit_and(i)",), ("bit_or(i)",), ("bit_xor(i)",), ("bit_xor(distinct i)",), ("every(b)",),
    ("first(t order by i, t)", "(array_agg(t order by i, t) filter (where t is not null))[1]"),
    ("last(t order by i desc nulls last, t desc nulls last)",
     "(array_agg(t order by i nulls first, t nulls first) filter (where t is not null))[1]"),
    ("first(t)", "(array_agg(t order by row_number) filter (where t is not null))[1]"),
    ("last(t)", "(array_agg(t order by row_number desc) filter (where t is not null))[1]"),
    ("sum(x)",), ("avg(i)",), ("count(distinct t)",), ("stddev(x)",), ("median(x)",
     "percentile_cont(0.5) within group (order by x)"),
]
FILTERED = ["", "", " filter (where i > 3)", " filter (where b)"]


def value(r, kind: str):
    if r.random() < 0.15:
        return None
    return {"k": r.randint(0, 2), "i": r.choice([0, 1, 5, 6, 7, 255, r.randint(-9, 9)]),
            "x": r.choice([0.0, 1.5, -2.25, float(r.randint(-50, 50)) / 4]),
            "y": float(r.randint(-40, 40)) / 8, "t": r.choice(["a", "b", "cc", "d"]),
            "b": r.random() < 0.7}[kind]


def literal(what) -> str:
    return "null" if what is None else f"'{what}'"


def same(ours, theirs) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, bool):
        return ours == (theirs == "t")
    if isinstance(ours, str):
        return ours == theirs
    return math.isclose(float(ours), float(theirs), rel_tol=1e-11, abs_tol=1e-12)


def check(r, count, folder):
    table = {kind: [value(r, kind) for _ in range(ROWS)] for kind in COLUMNS}
    lines = [",".join(COLUMNS)]
    for row in zip(*table.values()):
        lines.append(",".join("" if v is None else str(v).lower() for v in row))
    (folder / "t.csv").write_text("\n".join(lines) + "\n")
    cases = []
    for _ in range(count):
        call = r.choice(CALLS)
        # A filter of PostgreSQL's second form stands inside of the subscript.
        extra = r.choice(FILTERED) if len(call) == 1 else ""
        cases.append((call[0] + extra, call[-1] + extra, r.random() < 0.7))
    names = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    rows = ["(" + ", ".join([str(n), *map(literal, row)]) + ")"
            for n, row in enumerate(zip(*table.values()))]
    asked = [f"create temporary table t (row_number int, {names})",
             f"insert into t values {', '.join(rows)}"]
    asked += [f"select {theirs} from t" + (" group by k order by k nulls last" if keyed else "")
              for _, theirs, keyed in cases]
    answers = postgres.server().ask(asked)[2:]
    scan = "pscan --types k=bigint,i=bigint,x=double,y=double,t=text,b=bool t.csv"
    alone = [f"{scan} | pagg{' -k k' if keyed else ''} '{ours} as v'"
             + (" | psort -k k" if keyed else "") + " | pproject -t ndjson v"
             for ours, _, keyed in cases]
    problems = []
    for (ours, _, keyed), answer, one in zip(cases, answers, shell.run_all(alone, folder)):
        if one.status or isinstance(answer, postgres.Refusal):
            problems.append(f"{one}\n  PostgreSQL: {answer}")
            continue
        got = [json.loads(line)["v"] for line in one.out.decode().splitlines()]
        wrong = [(mine, theirs[0]) for mine, theirs in zip(got, answer) if not same(mine, theirs[0])]
        if wrong or len(got) != len(answer):
            problems.append(f"{ours} {keyed}: {wrong[:3]} of {len(got)} and {len(answer)} rows")
    return problems
