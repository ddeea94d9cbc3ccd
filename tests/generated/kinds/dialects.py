"""CSV in the dialects that programs write: any delimiter, quote, escape character, line end, encoding.

A table is written with random parameters: delimiters of one byte or several, a quote or none, an
escape character or none, LF, CR LF or CR, a preamble, comments, a header or none, one with repeated
names or without the first name, rows that end early, texts that mean null, an encoding. The options
that the parameters name read the table back: from the file, a pipe, in parts, in chunks, and by
pflow with three workers. Where the delimiter is one character, Python's csv module reads the same
rows with the same parameters. A row too wide is an error of its line, and --on-error skip leaves it
out.
"""
import csv
import io
import json
import shlex

from shell import judge_all

BATCH = 20

DELIMITERS = [",", ";", "\t", "|", " ", ":", ", ", "||", ";;", "::", "\u00a7", "<>"]
QUOTES = ['"', '"', '"', "'", "`", None]
ESCAPES = [None, None, None, "\\", "^"]
ENDS = ["\n", "\n", "\r\n", "\r"]
# Python's name, ours (empty where it is known by itself).
ENCODINGS = [("utf-8", "")] * 6 + [("utf-8-sig", ""), ("utf-16", ""), ("utf-16-le", "UTF-16LE"),
                                   ("latin-1", "latin1"), ("cp1252", "windows-1252")]
COMMENTS = [None, None, None, "#", "//", "%%"]
NULLS = [[], [], ["NA"], ["NA", "N/A", "-"], ["0", "null"]]
TEXTS = ["x", "7", "-1.5", "Bern", "two words", "\u00f6l", "12/01/2014", "6' tall", 'say "so"',
         "a;b", "a, b", "1|2", "back\\slash", "c^2", "a::b", "end;", "a`b", "\u00a75", "true", " lead",
         "trail ", "", "", "ab" * 40]
BROKEN = ["one\ntwo", "one\r\ntwo", "a\rb"]
JUNK = ["Report of 2014", 'He said "hi', "it's; late, || here", "", "a,b,c,d,e", "`", "#", "\\"]
FLOWS_EVERY = 4


class Dialect:
    """How a file is written."""

    def __init__(self, r):
        self.delimiter = r.choice(DELIMITERS)
        self.quote = r.choice(QUOTES)
        self.escape = r.choice(ESCAPES)
        self.end = r.choice(ENDS)
        self.encoding, self.encoding_option = r.choice(ENCODINGS)
        self.comment = r.choice(COMMENTS)
        self.nulls = r.choice(NULLS)

    def options(self) -> str:
        words = ["-d", "\\t" if self.delimiter == "\t" else self.delimiter]
        if self.quote is None:
            words += ["--no-quotes"]
        elif self.quote != '"':
            words += ["--quote", self.quote]
        if self.escape:
            words += ["--escape", self.escape]
        if self.comment:
            words += ["--comment", self.comment]
        if self.nulls:
            words += ["--null", ",".join(self.nulls)]
        if self.encoding_option:
            words += ["--encoding", self.encoding_option]
        return shlex.join(words)

    def may_be_bare(self, text: str) -> bool:
        """Whether the text stands for itself."""
        marks = [self.quote or "", self.escape or "", "\r", "\n"]
        if any(mark and mark in text for mark in marks) or text in self.nulls:
            return False
        if self.comment and text.startswith(self.comment):
            return False
        return self.delimiter not in (text + self.delimiter)[:-1]

    def escaped(self, text: str, marks: str) -> str:
        return "".join(self.escape + c if c in marks else c for c in text)

    def field(self, r, text: str) -> str | None:
        """A field of this text; None where the dialect has none."""
        if self.may_be_bare(text) and not (self.quote and r.random() < 0.15):
            return text
        if self.quote is None or (self.escape and len(self.delimiter) == 1 and r.random() < 0.3):
            if not self.escape or len(self.delimiter) > 1 or text in self.nulls:
                return None
            return self.escaped(text, self.escape + self.delimiter + (self.quote or "") + "\r\n")
        if not self.escape:
            return self.quote + text.replace(self.quote, 2 * self.quote) + self.quote
        marks = self.escape + (self.quote if r.random() < 0.5 else "")
        text = self.escaped(text, marks)
        if self.quote not in marks:
            text = text.replace(self.quote, 2 * self.quote)
        return self.quote + text + self.quote


class Case:
    """One file with its commands."""

    def __init__(self, r, folder, number: int):
        self.dialect = d = Dialect(r)
        self.width = r.randint(2, 6)
        count = r.choice([0, 1, 3, 30, 30, 200, 20000 if number % 10 == 0 else 60])
        self.wrong = count > 0 and r.random() < 0.2
        self.ragged = r.random() < 0.2
        self.header = r.choice(["names", "names", "none", "repeated", "row names"])
        self.lines: list[str] = []  # without their ends; a record may have line ends inside
        self.rows: list[list[str]] = []
        self.options = d.options()
        skip = r.choice([0, 0, 1, 3])
        self.lines += [r.choice(JUNK) for _ in range(skip)]
        plain: list[str] = []
        self.write_header(r, count)
        records = [self.record(r) for _ in range(count)]
        place = r.randrange(count) if self.wrong else -1
        for i, (fields, values) in enumerate(records):
            if d.comment and r.random() < 0.1:
                self.lines.append(d.comment + r.choice(JUNK))
            if i == place:
                self.line = 1 + sum(1 + ends_in(line) for line in self.lines)
                fields = fields + ["more"] * (1 + self.width - len(fields))
            else:
                self.rows.append(values)
            line = d.delimiter.join(fields)
            self.lines.append(line)
            if i != place:
                plain.append(line)
        text = "".join(line + d.end for line in self.lines)
        if self.lines and not self.wrong and r.random() < 0.2 and count:
            text = text[:-len(d.end)]
        self.problem = self.python_reads_otherwise(d, plain)
        name = f"{number}.csv"
        (folder / name).write_bytes(text.encode(d.encoding))
        if skip:
            self.options += f" --skip {skip}"
        if self.ragged:
            self.options += " --ragged"
        self.make_commands(name, number)

    def write_header(self, r, count: int) -> None:
        d = self.dialect
        names = [f"c{i}" for i in range(1, self.width + 1)]
        written = names[:]
        if self.header == "none":
            self.options += " --no-header"
            # Without names, the first record has all fields.
            if self.ragged or self.wrong or count == 0 or r.random() < 0.5:
                self.options += " --names " + ",".join(names)
        elif self.header == "repeated":
            written = ["a"] * self.width
            if self.width > 3:
                written[-1] = "a_2"
            taken = set(written)
            names, last = ["a"], 1
            for name in written[1:]:
                if name == "a_2":
                    names.append(name)
                    continue
                last += 1
                while f"a_{last}" in taken:
                    last += 1
                names.append(f"a_{last}")
            self.options += " --unique-names"
        elif self.header == "row names":
            self.options += " --row-names c1"
            written = names[1:]
        self.names = names
        if self.header == "none":
            return
        if d.comment and r.random() < 0.5:
            self.lines.append(d.comment + r.choice(JUNK))
        self.lines.append(d.delimiter.join(written))

    def record(self, r) -> tuple[list[str], list[str]]:
        d = self.dialect
        width = self.width
        if self.ragged and r.random() < 0.3:
            width = r.randint(1, self.width)
        fields, values = [], []
        while len(fields) < width:
            if d.nulls and r.random() < 0.1:
                fields.append(r.choice(d.nulls))
                values.append(None)
                continue
            text = r.choice(TEXTS + BROKEN)
            try:
                text.encode(d.encoding)
            except UnicodeEncodeError:
                continue
            field = d.field(r, text)
            # A line without bytes has no record.
            if field is None or (width == 1 and field == ""):
                continue
            fields.append(field)
            values.append(text)
        return fields, values + [None] * (self.width - width)

    def python_reads_otherwise(self, d: Dialect, plain: list[str]) -> str:
        if len(d.delimiter) > 1:
            return ""
        style = {"delimiter": d.delimiter, "escapechar": d.escape, "strict": True}
        if d.quote is None:
            style["quoting"] = csv.QUOTE_NONE
        else:
            style["quotechar"] = d.quote
        text = "".join(line + d.end for line in plain)
        read = list(csv.reader(io.StringIO(text, newline=""), **style))
        for row, values in zip(read, self.rows, strict=True):
            wanted = [v if v is not None else w for v, w in zip(values, row)]
            if row != wanted:
                return f"Python reads {row}, not {values}"
        return ""

    def make_commands(self, name: str, number: int) -> None:
        scan = f"pscan --types '*=text' {self.options}"
        # Each command with whether it reads every row and tells a fault by its line.
        self.commands = [f"{scan} {name} -t ndjson", f"cat {name} | {scan} -t ndjson"]
        if self.wrong:
            self.commands.append(f"{scan} --on-error skip -q {name} -t ndjson")
        self.skips = len(self.commands) - 1
        if self.dialect.encoding.startswith("utf-8") and self.lines:
            each = "; ".join(f"{scan} {name} -t ndjson --partition {i}/3" for i in (1, 2, 3))
            self.commands.append(f"set -e; {each}")
            self.commands.append(f"echo 1 5 >{number}.ledger; "
                                 f"{scan} {name} -t ndjson --chunks {number}.ledger")
        if number % FLOWS_EVERY == 0:
            self.commands.append(f"cat >{number}.flow <<'END'\n{scan} {name} | "
                                 f"pproject '*' -t ndjson\nEND\npflow -n 3 -f {number}.flow")

    def judge(self, results) -> list[str]:
        problems = [self.problem] if self.problem else []
        for number, result in enumerate(results):
            if self.wrong and number != self.skips:
                if result.status == 0 or f":{self.line}: row has" not in result.err:
                    problems.append(f"not an error of line {self.line}: {result}")
                continue
            rows = [json.loads(line) for line in result.out.splitlines()]
            names = next((list(row) for row in rows), self.names)
            rows = [list(row.values()) for row in rows]
            # An empty text is null unless it stood in quotes.
            rows = [[value or None for value in row] for row in rows]
            wanted = [[value or None for value in row] for row in self.rows]
            if result.status != 0 or rows != wanted or names != self.names:
                at = next((i for i, (a, b) in enumerate(zip(rows, wanted)) if a != b), "the end")
                more = (rows[at], wanted[at]) if isinstance(at, int) else names
                problems.append(f"{len(rows)} rows, not {len(wanted)}, or another at {at}: {more} "
                                f"{result}")
        return problems


def ends_in(line: str) -> int:
    return len(line.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1


def check(r, count: int, folder) -> list[str]:
    return judge_all([Case(r, folder, number) for number in range(count)], folder)
