"""What is made of -0 and 0 does not depend on which of the two came first.

A case is one aggregate over a generated table of floats with zeros of both signs (and NaN, both
infinities, nulls), by a key that is a float with such zeros, an integer, or not there. Its result is
compared with Python's, in which every zero is 0, and each of its runs with the first, byte for byte:
in `sh`, over the rows in another order, with little memory, and by `pflow` with 1, 2, 3 and 7
workers. Columns that pass through unchanged keep their -0.
"""
import math
import random

from shell import run_all

BATCH = 45
INPUTS = 5  # of a batch; each has BATCH / INPUTS aggregates
VALUES = ["-0.0", "0.0", "-0.0", "0.0", "1.5", "-1.5", "nan", "inf", "-inf", ""]


def order(x: float) -> tuple:
    return (math.isnan(x), 0.0 if math.isnan(x) else x)


def shown(x) -> str:
    """As Penstock prints a float, with one zero."""
    if x is None:
        return ""
    if x == 0:
        return "0"
    if math.isnan(x):
        return "nan"
    return str(x).removesuffix(".0")


def percentile(values: list, fraction: float):
    place = fraction * (len(values) - 1)
    low = values[int(place)]
    high = values[min(int(place) + 1, len(values) - 1)]
    part = place - int(place)
    return low if part == 0 or low == high else low + part * (high - low)


def mode(values: list):
    runs = []
    for x in values:  # in order
        if runs and (runs[-1][0] == x or (math.isnan(x) and math.isnan(runs[-1][0]))):
            runs[-1][1] += 1
        else:
            runs.append([x, 1])
    return max(runs, key=lambda run: run[1])[0]


def distinct(values: list) -> list:
    kept = []
    for x in values:
        if not kept or order(kept[-1]) != order(x):
            kept.append(x)
    return kept


# What is asked of a column, and the same of its sorted values that are not null.
AGGREGATES = {
    "min(C)": lambda v: v[0],
    "max(C)": lambda v: v[-1],
    "median(C)": lambda v: percentile(v, 0.5),
    "percentile_cont(0.3) within group (order by C desc)": lambda v: percentile(v, 0.7),
    "percentile_disc(0.25) within group (order by C)": lambda v: v[max(math.ceil(len(v) / 4), 1) - 1],
    "percentile_disc(0.5) within group (order by C desc)":
        lambda v: (lambda d: d[max(math.ceil(len(d) / 2), 1) - 1])(sorted(v, key=order, reverse=True)),
    "mode(C)": mode,
    "array_agg(distinct C order by C)::text": distinct,
    "count(distinct C)": lambda v: len(distinct(v)),
    "max(C) filter (where C <= 0)": lambda v: max((x for x in v if x <= 0), default=None),
    "min(distinct C)": lambda v: v[0],
    "coalesce(max(C), 0)": lambda v: v[-1],
}


def wanted(call: str, values: list) -> str:
    held = sorted((x for x in values if x is not None), key=order)
    if call.startswith("count"):
        return str(len(distinct(held)))
    if call.startswith("array_agg"):
        if not values:
            return ""
        texts = [f'"{shown(x)}"' if not math.isfinite(x) else shown(x) for x in distinct(held)]
        return "[" + ",".join(texts + ["null"] * (None in values)) + "]"
    if not held:
        return "0" if call.startswith("coalesce") else ""
    return shown(AGGREGATES[call](held))


def number(text: str):
    return float(text) if text else None


def quoted(field: str) -> str:
    return '"' + field.replace('"', '""') + '"' if "," in field or '"' in field else field


def check_input(r: random.Random, number_of_input: int, count: int):
    """The files, the commands, and for each command what it must give."""
    rows = [(r.choice(VALUES[:6] + [""]), str(r.randrange(3)), r.choice(VALUES), r.choice(VALUES))
            for _ in range(r.choice([1, 2, 5, 40, 400]))]
    files = [f"in{number_of_input}.csv", f"other{number_of_input}.csv"]
    shuffled = rows[:]
    r.shuffle(shuffled)
    texts = ["f,k,x,y\n" + "".join(",".join(row) + "\n" for row in some)
             for some in (rows, shuffled)]
    key = r.choice(["f", "k", None])
    calls = [(r.choice(list(AGGREGATES)), r.choice("xy")) for _ in range(count)]
    groups = {}
    for row in rows:
        name = "" if key is None else shown(number(row[0])) if key == "f" else row[1]
        groups.setdefault(name, []).append(row)
    lines = []
    for name, members in groups.items():
        fields = [] if key is None else [name]
        for call, column in calls:
            values = [number(row[2 if column == "x" else 3]) for row in members]
            fields.append(quoted(wanted(call, values)))
        lines.append(",".join(fields))
    listed = ", ".join(f"{call.replace('C', column)} as c{i}"
                       for i, (call, column) in enumerate(calls))
    scan = "pscan --types f=float64,x=float64,y=float32 "
    stage = f" | pagg {'-k ' + key if key else ''} '{listed}' -t csv"
    small = stage.replace("pagg", "pagg -S 64K")
    commands = [scan + files[0] + stage, scan + files[1] + stage, scan + files[1] + small]
    for workers in r.sample([1, 2, 3, 7], 2):
        flow = (scan + r.choice(files) + r.choice([stage, small])).replace("'", '"')
        commands.append(f"pflow -n {workers} '{flow}'")
    return dict(zip(files, texts)), commands, sorted(lines)


def check(r, count, folder):
    """One problem for each command that gave other rows than Python has."""
    problems, commands, expected = [], [], []
    for number_of_input in range(INPUTS):
        files, some, lines = check_input(r, number_of_input, max(count // INPUTS, 1))
        for name, text in files.items():
            (folder / name).write_text(text, encoding="ascii")
        commands += some
        expected += [lines] * len(some)
        # Unchanged columns keep what they are.
        commands.append(f"pscan --types x=text -c x in{number_of_input}.csv -t csv")
        text = files[f"in{number_of_input}.csv"].splitlines()[1:]
        expected.append(sorted(line.split(",")[2] for line in text))
        commands.append(f"pscan --types x=float64 -c x in{number_of_input}.csv -t csv")
        signed = {"-0.0": "-0", "0.0": "0"}
        expected.append(sorted(signed.get(line.split(",")[2], line.split(",")[2])
                               for line in text))
    for result, lines in zip(run_all(commands, folder), expected):
        if result.status != 0 or sorted(result.out.decode().split("\n")[1:-1]) != lines:
            problems.append(f"{result}\n  wanted: {lines}")
    return problems
