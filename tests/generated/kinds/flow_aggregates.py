"""Aggregates under pflow: the bytes that the shell gives, whatever depends on the rows' order.

Lists of one to four aggregates, their names in any letter case, with and without keys, an order,
distinct, a filter or --window, over rows with many equal values and few keys; before them filters,
projections or joins, behind them filters, sorts (also by keys that leave ties) or another
aggregation. Each flow runs in bash and under pflow -n 1, 2, 3 or 7. Rows of --window keep no order
under pflow, so of those the lines are compared. What the shell refuses (a list as a key), pflow
refuses with the same status.
"""
from shell import run_all

BATCH = 40

FILES = 4
TYPES = "--types k=text,v=int64,w=text,i=int64,x=float64"  # an empty file shows none


def letter_case(r, name: str) -> str:
    way = r.randrange(4)
    if way == 0:
        return name
    if way == 1:
        return name.upper()
    if way == 2:
        return name.title()
    return "".join(r.choice([c.lower(), c.upper()]) for c in name)


def call(r) -> str:
    def name(text):
        return letter_case(r, text)
    value = r.choice(["v", "w", "i", "x"])
    order = r.choice(["v", "i desc", "w, v desc", "x", value])
    distinct = r.choice(["", "", "distinct "])
    if distinct and r.random() < 0.5:
        order = value
    by = f" order by {order}" if r.random() < 0.35 and (not distinct or order == value) else ""
    made = r.choice([
        f"{name('string_agg')}({distinct}{value}::text, '{r.choice([',', ''])}'"
        f"{by if not distinct else ''})",
        f"{name('array_agg')}({distinct}{value}{by})",
        f"{name(r.choice(['min_by', 'max_by']))}({value}, {r.choice('vix')})",
        f"{name(r.choice(['min_by', 'max_by']))}({value}, {r.choice('vix')})",
        f"{name(r.choice(['sum', 'avg', 'median', 'stddev', 'mode']))}({distinct}v)",
        f"{name(r.choice(['min', 'max', 'count', 'mode']))}({distinct}{value})",
        f"{name('any_value')}({distinct}{value})",
        f"{name('count')}(*)",
        f"{name(r.choice(['first', 'last']))}({distinct}{value}{by})",
        f"{name(r.choice(['first', 'last']))}({value})",
        f"{name('approx_count_distinct')}({value})",
        f"{name('approx_percentile')}({r.choice('vix')}, 0.{r.randint(0, 9)})",
        f"{name('histogram')}({distinct}{value})",
        f"{name(r.choice(['covar_pop', 'covar_samp', 'corr', 'regr_slope', 'regr_intercept']))}"
        f"({r.choice('vix')}, {r.choice('vix')})",
        f"{name(r.choice(['bit_and', 'bit_or', 'bit_xor']))}({distinct}{r.choice('vi')})",
        f"{name('product')}({r.choice('vx')})",
        f"{name('percentile_disc')}(0.{r.randint(0, 9)}) {name('within group')} (order by w)",
        f"{name('percentile_cont')}(0.{r.randint(0, 9)}) {name('within group')} (order by v)",
        f"coalesce({name('max_by')}(w, v), {name('min')}(w))",
    ])
    if r.random() < 0.2:
        made = f"coalesce({made}, {made})" if "coalesce" not in made else made
    elif r.random() < 0.2 and "coalesce" not in made:
        made += f" {name('filter')} (where v > {r.randint(-1, 8)})"
    return made


def aggregation(r, columns: str) -> tuple[str, list[str], bool]:
    """A stage, the columns that it gives, and whether it is a window."""
    names = [f"a{i}" for i in range(r.randint(1, 4))]
    items = ", ".join(f"{call(r)} as {name}" for name in names)
    keys = r.sample(["k", "v", "w"], r.choice([0, 1, 1, 1, 2]))
    window = r.random() < 0.15
    words = ["pagg"]
    if keys:
        words.append("-k " + ",".join(keys))
    if window:
        words.append("--window")
    words.append('"' + items + '"')
    return " ".join(words), (columns.split(",") if window else keys) + names, window


def join(r) -> str:
    keys = r.choice(["k=name", "v=j"])
    return f"pjoin --type {r.choice(['inner', 'left', 'full', 'semi', 'anti'])} -k {keys} - right.arrow"


def flow(r) -> tuple[str, bool]:
    """A flow, and whether the order of its rows counts."""
    file = r.choice([f"{TYPES} f{{}}.csv", f"{TYPES} f{{}}.ndjson", "f{}.arrow"])
    file = file.format(r.randrange(FILES))
    aggregate, columns, window = aggregation(r, "k,v,w,i,x")
    before = r.random()
    if before < 0.35:
        stages = [f"{aggregate} {file}"]
    else:
        stages = [f"pscan {file}"]
        if before < 0.5:
            stages.append(f'pfilter "v <> {r.randint(0, 5)} or x is null"')
        elif before < 0.6:
            stages.append('pproject "k, v, w, i % 7 as i, x"')
        elif before < 0.8:
            stages.append(join(r))
        stages.append(aggregate)
    behind = r.random()
    if behind < 0.2:
        stages.append(f"psort -k {r.choice(columns)}")
        window = False if len(columns) == 1 else window
    elif behind < 0.3 and not window:
        stages.append("psort -k " + ",".join(columns[:2]) + f" -n {r.randint(1, 9)}")
    elif behind < 0.4 and not window:
        first = letter_case(r, "Min_By")
        stages.append(f'pagg -k {columns[0]} "count(*) as n, {first}({columns[-1]}, {columns[0]})"')
    elif behind < 0.5:
        stages.append(f'pfilter "{columns[0]} is not null"')
    elif behind < 0.55 and not window:
        stages.append(f"phead -n {r.randint(0, 20)}")
    stages[-1] += " -t ndjson"
    return " | ".join(stages), not window


def make_files(r, folder) -> None:
    for number in range(FILES):
        rows = r.choice([0, 3, 40, 300])
        words = [f"w{n}" for n in range(r.choice([2, 30]))]
        lines = ["k,v,w,i,x"]
        for row in range(rows):
            lines.append(f"k{r.randrange(6)},{r.choice(['', *range(5)])},{r.choice(words)},{row},"
                         f"{r.choice(['', 0.5, 1.25, 2.0])}")
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
    for number, (text, _) in enumerate(flows):
        (folder / f"{number}.flow").write_text(text + "\n", encoding="utf-8")
        commands += [text, f"pflow -q -n {r.choice([1, 2, 3, 3, 7])} -f {number}.flow"]
    results = run_all(commands, folder)
    problems = [str(result) for result in results[:made] if result.status != 0]
    for (text, ordered), shell, flows_own in zip(flows, results[made::2], results[made + 1::2]):
        wanted, got = shell.out, flows_own.out
        if not ordered:
            wanted, got = sorted(wanted.split(b"\n")), sorted(got.split(b"\n"))
        if flows_own.status != shell.status or wanted != got:
            problems.append(f"{text}\n  wanted {shell.out[:600]!r}\n  {flows_own}")
    return problems
