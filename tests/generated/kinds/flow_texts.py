"""Random flows of two to six stages: what the shell gives, pflow gives with one worker and three.

Small CSV and NDJSON files, some with faulty records under --on-error skip or null; filters,
projections that give a column another one's name before a second exchange or aggregation,
aggregates with and without an order in any letter case, windows, sorts, heads, joins by keys and as
a grid, and exchanges written by hand (--hash, --range with and without --merge, --round-robin, and
those that are to one worker), with -S and -T. Each flow runs in the shell, under pflow -n 1, and
under pflow -n 3, sometimes with --unordered. Output, status and the note on what was left out are
the same. Under -n 3 the lines alone are compared where FLOW.md says that no order is kept: behind a
written exchange, --window and groups of a large input, and with --unordered; there no aggregate is
drawn that shows an order. Two Arrow files are large by a hole before their footers: by their sizes
joins share out both sides, by hash or as a grid, and groups are put together by several workers.
"""
import io
import re

import pyarrow as pa

from shell import run_all

BATCH = 50

FILES = 3
MOST_STAGES = 6
HOLE = 65 << 20  # bytes: more than FLOW.md's 64 MiB
ROWS = [0, 1, 12, 60, 200]
TYPES = "--types k=text,w=text,v=int64,i=int64,x=float64"
BAD = {"v": ["bad", "1.5"], "i": ["x1", "2.5"], "x": ["1,5", "half"]}
TEXT, NUMBER, LIST = "text", "number", "list"
START = {"k": TEXT, "w": TEXT, "v": NUMBER, "i": NUMBER, "x": NUMBER}
RIGHT = {"name": TEXT, "j": NUMBER, "size": NUMBER}


def letter_case(r, name: str) -> str:
    return r.choice([name, name, name.upper(), name.title(),
                     "".join(r.choice([c.lower(), c.upper()]) for c in name)])


class Flow:
    """A flow as it grows. `columns`: what its rows have. `ordered`: whether pflow -n 3 keeps the
    order; `unique`: columns, one of which tells each row from all others. `counted`: whether all
    of the input is read, so that the note says the same."""

    def __init__(self, r):
        self.r = r
        self.waived = r.random() < 0.12
        self.ordered = not self.waived
        self.columns = dict(START)
        self.unique = {"i"}
        self.counted = True
        self.refuses = False
        self.much = False
        self.sorted_by = None
        self.stages = []
        self.sources()
        stages = [self.filter, self.project, self.project, self.aggregate, self.aggregate,
                  self.sort, self.exchange, self.exchange, self.join, self.head]
        count = r.choice([2, 2, 3, 3, 4, 5, 6])
        while len(self.stages) < count:
            r.choice(stages)()
        self.stages[-1] += f" -t {'ndjson' if LIST in self.columns.values() else 'csv'}"

    @property
    def text(self) -> str:
        return " | ".join(self.stages)

    def sources(self) -> None:
        r = self.r
        if r.random() < 0.12:
            self.much = True
            self.stages.append("pscan left.arrow")
            return
        form = r.choice(["csv", "csv", "ndjson"])
        faulty = r.random() < 0.5
        read = TYPES
        if faulty:
            # At times the fault ends all.
            mode = r.choice(["skip", "skip", "null", "fail"] if r.random() < 0.2 else
                            ["skip", "skip", "null"])
            self.refuses = mode == "fail"
            read += f" --on-error {mode}"
            if mode == "null":
                self.unique = set()
        name = f"{'faulty' if faulty else 'right'}{r.randrange(FILES)}.{form}"
        self.stages.append(f"pscan {read} {name}")

    def add(self, words: str) -> None:
        self.stages.append(words)

    def spill(self) -> str:
        return self.r.choice(["", "", "", " -T spilled", " -S 1M", " -S 4M -T spilled"])

    def of_type(self, *types) -> list[str]:
        return [name for name, kind in self.columns.items() if kind in types]

    def some(self, *types) -> str:
        return self.r.choice(self.of_type(*types) or ["1"])

    def condition(self) -> str:
        r = self.r
        column = self.some(TEXT, NUMBER)
        if column != "1" and self.columns[column] == TEXT:
            return r.choice([f"{column} <> 'k{r.randrange(5)}'", f"{column} is not null",
                             f"{column} < 'w{r.randrange(20)}'"])
        return r.choice([f"{column} > {r.randint(-2, 9)}", f"{column} <> {r.randrange(6)}",
                         f"{column} is not null", f"{column} < {r.randrange(100)}"])

    def filter(self) -> None:
        self.add(f'pfilter "{self.condition()}"')

    def project(self) -> None:
        """Some of the columns, each with its own name or another one's."""
        r = self.r
        names = r.sample(list(self.columns), r.randint(1, len(self.columns)))
        new = names[:]
        if r.random() < 0.7:
            new = r.sample(sorted(set(self.columns) | set(START)), len(names))
        self.rename(names, new)

    def group_by_another(self, key: str) -> None:
        """Groups by `key` where that is another column than what it was."""
        others = [name for name in self.of_type(TEXT, NUMBER) if name != key]
        if not others or len(self.stages) + 2 > MOST_STAGES:
            return
        taken = self.r.choice(others)
        rest = [name for name in others if name != taken]
        self.rename([taken, *rest], [key, *rest])
        self.aggregate([key])

    def rename(self, names: list[str], new: list[str]) -> None:
        r = self.r
        items, columns, unique = [], {}, set()
        for old, name in zip(names, new):
            value = old
            if self.columns[old] == NUMBER and r.random() < 0.1:
                value = f"{old} % 7"
            elif old in self.unique:
                unique.add(name)
            items.append(value if value == name else f"{value} as {name}")
            columns[name] = self.columns[old]
        self.add(f'pproject "{", ".join(items)}"')
        self.columns, self.unique, self.sorted_by = columns, unique, None

    def call(self) -> tuple[str, str]:
        """An aggregate and what it gives."""
        r = self.r
        number, value = self.some(NUMBER), self.some(TEXT, NUMBER)
        kind = self.columns.get(value, NUMBER)
        made = [(f"{letter_case(r, 'count')}(*)", NUMBER),
                (f"{letter_case(r, 'sum')}({number})", NUMBER),
                (f"{letter_case(r, r.choice(['min', 'max']))}({value})", kind),
                (f"{letter_case(r, 'median')}({number})", NUMBER),
                (f"{letter_case(r, 'count')}(distinct {value})", NUMBER),
                (f"{letter_case(r, 'Array_agg')}({value} order by {value})", LIST),
                (f"{letter_case(r, 'String_Agg')}({value}::text, ',' order by {value}::text)",
                 TEXT),
                (f"{letter_case(r, 'sum')}({number}) {letter_case(r, 'filter')} "
                 f"(where {self.condition()})", NUMBER)]
        if self.ordered:
            by = r.choice([f" order by {self.some(TEXT, NUMBER)}", "", "", ""])
            made = r.choice([made, [
                (f"{letter_case(r, 'array_agg')}({value}{by})", LIST),
                (f"{letter_case(r, 'string_agg')}({value}::text, '|'{by})", TEXT),
                (f"{letter_case(r, r.choice(['min_by', 'max_by']))}({value}, {number})", kind),
                (f"coalesce({letter_case(r, 'max_by')}({value}, {number}), "
                 f"{letter_case(r, 'min')}({value}))", kind)]])
        elif self.unique & set(self.of_type(NUMBER)):
            unique = r.choice(sorted(self.unique & set(self.of_type(NUMBER))))
            made.append((f"{letter_case(r, r.choice(['min_by', 'max_by']))}({value}, {unique})",
                         kind))
        return r.choice(made)

    def aggregate(self, keys: list[str] | None = None) -> None:
        r = self.r
        if keys is None:
            keys = self.of_type(TEXT, NUMBER)
            keys = r.sample(keys, min(len(keys), r.choice([0, 1, 1, 1, 2])))
        window = r.random() < 0.12
        columns = dict(self.columns) if window else {key: self.columns[key] for key in keys}
        # Each of six stages may add three.
        free = [name for name in [*START, *(f"a{n}" for n in range(18))] if name not in columns]
        items = []
        for _ in range(r.randint(1, 3)):
            name = free.pop(r.randrange(min(6, len(free))))
            text, columns[name] = self.call()
            items.append(f"{text} as {name}")
        options = self.spill()
        if keys:
            options += " -k " + ",".join(keys)
        self.add(f"pagg{options}{' --window' if window else ''} \"{', '.join(items)}\"")
        self.sorted_by = None
        if window:
            self.ordered = False
            self.unique &= set(columns)
        else:
            self.unique = {keys[0]} if len(keys) == 1 else set()
            self.ordered = not self.waived and (self.ordered and not self.much or not keys)
        self.columns = columns
        if keys and r.random() < 0.1:
            self.group_by_another(keys[0])

    def keys(self) -> str:
        """Sort keys, with directions."""
        r = self.r
        names = self.of_type(TEXT, NUMBER)
        names = r.sample(names, min(len(names), r.choice([1, 1, 2])))
        return ",".join(name + r.choice(["", "", ":desc", ":nulls-first", ":desc:nulls-first"])
                        for name in names)

    def is_unique_by(self, keys: str) -> bool:
        return any(key.split(":")[0] in self.unique for key in keys.split(","))

    def rows(self, most: int) -> int:
        """Where none are wanted, all ends before the input does."""
        rows = self.r.randint(0, most)
        if rows == 0:
            self.counted = False
        return rows

    def sort(self) -> None:
        r = self.r
        keys = self.keys()
        if not keys:
            return
        total = self.is_unique_by(keys)
        rows = ""
        if (self.ordered or total) and r.random() < 0.25:
            rows = f" -n {self.rows(15)}"
        self.add(f"psort -k {keys}{rows}{self.spill()}")
        self.ordered = self.ordered or (total and not self.waived)
        self.sorted_by = keys
        if r.random() < 0.2 and len(self.stages) < MOST_STAGES:
            self.exchange()

    def exchange(self) -> None:
        r = self.r
        if self.sorted_by and r.random() < 0.7:
            # Sorted streams are merged: their order stays.
            self.add(f"pexchange --range --merge -k {self.sorted_by}{self.spill()}")
            return
        keys = self.keys()
        ways = ["--round-robin", "--grid 1x3", "--broadcast", "--single"]
        if keys:
            hashed = ",".join(key.split(":")[0] for key in keys.split(","))
            ways = [f"--hash -k {hashed}"] * 8 + [f"--range -k {keys}"] * 3 + ways
        self.add(f"pexchange {r.choice(ways)}{self.spill()}")
        self.ordered = False
        self.sorted_by = None
        # What an exchange is written for stands right behind it.
        if keys and r.random() < 0.25 and len(self.stages) < MOST_STAGES:
            self.aggregate()
        elif keys and r.random() < 0.3:
            self.group_by_another(keys.split(":")[0].split(",")[0])

    def join(self) -> None:
        """With r.csv, or a pipeline over it that may end in an exchange."""
        r = self.r
        if set(self.columns) & set(RIGHT) or len(self.columns) > 6:
            return
        text, number = self.some(TEXT), self.some(NUMBER)
        kind = r.choice(["inner", "inner", "left", "full", "right", "semi", "anti", "cross"])
        by = []
        if text in self.columns:
            by += [f"-k {text}=name", f"--on 'l.{text} = r.name'",
                   f"--on 'l.{text} = r.name and r.size > 20'"]
        if number in self.columns:
            by += [f"-k {number}=j"]
            if kind == "inner":
                by += [f"--on 'l.{number} < r.j'"]
        if not by:
            kind = "cross"
        ways = ["--hash -k name", "--hash -k j", "--hash -k name,j", "--range -k j",
                "--round-robin"]
        right = r.choice(["r.csv", "r.csv", "right.arrow", "right.arrow", "right.arrow",
                          "<(pscan r.csv)", "<(pfilter 'size <> 30' r.csv)",
                          *(f"<(pscan r.csv | pexchange {way})" for way in ways)])
        self.add(f"pjoin --type {kind}{'' if kind == 'cross' else ' ' + r.choice(by)} - {right}")
        self.sorted_by = None
        if "pexchange" in right and kind not in ("semi", "anti"):
            self.ordered = False
        if kind not in ("semi", "anti"):
            self.columns |= RIGHT
            self.unique = set()
            if r.random() < 0.5 and len(self.stages) < MOST_STAGES:
                self.aggregate()

    def head(self) -> None:
        if self.ordered:
            if not any(stage.startswith(("psort", "pagg")) for stage in self.stages):
                self.counted = False
            self.add(f"phead -n {self.rows(30)}")
        self.sorted_by = None


def write_pair(r, folder, name: str, faulty: bool) -> None:
    """The same records as CSV and as NDJSON."""
    csv, ndjson = ["k,w,v,i,x"], []
    words = r.choice([2, 30])
    for row in range(r.choice(ROWS)):
        cells = {"k": f"k{r.randrange(6)}", "w": f"w{r.randrange(words)}",
                 "v": r.choice(["", *"01234"]), "i": str(row),
                 "x": r.choice(["", "0.5", "1.25", "2.0"])}
        if faulty and r.random() < 0.15:
            column = r.choice(list(BAD))
            cells[column] = r.choice(BAD[column])
        csv.append(",".join(f'"{text}"' if "," in text else text for text in cells.values()))
        numbers = {c for c in "vix" if re.fullmatch(r"-?\d+(\.\d+)?", cells[c])}
        members = [f'"{c}":' + ("null" if text == "" else text if c in numbers else f'"{text}"')
                   for c, text in cells.items()]
        line = "{" + ",".join(members) + "}"
        if faulty and r.random() < 0.05:
            line = line.replace(":", "", 1)
            csv[-1] += ",more"
        ndjson.append(line)
    (folder / f"{name}.csv").write_text("\n".join(csv) + "\n", encoding="utf-8")
    (folder / f"{name}.ndjson").write_text("".join(f"{line}\n" for line in ndjson),
                                           encoding="utf-8")


def write_large(path, table, rows: int) -> None:
    """An Arrow file with batches of so many rows and a hole, which takes no room on the disk."""
    file = io.BytesIO()
    with pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    data = file.getvalue()
    # At the end stand the footer, its size in four bytes, and six bytes of magic.
    footer = len(data) - 10 - int.from_bytes(data[-10:-6], "little")
    with open(path, "wb") as large:
        large.write(data[:footer])
        large.seek(HOLE, io.SEEK_CUR)
        large.write(data[footer:])


def make_files(r, folder) -> None:
    (folder / "spilled").mkdir()
    for number in range(FILES):
        write_pair(r, folder, f"right{number}", False)
        write_pair(r, folder, f"faulty{number}", True)
    rows = range(11)
    right = {"name": [f"k{n % 5}" for n in rows], "j": [n % 7 for n in rows],
             "size": [n * 10 for n in rows]}
    (folder / "r.csv").write_text(
        "name,j,size\n" + "".join(f"{n},{j},{s}\n" for n, j, s in zip(*right.values())),
        encoding="utf-8")
    write_large(folder / "right.arrow", pa.table(right), 4)
    rows = range(r.choice([1, 60, 200]))
    left = {"k": [f"k{r.randrange(6)}" for _ in rows], "w": [f"w{r.randrange(9)}" for _ in rows],
            "v": [r.choice([None, *range(5)]) for _ in rows], "i": list(rows),
            "x": [r.choice([None, 0.5, 1.25, 2.0]) for _ in rows]}
    schema = pa.schema([(name, {TEXT: pa.utf8(), NUMBER: pa.int64()}[kind])
                        for name, kind in START.items() if name != "x"] + [("x", pa.float64())])
    write_large(folder / "left.arrow", pa.table(left, schema), 7)


def note(result) -> list[str]:
    """What the note on refused records counts; the shell has one for each scan, pflow one."""
    return re.findall(r"^\w+: (\d+ (?:value|line|record)s? .*)$", result.err, re.MULTILINE)


def compare(flow: Flow, shell, own, ordered: bool) -> str:
    """What pflow gave otherwise than the shell; empty for nothing."""
    if shell.status != 0:
        return "" if own.status == shell.status else "status"
    if own.status != 0:
        return "status"
    wanted, got = shell.out, own.out
    if not ordered:
        wanted, got = sorted(wanted.split(b"\n")), sorted(got.split(b"\n"))
    if wanted != got:
        return "rows"
    if flow.counted and note(shell) != note(own):
        return "note"
    return ""


def check(r, count: int, folder) -> list[str]:
    make_files(r, folder)
    flows = [Flow(r) for _ in range(count)]
    commands = []
    for number, flow in enumerate(flows):
        (folder / f"{number}.flow").write_text(flow.text + "\n", encoding="utf-8")
        commands += [flow.text, f"pflow -n 1 -f {number}.flow",
                     f"pflow -n 3{' --unordered' if flow.waived else ''} -f {number}.flow"]
    results = run_all(commands, folder)
    problems = []
    for flow, shell, one, three in zip(flows, results[::3], results[1::3], results[2::3]):
        if shell.status != 0 and not flow.refuses:
            problems.append(f"the shell refuses what should run: {shell}")
        for own, ordered in ((one, True), (three, flow.ordered)):
            what = compare(flow, shell, own, ordered)
            if what:
                problems.append(f"another {what}: {flow.text}\n  wanted {shell}\n  {own}")
    return problems
