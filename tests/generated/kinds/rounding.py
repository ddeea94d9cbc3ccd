"""Rounding against PostgreSQL 15: round and trunc, casts among floats, decimals, whole numbers and text.

Numbers are floats of few digits, halves at every place, neighbours of these, and any bits. PostgreSQL
rounds no double precision at a number of places: its rule is that of round(x::numeric, n), of
which the nearest float64 is taken. What does not fit is refused by both. Membership in lists as
literals (null = any('{}')) is compared beside. A case is one expression of one value.
"""
import math
import struct

import postgres
import shell

BATCH = 200


def float_text(r) -> str:
    form = r.random()
    if form < 0.35:  # a half at some place, or beside one
        digits = r.randint(1, 7)
        value = (r.randint(0, 10 ** r.randint(1, 6)) * 10 + r.choice([5, 5, 5, 4, 6])) / 10 ** digits
    elif form < 0.6:
        value = r.randint(0, 10 ** r.randint(1, 17)) / 10 ** r.randint(0, 12)
    elif form < 0.75:
        value = r.random() * 10.0 ** r.randint(-8, 18)
    elif form < 0.85:
        value = r.randint(0, 20) / 8
    else:
        value = abs(struct.unpack("<d", struct.pack("<Q", r.getrandbits(64)))[0])
        if not math.isfinite(value) or value > 1e300:
            value = r.random()
    if r.random() < 0.2:
        value = math.nextafter(value, r.choice([0.0, math.inf]))
    return repr(-value if value != 0 and r.random() < 0.3 else value)


def cast_float(r) -> tuple[str, str]:
    """A float of 32 or 64 bits, as ours and as PostgreSQL's."""
    x = float_text(r)
    if r.random() < 0.5 and (float(x) == 0 or 1e-30 < abs(float(x)) < 1e30):
        return f"({x})::float32", f"({x})::float4"
    return f"({x})::float64", f"({x})::float8"


def decimal_text(r, digits: int, scale: int) -> str:
    size = r.randint(1, digits)
    number = str(r.randint(0, 10 ** size - 1))
    if r.random() < 0.4:  # a half at some place
        at = r.randint(0, size)
        number = (number[:at] + "5" + "0" * size)[:size]
    number = number.zfill(scale + 1)
    return r.choice(["", "-"]) + number[:len(number) - scale] + \
        ("." + number[len(number) - scale:] if scale else "")


def number_text(r) -> str:
    """As somebody types it, mostly a number."""
    whole, part = str(r.randint(0, 10 ** r.randint(1, 12))), str(r.randint(0, 10 ** r.randint(1, 9)))
    body = r.choice([whole, f"{whole}.{part}", f".{part}", f"{whole}.", f"0.00{part}", f"00{whole}",
                     f"{whole}.{part}5", "0", "0.000"])
    tail = r.choice(["", "", f"e{r.randint(-15, 12)}", f"E+{r.randint(0, 9)}", f"e-{r.randint(0, 9)}",
                     "e", "e+", "x", ".", " "])
    return r.choice(["", "", "-", "+", " ", "--"]) + body + tail


def precision(r) -> tuple[int, int]:
    digits = r.choice([38, 18, 12, 9, 5])
    return digits, r.randint(0, min(digits, r.choice([2, 4, 12, 38])))


def shape(r) -> tuple[str, str, str, str]:
    """Our expression over a value and PostgreSQL's, the value, and the type of the result."""
    form = r.random()
    if form < 0.3:
        name, n, (ours, theirs) = r.choice(["round", "round", "trunc"]), r.randint(-4, 18), cast_float(r)
        return f"{name}({ours}, {n})", f"{name}(({theirs})::numeric, {n})::float8", "float"
    if form < 0.37:
        name, x = r.choice(["round", "trunc", "ceil", "floor"]), float_text(r)
        return f"{name}(({x})::float64)", f"{name}(({x})::float8)", "float"
    if form < 0.6:
        (ours, theirs), (digits, scale) = cast_float(r), precision(r)
        return (f"({ours})::decimal({digits},{scale})",
                f"({theirs})::numeric::numeric({digits},{scale})", "decimal")
    if form < 0.72:
        digits, scale = precision(r)
        x, to = number_text(r), f"({digits},{scale})"
        return f"'{x}'::decimal{to}", f"'{x}'::numeric{to}", "decimal"
    if form < 0.8:
        digits, scale = precision(r)
        x, name, n = decimal_text(r, digits, scale), r.choice(["round", "trunc"]), r.randint(-40, 40)
        typed = f"'{x}'::decimal({digits},{scale})"
        return f"{name}({typed}, {n})", f"{name}({typed}, {n})", "decimal"
    if form < 0.87:
        digits, scale = precision(r)
        x, to = decimal_text(r, digits, scale), precision(r)
        typed = f"'{x}'::decimal({digits},{scale})"
        cast = r.choice(["int", "bigint", f"decimal({to[0]},{to[1]})", "float8"])
        ours = cast.replace("float8", "float64")
        return f"({typed})::{ours}", f"({typed})::{cast}", "float" if cast == "float8" else "decimal"
    if form < 0.93:
        x, cast = float_text(r), r.choice(["int", "bigint", "smallint"])
        return f"({x}::float64)::{cast}", f"({x}::float8)::{cast}", "decimal"
    left = r.choice(["null::int", "1", "2", "7", "2.50", "3.0"])
    items = ", ".join(r.choice(["1", "2", "3", " 7", "null", "NULL", '"2"'])
                      for _ in range(r.randint(0, 3)))
    op, which = r.choice(["=", "<>", "<", ">="]), r.choice(["any", "all"])
    text = f"{left} {op} {which}('{{{items}}}')"
    return text, text, "bool"


def same(ours: str, theirs: str | None, kind: str) -> bool:
    if theirs is None:
        return ours == ""
    if kind == "bool":
        return ours == {"t": "true", "f": "false"}[theirs]
    if kind == "float":
        return float(ours) == float(theirs) and \
            (float(ours) != 0 or ours.startswith("-") == theirs.startswith("-"))
    return without_zeros(ours) == without_zeros(theirs)


def without_zeros(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def has_room(number: str | None, kind: str) -> bool:
    """Of decimals here have 38 digits."""
    return kind != "decimal" or number is None or \
        len(without_zeros(number).strip("-").replace(".", "")) <= 38


def check(r, count, folder):
    cases = [shape(r) for _ in range(count)]
    answers = postgres.server().ask([f"select {theirs}" for _, theirs, _ in cases])
    (folder / "one.csv").write_text("x\n1\n")
    wanted = [None if isinstance(answer, postgres.Refusal) or not has_room(answer[0][0], kind)
              else answer[0] for answer, (_, _, kind) in zip(answers, cases)]
    right = [i for i in range(count) if wanted[i] is not None]
    wrong = [i for i in range(count) if wanted[i] is None]
    commands = ["pproject -t tsv " + quoted(", ".join(f"{cases[i][0]} as c{i}" for i in right)) +
                " one.csv"]
    commands += [f"pproject {quoted(cases[i][0])} one.csv" for i in wrong]
    results = shell.run_all(commands, folder)
    problems = []
    if results[0].status:  # one by one, to say which
        alone = shell.run_all([f"pproject {quoted(cases[i][0])} one.csv" for i in right], folder)
        problems += [f"{one}\n  PostgreSQL: {wanted[i][0]}" for i, one in zip(right, alone)
                     if one.status]
    else:
        got = results[0].out.decode().split("\n")[1].split("\t")
        problems += [f"{cases[i][0]}: {ours}, PostgreSQL has {wanted[i][0]}"
                     for i, ours in zip(right, got) if not same(ours, wanted[i][0], cases[i][2])]
    problems += [f"{one}\n  PostgreSQL: {answers[i]}" for i, one in zip(wrong, results[1:])
                 if one.status != 1]
    return problems


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
