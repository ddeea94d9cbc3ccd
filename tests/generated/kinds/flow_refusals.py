"""What is refused under pflow: the rows, or the error, that the shell gives, whatever is pushed down.

CSV and NDJSON with bad values in some columns, under --on-error fail, skip and null, by --types
that the values contradict; behind the scan filters, projections, aggregations and joins (the bad
file on either side) that use some of the columns or none. Each flow runs in bash and under
pflow -n 1, 2 or 3: the same bytes and status, and under fail the same place in the message (of
several faults any worker's may end a flow).
"""
import re

from shell import run_all

BATCH = 40
TYPES = "--types k=int64,a=int64,b=float64,d=date,t=text"
PLACE = re.compile(r"bad\.(csv|ndjson):\d+: [^;]*")


def value(r, column: str, bad: bool, row: int) -> str:
    if column == "k":
        return str(row % 7)
    if bad:
        return r.choice(["?", "1x", "12,5", "2020-02-30", "true false"])
    return {"a": str(r.randint(-9, 9)), "b": f"{r.randint(0, 99)}.5",
            "d": f"2024-01-{r.randint(1, 28):02}", "t": f"x{row}"}[column]


def make_file(r, folder) -> int:
    """Makes rows of bad.csv and the same of bad.ndjson; how many are bad. Text is never bad."""
    rows = r.choice([20, 200, 2000])
    bad_rows = {r.randrange(rows): r.choice("abd") for _ in range(r.choice([0, 1, 1, 3]))}
    csv, ndjson = ["k,a,b,d,t"], []
    for row in range(rows):
        values = {c: value(r, c, bad_rows.get(row) == c, row) for c in "kabdt"}
        csv.append(",".join(f'"{v}"' if "," in v else v for v in values.values()))
        ndjson.append("{" + ",".join(
            f'"{c}":{v}' if c in "kab" and bad_rows.get(row) != c else f'"{c}":"{v}"'
            for c, v in values.items()) + "}")
    (folder / "bad.csv").write_text("\n".join(csv) + "\n", encoding="utf-8")
    (folder / "bad.ndjson").write_text("\n".join(ndjson) + "\n", encoding="utf-8")
    (folder / "good.csv").write_text(
        "k,size\n" + "".join(f"{n},{n * 10}\n" for n in range(5)), encoding="utf-8")
    return len(bad_rows)


def place_in(message: str, exact: bool) -> str:
    found = PLACE.search(message)
    return "" if found is None else found.group() if exact else found.group(1)


def flow(r) -> str:
    reading = f"{TYPES} --on-error {r.choice(['fail', 'skip', 'skip', 'null', 'null'])}"
    file = r.choice(["bad.csv", "bad.ndjson"])
    columns = r.sample("abdt", r.randint(0, 2))
    items = ", ".join(["count(*)"] + [f"max({c}) as {c}" for c in columns])
    keys = r.choice(["", "-k k "])
    aggregate = f"pagg {keys}'{items}'"
    condition = f"{r.choice(['k < 3', 'k <> 2', 'k % 2 = 0', 'a > 0', 'b < 50 or b is null'])}"
    stages = r.choice([
        [f"pagg {reading} {keys}'{items}' {file}"],
        [f"pscan {reading} {file}", aggregate],
        [f"pscan {reading} {file}", aggregate],
        [f"pscan {reading} {file}", f"pfilter '{condition}'", aggregate],
        [f"pscan {reading} {file}", f"pfilter '{condition}'", "pproject 'k + 1 as k, a, b, d, t'",
         aggregate],
        [f"pscan {reading} -c k,{r.choice('abdt')} -w '{condition}' {file}", "pagg -k k 'count(*)'"],
        [f"pscan {reading} {file}", "pproject 'k, t'"],
        [f"pscan {reading} {file}", "pjoin -k k - good.csv", aggregate],
        [f"pscan {reading} {file}", "pfilter 'k > 1'", "pjoin --type semi -k k - good.csv", aggregate],
        ["pscan good.csv", f"pjoin {reading} -k k - {file}", "pagg 'count(*), max(size)'"],
        ["pscan good.csv", f"pjoin {reading} --type {r.choice(['left', 'full', 'semi'])} -k k "
         f"--on \"r.t <> 'x1'\" - {file}", "pagg 'count(*), max(size)'"],
        [f"psort {reading} -k {r.choice('ad')},t {file}", "pproject 'k, t'"],
    ])
    return " | ".join(stages) + " -t csv"


def check(r, count: int, folder) -> list[str]:
    exact = make_file(r, folder) <= 1
    commands = []
    for number in range(count):
        text = flow(r)
        (folder / f"{number}.flow").write_text(text + "\n", encoding="utf-8")
        commands += [text, f"pflow -n {r.choice([1, 2, 3])} -f {number}.flow"]
    results = run_all(commands, folder)
    problems = []
    for shell, parallel in zip(results[::2], results[1::2]):
        same = (shell.status == parallel.status
                and place_in(shell.err, exact) == place_in(parallel.err, exact))
        if not same or shell.status == 0 and shell.out != parallel.out:
            problems.append(f"{shell}\n  {parallel}")
    return problems
