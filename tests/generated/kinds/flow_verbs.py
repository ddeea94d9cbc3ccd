"""Distinct rows, samples, summaries, filled nulls and pivots under pflow: the bytes of the shell.

One or two of puniq, psample, psummary, pfill, punpivot and ppivot, with their options, over rows
with few values and many nulls; before them filters, projections, joins or an aggregation, behind
them filters, sorts, heads or an aggregation. Each flow runs in bash and under pflow -n 1, 2, 3 or
7, some with little memory. What the shell refuses (names that repeat, values for one place), pflow
refuses with the same status.
"""
from shell import run_all

BATCH = 40

FILES = 4
TYPES = "--types k=text,v=int64,w=text,i=int64,x=float64"  # an empty file shows none
COLUMNS = ["k", "v", "w", "i", "x"]


def some(r, columns: list[str], least: int = 1) -> str:
    return ",".join(r.sample(columns, r.randint(least, max(least, min(3, len(columns))))))


def verb(r, columns: list[str]) -> tuple[str, list[str]]:
    """A stage, and the columns that it gives; none where they are not known."""
    memory = r.choice(["", "", "", " -S 64K"])
    way = r.randrange(8)
    if way < 3:
        keys = r.choice(["", f" -k {some(r, columns)}"])
        count = r.choice(["", "", " --count=n", " --count"])
        only = r.choice(["", "", " --only-repeated", " --only-unique"])
        given = columns + ([{" --count": "count"}.get(count, "n")] if count else [])
        return f"puniq{keys}{count}{only}{memory}", given
    if way == 3:
        how = r.choice([f"-n {r.randint(1, 60)}", f"-p 0.{r.randint(1, 9)}"])
        return f"psample {how}{r.choice(['', f' --seed {r.randrange(9)}'])}{memory}", columns
    if way == 4:
        return "psummary" + r.choice(["", f" -c {some(r, columns)}"]), []
    if way == 5:
        filled = r.choice([columns[0], columns[-1]])
        keys = r.sample([c for c in columns if c != filled], 1) if len(columns) > 1 else []
        option = f" -k {keys[0]}" if keys and r.random() < 0.5 else ""
        return (f"pfill{option}{r.choice(['', ' --up', ' --down'])} -c {filled}"
                if r.random() < 0.8 else f"pfill -c {filled} --value 7"), columns
    if way == 6:
        moved = r.choice([["v", "i"], ["v", "x"], ["k", "w"], ["v"], ["w", "k"]])
        if not set(moved) <= set(columns):
            moved = columns[:1]
        drop = r.choice(["", " --drop-nulls"])
        return (f"punpivot -c {','.join(moved)}{drop}",
                [c for c in columns if c not in moved] + ["name", "value"])
    keys, name, value = r.choice(["k", "w", "k,w"]), r.choice(["v", "w"]), r.choice(["i", "x"])
    aggregate = r.choice(["sum", "max", "count", "min", "first"])
    return f"ppivot -k {keys} --name {name} --value {value} --agg {aggregate}", []


def flow(r) -> str:
    file = r.choice([f"{TYPES} f{{}}.csv", f"{TYPES} f{{}}.ndjson", "f{}.arrow"])
    file = file.format(r.randrange(FILES))
    columns = list(COLUMNS)
    stages = [f"pscan {file}"]
    before = r.random()
    if before < 0.25:
        stages.append(f'pfilter "v <> {r.randint(0, 5)} or x is null"')
    elif before < 0.4:
        stages.append('pproject "k, v, w, i % 7 as i, x"')
    elif before < 0.5:
        stages.append("pjoin -k k=name right.arrow")
        columns += ["j", "size"]
    elif before < 0.6:
        stages.append('pagg -k k,v,w "max(i) as i, max(x) as x"')
    for _ in range(r.choice([1, 1, 2])):
        if columns:
            stage, columns = verb(r, columns)
            stages.append(stage)
    behind = r.random()
    if not columns:
        pass
    elif behind < 0.2:
        stages.append(f"psort -k {','.join(columns)}")
    elif behind < 0.3:
        stages.append(f"phead -n {r.randint(0, 20)}")
    elif behind < 0.45:
        stages.append(f'pagg -k {r.choice(columns)} "count(*) as rows_of, first({columns[-1]})"')
    elif behind < 0.55:
        stages.append(f'pfilter "{columns[0]} is not null"')
    elif behind < 0.65:
        stages.append(f'pproject "{columns[-1]}, {columns[0]} as a0"')
    stages[-1] += " -t ndjson"
    return " | ".join(stages)


def make_files(r, folder) -> None:
    for number in range(FILES):
        words = [f"w{n}" for n in range(r.choice([2, 30]))]
        lines = ["k,v,w,i,x"]
        for row in range(r.choice([0, 3, 40, 300])):
            lines.append(f"{r.choice(['', 'k0', 'k1', 'k2'])},{r.choice(['', *range(5)])},"
                         f"{r.choice(words)},{r.choice(['', row, row % 10])},"
                         f"{r.choice(['', '', 0.5, 1.25, 2.0])}")
        (folder / f"f{number}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "right.csv").write_text(
        "name,j,size\n" + "".join(f"k{n % 5},{n},{n * 10}\n" for n in range(9)), encoding="utf-8")


def check(r, count: int, folder) -> list[str]:
    make_files(r, folder)
    commands = ["pscan right.csv -o right.arrow"]
    commands += [f"pscan {TYPES} f{n}.csv -o f{n}.{suffix}"
                 for n in range(FILES) for suffix in ("arrow", "ndjson")]
    made = len(commands)
    flows = [flow(r) for _ in range(count)]
    for number, text in enumerate(flows):
        (folder / f"{number}.flow").write_text(text + "\n", encoding="utf-8")
        commands += [text, f"pflow -q -n {r.choice([1, 2, 3, 3, 7])} -f {number}.flow"]
    results = run_all(commands, folder)
    problems = [str(result) for result in results[:made] if result.status != 0]
    for text, shell, own in zip(flows, results[made::2], results[made + 1::2]):
        # A stage that fails later than its reader leaves the shell with the reader's message.
        if own.status != shell.status or (shell.status == 0 and own.out != shell.out):
            problems.append(f"{text}\n  wanted {shell.status} {shell.out[:600]!r}\n  {own}")
    return problems
