"""CSV and TSV with any line ends: LF, CR LF, CR, CR CR LF, of one kind or mixed.

The rows that Python's csv module makes of the text with LF ends are read whatever the ends are;
what stands in quotes, carriage returns and newlines too, stays as it is. Files are read whole, from
a pipe, in two and five parts, and by pflow; some have blank lines, a byte-order mark, no end at the
last line, or are longer than a chunk. A row too wide is an error that names its line, whatever ends
the lines before.
"""
import csv
import io
import json

from shell import judge_all

BATCH = 25
ENDS = ["\n", "\r\n", "\r", "\r\r\n"]
INSIDE = ["\r", "\n", "\r\n", "\r\r\n", "\r\r", "a\rb\nc"]
FLOWS_EVERY = 5


def cell(r, delimiter: str) -> str:
    kind = r.random()
    if kind < 0.1:
        return ""
    if kind < 0.25:
        text = r.choice(["x", "", delimiter, 'say "so"']) + r.choice(INSIDE) + r.choice(["y", ""])
    else:
        text = r.choice(["7", "-1.5", "Bern", "ö", "two words", "6' tall", "a" * 70])
    must = any(c in text for c in delimiter + '"\r\n')
    return '"' + text.replace('"', '""') + '"' if must or r.random() < 0.2 else text


class Case:
    """One file with its commands."""

    def __init__(self, r, folder, number: int):
        delimiter = r.choice(",\t;")
        width = r.randint(2, 5)
        rows = r.choice([0, 1, 2, 5, 30, 30, 30, 30000 // width if number % 10 == 0 else 200])
        records = [delimiter.join(cell(r, delimiter) for _ in range(width)) for _ in range(rows)]
        # A row of one empty field does not count as a row, nor does a blank line.
        records = [f"h{delimiter}" + delimiter.join(f"c{i}" for i in range(1, width))] + records
        ends = r.choice([ENDS, [r.choice(ENDS)]])
        self.wrong = rows > 0 and r.random() < 0.2
        if self.wrong:
            self.place = r.randint(1, rows)
            records[self.place] += delimiter + "one more"
        text = "\ufeff" if r.random() < 0.1 else ""
        plain = []
        line = 1
        end = "\n"
        for i, record in enumerate(records):
            # A CR before LF would be one end with it.
            blank = r.choice(ends)
            if r.random() < 0.05 and end != "\r":
                text += blank
                line += 1
            if self.wrong and i == self.place:
                self.line = line
            end = r.choice(ends)
            text += record + end
            line += lines_of(record) + 1
            plain.append(record)
        if r.random() < 0.2 and rows > 0 and not self.wrong and not plain[-1].endswith('"'):
            text = text[:-len(end)]
        reader = csv.reader(io.StringIO("\n".join(plain) + "\n", newline=""), delimiter=delimiter)
        self.rows = list(reader)[1:]
        name = f"{number}.csv"
        (folder / name).write_bytes(text.encode())
        scan = f"pscan --types '*=text' -d '{delimiter}'"
        self.commands = [f"{scan} {name} -t ndjson", f"cat {name} | {scan} -t ndjson"]
        for parts in (2, 5):
            each = "; ".join(f"{scan} {name} -t ndjson --partition {i}/{parts}"
                             for i in range(1, parts + 1))
            self.commands.append(f"set -e; {each}")
        if number % FLOWS_EVERY == 0:
            for n in (1, 3):
                self.commands.append(f"pflow -n {n} \"{scan} {name} | pproject '*' -t ndjson\"")

    def judge(self, results) -> list[str]:
        problems = []
        for result in results:
            if self.wrong:
                if result.status == 0 or f":{self.line}: row has" not in result.err:
                    problems.append(f"not an error of line {self.line}: {result}")
                continue
            rows = [[v or "" for v in json.loads(line).values()]
                    for line in result.out.splitlines()]
            if result.status != 0 or rows != self.rows:
                at = next((i for i, (a, b) in enumerate(zip(rows, self.rows)) if a != b), "the end")
                problems.append(f"{len(rows)} rows, not {len(self.rows)}, or another at {at}: "
                                f"{result}")
        return problems


def lines_of(record: str) -> int:
    count = 0
    at = 0
    while at < len(record):
        end = next((e for e in ("\r\r\n", "\r\n", "\n", "\r") if record.startswith(e, at)), "")
        count += end != ""
        at += len(end) or 1
    return count


def check(r, count: int, folder) -> list[str]:
    return judge_all([Case(r, folder, number) for number in range(count)], folder)
