"""Window functions and aggregates over windows that PostgreSQL 15 has too: random partitions, orders
and frames, some of which both must refuse, one to three calls at once, some with little memory."""
import json
import math

import postgres
import shell

ROWS = 40
COLUMNS = {"n": "bigint", "k": "int", "i": "bigint", "x": "float8", "m": "numeric(12,2)",
           "d": "date", "s": "timestamp", "u": "time", "t": "text", "b": "bool"}
OURS = {"n": "bigint", "k": "bigint", "i": "bigint", "x": "double", "m": "'decimal(12,2)'",
        "d": "date", "s": "timestamp", "u": "time", "t": "text", "b": "bool"}
# Calls whose result may depend on which of the rows that are equal in the order comes first.
BY_ROW = ["row_number()", "ntile(3)", "ntile(k)", "ntile(0)", "lag({v})", "lead({v})", "lag({v}, 2)",
          "lead({v}, k)", "lag(i, 2, -7)", "lead(t, 1, 'none')", "lag(x, -1, 2.5)",
          "first_value({v})", "last_value({v})", "nth_value({v}, 2)", "nth_value({v}, k + 1)",
          "nth_value(t, 0)"]
BY_PEERS = ["rank()", "dense_rank()", "percent_rank()", "cume_dist()"]
AGGREGATES = ["count(*)", "count({v})", "sum(i)", "sum(x)", "sum(m)", "avg(i)", "avg(x)", "avg(m)",
              "min({v})", "max({v})", "stddev(x)", "stddev_samp(x)", "var_samp(i)", "var_pop(i)", "bool_and(b)", "bool_or(b)",
              "corr(x, i)", "bit_xor(i)", "regr_slope(x, i)"]
FILTERED = ["", "", "", " filter (where i > 1)", " filter (where b)"]
OFFSETS = {"i": ["1", "0", "4", "-1"], "n": ["3", "10"], "x": ["1.5", "0.25", "1e300", "'Infinity'", "'NaN'", "-0.5"],
           "m": ["0.5", "2", "10.25", "-0.5"],
           "d": ["interval '2 days'", "interval '1 month'", "'3 days'", "interval '-1 day'", "1"],
           "s": ["interval '90 minutes'", "interval '1 month'", "'1 day'"],
           "u": ["interval '90 minutes'", "interval '1 day'", "'1 month 2 hours'", "interval '30 hours'",
                 "interval '-1 minute'", "'0'", "1"],
           "t": ["1"]}


def value(r, kind: str, row: int):
    if kind == "n":
        return row
    if r.random() < 0.15:
        return None
    return {"k": r.randint(0, 2), "i": r.choice([0, 1, 5, 2**40, r.randint(-9, 9)]),
            "x": r.choice([0.0, 1.5, -2.25, *[float(r.randint(-50, 50)) / 4] * 3, math.inf, -math.inf, math.nan]),
            "m": r.choice(["0.00", "1.50", f"{r.randint(-40, 40) / 4:.2f}"]),
            "d": f"2024-0{r.randint(1, 3)}-{r.randint(1, 28):02}",
            "s": f"2024-02-{r.randint(26, 29)} {r.randint(0, 23):02}:30:00",
            "u": f"{r.randint(0, 23):02}:{r.choice(['00', '30'])}:00",
            "t": r.choice(["a", "b", "cc", "d"]), "b": r.random() < 0.7}[kind]


def literal(what) -> str:
    return "null" if what is None else f"'{what}'"


def same(ours, theirs) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, bool):
        return ours == (theirs == "t")
    try:
        mine, yours = float(ours), float(theirs)
        return (math.isclose(mine, yours, rel_tol=1e-11, abs_tol=1e-12)
                or (math.isnan(mine) and math.isnan(yours)))
    except ValueError:
        return str(ours).replace("T", " ").removesuffix(".000000") == theirs


def sort_key(r, name: str) -> str:
    return f"{name}{r.choice(['', ' desc'])} nulls {r.choice(['first', 'last'])}"


def frame(r, keys: list[str]) -> str:
    mode = r.choice(["rows", "range", "groups"])

    def offset() -> str:
        if mode != "range":
            return r.choice(["0", "1", "2", "5", "100", "-1", "9000000000"] if r.random() < 0.3
                            else ["1", "2", "3"])
        return r.choice(OFFSETS.get(keys[0] if keys else "i", ["1"]))

    starts = ["unbounded preceding", f"{offset()} preceding", "current row",
              f"{offset()} following"]
    ends = [f"{offset()} preceding", "current row", f"{offset()} following", "unbounded following"]
    exclude = r.choice(["", "", "", " exclude current row", " exclude group", " exclude ties",
                        " exclude no others"])
    if r.random() < 0.2:
        return f" {mode} {r.choice(starts[:3])}{exclude}"
    return f" {mode} between {r.choice(starts)} and {r.choice(ends)}{exclude}"


def call(r) -> tuple[str, list[str]]:
    """A function and its window: the partition, the order and the frame, each perhaps empty."""
    kind = r.random()
    function = r.choice(BY_ROW if kind < 0.4 else BY_PEERS if kind < 0.5 else AGGREGATES)
    function = function.replace("{v}", r.choice(["i", "x", "m", "d", "s", "u", "t"]))
    keys = r.sample(["k", "i", "x", "m", "d", "s", "u", "t"], r.choice([0, 1, 1, 1, 2]))
    framed = frame(r, keys) if r.random() < 0.6 else ""
    if "range" in framed and len(keys) > 1 and r.random() < 0.8:
        keys = keys[:1]
    by_row = kind < 0.4 or " rows" in framed
    if by_row and "range" in framed and len(keys) == 1:
        keys = ["n"]
        framed = frame(r, keys)
    elif by_row:
        keys = [*keys, "n"]
    if kind >= 0.5:
        function += r.choice(FILTERED)
    parts = [f"partition by {', '.join(r.sample(['k', 'b', 't', 'k + 1'], r.choice([1, 1, 2])))}"
             if r.random() < 0.7 else "",
             f"order by {', '.join(sort_key(r, key) for key in keys)}" if keys else "",
             framed.strip()]
    return function, parts


def written(r, calls) -> tuple[list[str], str]:
    """The calls, and the clause of windows behind them: some calls name or extend one there."""
    texts, defined = [], []
    for at, (function, (partition, order, framed)) in enumerate(calls):
        way = r.random()
        here = [part for part in (partition, order, framed) if part]
        if way < 0.7:
            texts.append(f"{function} over ({' '.join(here)})")
            continue
        name = f"w{at}"
        if way < 0.8:
            defined.append(f"{name} as ({' '.join(here)})")
            texts.append(f"{function} over {r.choice([name, name.upper()])}")
            continue
        base = [part for part in (partition, order if r.random() < 0.5 else "",
                                  framed if r.random() < 0.1 else "") if part]
        added = [part for part in (order, framed) if part and part not in base]
        if r.random() < 0.1:
            added.append(r.choice([partition, order, framed]))
        # One window extends another, now and then in the wrong order.
        pair = [f"{name} as ({' '.join(base)})", f"{name}x as ({' '.join([name, *added])})"]
        if r.random() < 0.5:
            defined += pair if r.random() < 0.9 else pair[::-1]
            texts.append(f"{function} over {name}x")
        else:
            defined.append(pair[0])
            texts.append(f"{function} over ({' '.join([name, *added])})")
    return texts, " window " + ", ".join(defined) if defined else ""


def check(r, count, folder):
    table = {kind: [value(r, kind, row) for row in range(ROWS)] for kind in COLUMNS}
    lines = [",".join(COLUMNS)]
    for row in zip(*table.values()):
        lines.append(",".join("" if v is None else str(v).lower() for v in row))
    (folder / "t.csv").write_text("\n".join(lines) + "\n")
    cases = [written(r, [call(r) for _ in range(r.choice([1, 1, 2, 3]))]) for _ in range(count)]
    names = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    rows = ["(" + ", ".join(map(literal, row)) + ")" for row in zip(*table.values())]
    asked = [f"create temporary table r ({names})", f"insert into r values {', '.join(rows)}"]
    asked += [f"select {', '.join(calls)} from r{windows} order by n" for calls, windows in cases]
    answers = postgres.server().ask(asked)[2:]
    types = ",".join(f"{name}={kind}" for name, kind in OURS.items())
    alone = []
    for calls, windows in cases:
        listed = ", ".join(f"{one} as v{at}" for at, one in enumerate(calls)) + windows
        listed = listed.replace("'", "'\\''")
        memory = r.choice(["", "", " -S 64K"])
        alone.append(f"pscan --types {types} t.csv | pagg{memory} --window '{listed}'"
                     f" | pproject -t ndjson {','.join(f'v{at}' for at in range(len(calls)))}")
    problems = []
    for (calls, windows), answer, one in zip(cases, answers, shell.run_all(alone, folder)):
        refused = isinstance(answer, postgres.Refusal)
        if (one.status != 0) != refused or one.status not in (0, 1):
            problems.append(f"{one}\n  PostgreSQL: {answer if refused else answer[:2]}")
            continue
        if refused:
            continue
        got = [list(json.loads(line).values()) for line in one.out.decode().splitlines()]
        wrong = [(mine, theirs) for mine, theirs in zip(got, answer)
                 if not all(map(same, mine, theirs))]
        if wrong or len(got) != len(answer):
            problems.append(f"{calls}{windows}: {wrong[:3]} of {len(got)} and {len(answer)} rows")
    return problems
