"""A text that several scans read in parts: together the rows, and the bytes, that one scan gives.

CSV with quoted line ends, doubled quotes, empty and blank lines, LF, CR LF and CR, with and without
a header, of one to four columns; also with faults and --on-error skip; NDJSON; lines. Files have no
row or some hundreds, records of a few bytes or some thousand, some a quoted field that is most of
the file, so that chunks are shorter than a record, end anywhere, or hold nothing. Each file is read
by `pscan` alone and in one other way: by `pflow -n 1, 2, 3 or 5` in an order that is kept (parts)
or in one that is not (chunks), two files at once too; by hand with --partition, every part of N;
with --chunks by two scans at once that share a ledger. Ordered output is compared byte by byte,
other output line by line, sorted. A file that one scan refuses must be refused by all ways to read
it.
"""
from shell import run_all

BATCH = 20


def value(r, long: bool, valid: bool) -> str:
    way = r.randrange(9)
    size = r.randint(0, 3000) if long and r.random() < 0.2 else r.randint(0, 12)
    word = "".join(r.choice("abc xyz,0123é") for _ in range(size))
    if way < 3:
        return word.replace(",", "")
    if way == 3:
        return ""
    if way == 4:
        return '""'
    lines = word.replace("x", "\n").replace("y", '""').replace("z", r.choice(["\r\n", "\n"]))
    if valid or r.random() < 0.97:
        return f'"{lines}"'
    return r.choice(['"', 'a"b', '"a"b', 'x,y', '\n']) + lines


def csv(r, columns: int, rows: int, long: bool, valid: bool, header: bool) -> str:
    ends = r.choice([["\n"], ["\r\n"], ["\n", "\r\n"], ["\r"], ["\n", "\n", "\r\r\n"]])
    records = [",".join("pqrs"[:columns])] if header else []
    for _ in range(rows):
        record = ",".join(value(r, long, valid) for _ in range(columns))
        if columns == 1 and not record:
            record = "_"
        records.append(record)
        if columns > 1 and r.random() < 0.02:
            records.append("")
    if rows and r.random() < 0.15:  # a field that is most of the file
        at = r.randrange(len(records) - rows, len(records) + 1)
        inner = "".join(r.choice(["1,2\n", "x\n", '""', "\n", "a,b,c,d\n"])
                        for _ in range(r.randint(1, 4000)))
        records.insert(at, ",".join([f'"{inner}"'] + ["z"] * (columns - 1)))
    text = "".join(record + r.choice(ends) for record in records)
    if text and r.random() < 0.3:
        text = text.rstrip("\r\n") if records[-1].strip() else text
    return text


def ndjson(r, rows: int, long: bool) -> str:
    lines = []
    for i in range(rows):
        word = "w" * (r.randint(0, 3000) if long and r.random() < 0.2 else r.randint(0, 9))
        lines.append(f'{{"p": {i}, "q": "{word}\\n"}}')
    return "\n".join(lines) + r.choice(["", "\n"]) if lines else "\n"


def case(r, number: int) -> tuple[str, bytes, str]:
    """A file's name, its bytes, and the options to read it."""
    rows = r.choice([0, 1, 2, 5, r.randint(3, 60), r.randint(50, 400)])
    long = r.random() < 0.3
    way = r.randrange(10)
    if way == 0:
        return f"{number}.ndjson", ndjson(r, rows, long).encode(), "--types p=int64,q=text"
    if way == 1:
        text = csv(r, 2, rows, long, True, True) or "\n"
        return f"{number}.txt", text.encode(), "-f lines"
    columns = r.choice([1, 2, 2, 3, 4])
    header = r.random() < 0.7
    valid = way < 7
    options = "--types '*=text'"
    if not header:
        options += " --no-header --names " + ",".join("pqrs"[:columns])
    if not valid:
        options += " --on-error " + r.choice(["skip", "skip", "null"])
    text = csv(r, columns, rows, long, valid, header)
    if not text.strip("\r\n"):
        text = ",".join("pqrs"[:columns]) + "\n"
    return f"{number}.csv", text.encode(), options


def commands(r, files: list[str], options: str) -> tuple[str, str, bool]:
    """One scan's command, another way to read the same, and whether that keeps the order."""
    names = " ".join(files)
    scan = f"pscan {options} {names}"
    one = f"{scan} | pproject '*' -t csv"
    way = r.randrange(7)
    if way < 2:
        return one, f"pflow -q -n {r.choice([1, 2, 3, 5])} \"{one}\"", True
    if way < 4:
        return one, f"pflow -q --unordered -n {r.choice([2, 3, 5])} \"{one}\"", False
    if way == 4:
        parts = r.choice([2, 3, 7, 16])
        by_hand = " ".join(f"<({scan} -q --partition {i + 1}/{parts})" for i in range(parts))
        return one, f"pmerge --in-turn {by_hand} -t csv", True
    schema = f"--schema <(pscan {options} {names} -w false)" if len(files) > 1 else ""
    shared = f"<(pscan -q {options} {schema} --chunks {files[0]}.chunks {names})"
    chunks = r.choice([2, 5, 40])
    return one, f"echo 1 {chunks} > {files[0]}.chunks; pmerge {shared} {shared} -t csv", False


def answer(result, ordered: bool):
    return result.out if ordered else sorted(result.out.split(b"\n"))


def check(r, count: int, folder) -> list[str]:
    planned = []
    for number in range(count):
        name, content, options = case(r, number)
        (folder / name).write_bytes(content)
        files = [name]
        if name.endswith(".csv") and r.random() < 0.2:
            (folder / f"{number}b.csv").write_bytes(content)
            files.append(f"{number}b.csv")
        planned.append(commands(r, files, options))
    results = iter(run_all([text for one, other, _ in planned for text in (one, other)], folder))
    problems = []
    for _, _, ordered in planned:
        expected, got = next(results), next(results)
        if (got.status != 0) != (expected.status != 0):
            problems.append(f"{got}\nbut {expected}")
        elif expected.status == 0 and answer(got, ordered) != answer(expected, ordered):
            problems.append(f"{got}\nbut {expected}")
    return problems
