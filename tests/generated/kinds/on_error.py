"""--on-error=skip and =null: which rows come, what the note counts, what --rejects has.

CSV with LF or CR LF ends, NDJSON, and JSON arrays, of records that are right, or have one or more
values that their column's type (--types) does not take, or cannot be read at all: a field too many
or too few, a quote in a wrong place, broken JSON. Rows, note and rejects are what the making of the
file says, whole, in two parts (the sum of both), from a pipe, and by pflow with one and three
workers, whose one note counts what all workers left out.
"""
import csv
import io
import json
import re

from shell import judge_all

BATCH = 25
FLOWS_EVERY = 5
TYPES = {"n": "int64", "x": "float64", "d": "date", "t": "text"}
GOOD = {"n": ["1", "-20", "300"], "x": ["0.5", "1e3", "7"], "d": ["2024-02-29", "1999-12-31"],
        "t": ["words", "ö", "a b", "two\nlines"]}
BAD = {"n": ["x", "1.5", "99999999999999999999"], "x": ["abc", "1,5"], "d": ["2024-02-30", "soon"]}


class Record:
    """What becomes of a record: `values`, None for a null; `bad` columns; `whole`: unreadable."""

    def __init__(self, r):
        self.values = {c: r.choice(GOOD[c]) for c in TYPES}
        kind = r.random()
        self.whole = kind < 0.12
        self.bad = [c for c in BAD if r.random() < 0.5] if 0.12 <= kind < 0.3 else []
        self.texts = {c: r.choice(BAD[c]) if c in self.bad else v for c, v in self.values.items()}

    def csv(self, r) -> str:
        cells = []
        for text in self.texts.values():
            must = any(c in text for c in ",\n")
            cells.append(f'"{text}"' if must or r.random() < 0.1 else text)
        if self.whole:
            cells[3] = "one line"
            kind = r.randrange(4)
            if kind == 0:
                cells.append("more")
            elif kind == 1:
                cells.pop()
            elif kind == 2:
                cells[r.choice([0, 3])] = '"a"b'
            else:
                cells[3] = 'a"b'
        return ",".join(cells)

    def json(self, r) -> str:
        def value(column):
            text = self.texts[column]
            number = column in "nx" and column not in self.bad
            return text if number else json.dumps(text, ensure_ascii=False)
        text = "{" + ",".join(f'"{c}":{value(c)}' for c in TYPES) + "}"
        if not self.whole:
            return text
        return r.choice([text.replace(":", "", 1), text.replace("{", "{,", 1), '{"n":}', "17", '{"n":01}'])


def number_of(column: str, value):
    if value is None or column not in "nx":
        return value
    return int(value) if column == "n" else float(value)


class Case:
    """One file with its commands."""

    def __init__(self, r, folder, number: int):
        self.mode = r.choice(["skip", "null"])
        self.form = r.choice(["csv", "csv", "ndjson", "json"])
        self.parted = self.form != "json"
        records = [Record(r) for _ in range(r.choice([1, 3, 20, 60, 200]))]
        self.rows = []
        self.counts = {"value": 0, "line": 0, "record": 0}
        self.rejects = []
        line = 2 if self.form == "csv" else 1
        parts = []
        end = "\r\n" if self.form == "csv" and r.random() < 0.3 else "\n"
        for record in records:
            text = record.csv(r) if self.form == "csv" else record.json(r)
            lines = 1 + text.count("\n")
            self.note_record(record, line, lines)
            line += lines
            parts.append(text)
        if self.form == "csv":
            text = ",".join(TYPES) + end + "".join(part + end for part in parts)
        elif self.form == "ndjson":
            text = "".join(part + "\n" for part in parts)
        else:
            text = "[" + ",\n".join(parts) + "]\n"
        name = f"{number}.{self.form}"
        (folder / name).write_bytes(text.encode())
        types = ",".join(f"{c}={t}" for c, t in TYPES.items())
        read = f"pscan --types {types} --on-error {self.mode}"
        self.rejects_file = folder / f"{number}.rejects.csv"
        from_pipe = {"csv": "", "ndjson": " -f ndjson", "json": " -f ndjson"}[self.form]
        self.commands = [f"{read} {name} -t ndjson --rejects {self.rejects_file.name}",
                         f"cat {name} | {read}{from_pipe} -t ndjson"]
        if self.parted:
            self.commands.append("set -e; " + "; ".join(
                f"{read} {name} -t ndjson --partition {i}/2" for i in (1, 2)))
        if number % FLOWS_EVERY == 0:
            self.commands += [f"pflow -n {n} \"{read} {name} | pproject '*' -t ndjson\""
                              for n in (1, 3)]

    def note_record(self, record: Record, line: int, lines: int) -> None:
        if record.whole or (record.bad and self.mode == "skip"):
            if self.form == "json":
                self.counts["record"] += 1
            else:
                self.counts["line"] += lines
            self.rejects.append((line, "" if record.whole else record.bad[0]))
            return
        self.counts["value"] += len(record.bad)
        self.rejects += [(line, column) for column in record.bad]
        self.rows.append({c: number_of(c, None if c in record.bad else v)
                          for c, v in record.values.items()})

    def judge(self, results) -> list[str]:
        problems = []
        for result in results:
            rows = [json.loads(line) for line in result.out.splitlines()]
            if result.status != 0 or rows != self.rows:
                problems.append(f"{len(rows)} rows, not {len(self.rows)}: {result}")
            counted = {"value": 0, "line": 0, "record": 0}
            for count, what in re.findall(r"(\d+) (value|line|record)s? ", result.err):
                counted[what] += int(count)
            if counted != self.counts:
                problems.append(f"counts are {self.counts}: {result}")
            if result.command.startswith("pflow") and result.err.count("\n") > 1:
                problems.append(f"more than one note: {result}")
        text = self.rejects_file.read_text(encoding="utf-8")
        rejects = [(int(row["line"]), row["column"]) for row in csv.DictReader(io.StringIO(text))]
        # A fault of quotes or of JSON is reported with its column, if that is known.
        wanted = [(line, column or None) for line, column in self.rejects]
        if len(rejects) != len(wanted) or any(
                line != want[0] or (want[1] and column != want[1])
                for (line, column), want in zip(rejects, wanted)):
            problems.append(f"rejects {rejects}, not {wanted}: {results[0]}")
        return problems


def check(r, count: int, folder) -> list[str]:
    return judge_all([Case(r, folder, number) for number in range(count)], folder)
