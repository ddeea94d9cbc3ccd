"""A value behind the sample is read just where inference would have kept its column's type.

Each case is a column: some early values, from which its type is inferred, and a literal of any shape
far behind them, in CSV or NDJSON, as a file, within gzip, on standard input, in the second of two
files, and under pflow. The oracle is the inference itself: a small file of the early values and the
late one, all of it sampled. Where the type stays, the late value must print as it does there; where
it does not, it must be refused, by an error that names its line, its column and --types.
"""
import gzip
import json
import re

from shell import run_all

BATCH = 40
FILLED = 1_150_000  # bytes of early rows: past the megabyte that is sampled of a stream
SPREAD = 2_600_000  # of a file that can be sought, past its first samples


def digits(r, most=22):
    return "".join(r.choice("0123456789") for _ in range(r.randint(1, most)))


def number(r):
    """A number, or nearly one."""
    whole = r.choice([digits(r, 5), digits(r), "0", "00", "007", "9007199254740993",
                      "9007199254740992", "9223372036854775807", "9223372036854775808",
                      "123456789012345678", "1" + "0" * r.randint(10, 330), ""])
    part = r.choice(["", "", ".", "." + digits(r, 4), "." + digits(r, 20), "." + "0" * r.randint(1, 5),
                     "." + "0" * 320 + "1"])
    power = r.choice(["", "", "", "e5", "E-3", "e+300", "e-400", "e400", "e-320", "e0"])
    sign = r.choice(["", "", "", "-", "+"])
    return sign + whole + part + power


def time(r):
    day = f"{r.choice([r.randint(1, 9999), r.randint(1900, 2100)]):04}-{r.randint(1, 12):02}-" \
          f"{r.randint(1, 31):02}"
    clock = f"{r.randint(0, 24):02}:{r.randint(0, 59):02}"
    second = r.choice(["", f":{r.randint(0, 60):02}", ":07.5", ":07.123456", ":07.123456789"])
    zone = r.choice(["", "", "Z", "+02:00", "-0530", "+02"])
    return r.choice([day, day + "T" + clock + second + zone, day + " " + clock + second + zone,
                     day.replace("-", "/"), "+" + day, day + "T"])


WORDS = ["nan", "NaN", "NAN", "Nan", "inf", "-inf", "Inf", "INF", "+inf", "Infinity", "infinity",
         "-Infinity", "-nan", "true", "TRUE", "False", "t", "yes", "0x10", "1,5", "1_000", " 1", "1 ",
         "12e4", "-", ".", "-.5", "5.", "-0", "-0.0", "+0", "0", "x", "1e", "--1", "1.2.3", "\u0661"]


def literal(r):
    pick = r.random()
    if pick < 0.55:
        return number(r)
    if pick < 0.75:
        return time(r)
    return r.choice(WORDS)


def early(r):
    """Values of one kind, as texts; the second member says that JSON has them as strings."""
    day = "2024-02-03"
    return r.choice([
        (["1", "-20", "300"], False),
        (["1", "9007199254740993"], False),
        (["1.5", "-2.25", "3"], False),
        (["1.5", "-0"], False),
        (["0.1", "1e-7"], False),
        (["12.50", "7.25"], False),
        (["1234567890123.25", "0.123456"], False),
        (["true", "false"], False),
        ([day], True),
        ([day + "T01:02:03", day + " 01:02"], True),
        ([day + "T01:02:03.123456789"], True),
        ([day + "T01:02:03Z", day + "T01:02:03+02:00"], True),
        (["1.5", "nan", "-inf"], False),
    ])


JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")


def csv_row(cells):
    return ",".join(f'"{c}"' if "," in c else c for c in cells) + "\n"


def json_cell(text, r=None):
    """As JSON has it: bare where it may be, of late values now and then a string though."""
    bare = JSON_NUMBER.match(text) or text in ("true", "false")
    if bare and not (r and r.random() < 0.1):
        return text
    return json.dumps(text, ensure_ascii=False)


def json_row(cells):
    return "{" + ",".join(f'"{"n" if i == 0 else f"k{i}"}":{c}' for i, c in enumerate(cells)) + "}\n"


def types_of(result):
    """By column, from the note of -v."""
    note = next(line for line in result.err.splitlines() if re.search(r": n int64", line))
    found = re.split(r"(?:: |, )(n|k\d+) ", note)
    return dict(zip(found[1::2], found[2::2]))


def fields(line):
    """Of a line of CSV as our writer makes it."""
    import csv
    return next(csv.reader([line]))


class Batch:
    def __init__(self, r, count, folder):
        self.r, self.folder = r, folder
        self.json = r.random() < 0.4
        self.option = r.choice(["", "", "--decimals "])
        self.medium = r.choice(["file", "gzip", "stdin", "two"])
        self.columns = [early(r) for _ in range(count)]
        self.late = [literal(r) for _ in range(count)]
        if self.json:
            self.late = [json_cell(text, r) for text in self.late]
        self.suffix = ".ndjson" if self.json else ".csv"
        self.write()

    def row(self, number, cells):
        return json_row([str(number)] + cells) if self.json else csv_row([str(number)] + cells)

    def early_rows(self):
        for number in range(6):
            cells = [values[number % len(values)] for values, _ in self.columns]
            yield self.row(number, [json_cell(c) for c in cells] if self.json else cells)

    def write(self):
        names = ["n"] + [f"k{i + 1}" for i in range(len(self.columns))]
        head = "" if self.json else csv_row(names)
        rows = "".join(self.early_rows())
        late = self.row(777, self.late)
        (self.folder / f"early{self.suffix}").write_text(head + rows)
        (self.folder / f"sampled{self.suffix}").write_text(head + rows + late)
        filled = SPREAD if self.medium in ("file", "two") else FILLED
        repeats = filled // len(rows.encode()) + 1
        before = repeats * 11 // 20 if self.medium in ("file", "two") else repeats
        text = head + rows * before + late + rows * (repeats - before + 3)
        self.line = (0 if self.json else 1) + 6 * before + 1
        late_file = self.folder / f"late{self.suffix}"
        if self.medium == "gzip":
            with gzip.open(f"{late_file}.gz", "wt", compresslevel=1) as out:
                out.write(text)
        else:
            late_file.write_text(text)

    def operands(self):
        name = f"late{self.suffix}"
        form = "-f ndjson " if self.json else ""
        return {"file": name, "gzip": name + ".gz", "stdin": f"{form}< {name}",
                "two": f"early{self.suffix} {name}"}[self.medium]

    def commands(self):
        scan = f"pscan -v {self.option}-t csv"
        wanted = "-w 'n = 777'"
        return [f"{scan} early{self.suffix}",
                f"{scan} {wanted} sampled{self.suffix}",
                f"{scan} --on-error null --rejects rejects.csv {wanted} {self.operands()}"]

    def judge(self, results):
        """Problems, and the columns that were refused, those of them with a type that stayed, and
        those that were read."""
        problems, refused, read = [], [], []
        for result in results[:2]:
            if result.status:
                return [f"oracle: {result}"], [], []
        if results[2].status:
            return [f"late: {results[2]}"], [], []
        before, within, found = (types_of(result) for result in results)
        values = [fields(result.out.decode().splitlines()[1]) for result in results[1:]]
        rejects = {}
        path = self.folder / "rejects.csv"
        for line in path.read_text().splitlines()[1:] if path.exists() else []:
            cells = fields(line)
            rejects[cells[2]] = (int(cells[1]), cells[3])
        for i, text in enumerate(self.late):
            name = f"k{i + 1}"
            say = f"{name} of {self.columns[i][0]}, late {text!r} ({self.medium}{self.suffix} " \
                  f"{self.option}): {before[name]}, sampled {within[name]}, found {found[name]}: "
            if found[name] != before[name] and found[name] != within[name]:
                problems.append(say + "another type")
            elif found[name] == within[name]:
                read.append(name)
                if name in rejects or values[0][i + 1] != values[1][i + 1]:
                    problems.append(say + f"{values[0][i + 1]!r} became {values[1][i + 1]!r} "
                                          f"{rejects.get(name)}")
            else:
                refused.append(name)
                if name not in rejects or rejects[name][0] != self.line or values[1][i + 1]:
                    problems.append(say + f"taken as {values[1][i + 1]!r}, {rejects.get(name)}")
        return problems, refused, read

    def second_commands(self, refused, read):
        """Of refused columns one by one, with the default --on-error; of the others all at once."""
        scan = f"pscan {self.option}-t csv"
        commands = [f"{scan} -c {name} {self.operands()}" for name in refused]
        flows = []
        if self.medium != "stdin":
            flows = [f"pflow -n 3 \"{command}\"" for command in commands[:1]]
            flows.append(f"{scan} -c {','.join(read)} {self.operands()} | md5sum")
            flows.append(f"pflow -n 3 \"{scan} -c {','.join(read)} {self.operands()}\" | md5sum")
        return commands, flows

    def judge_errors(self, results, names):
        problems = []
        for result, name in zip(results, names):
            place = f"late{self.suffix}" + (".gz" if self.medium == "gzip" else "")
            if self.medium == "stdin":
                place = "standard input"
            right = f"{place}:{self.line}: column '{name}': "
            if result.status != 1 or right not in result.err or f"--types {name}=" not in result.err:
                problems.append(f"expected an error at {right}: {result}")
        return problems


def check(r, count, folder):
    batch = Batch(r, count, folder)
    problems, refused, read = batch.judge(run_all(batch.commands(), folder))
    some = r.sample(refused, min(4, len(refused)))
    commands, flows = batch.second_commands(some, read)
    results = run_all(commands + flows, folder)
    problems += batch.judge_errors(results[:len(commands)], some)
    if flows:
        in_flow = results[len(commands):]
        problems += batch.judge_errors(in_flow[:-2], some[:1])
        if read and (in_flow[-2].status or in_flow[-2].out != in_flow[-1].out):
            problems.append(f"{in_flow[-2]}\nand\n{in_flow[-1]}")
    return problems
