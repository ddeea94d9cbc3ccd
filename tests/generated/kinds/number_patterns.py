"""to_char of numbers and to_number with generated patterns, against PostgreSQL 15: the same text byte
for byte, the same number, and what one refuses the other refuses. A pattern is most often one that
people write, else any order of the words of patterns."""
import decimal
import json

import postgres
import shell

ROWS = 12
WORDS = ["9", "9", "9", "0", ".", "D", ",", "G", "S", "MI", "PL", "SG", "PR", "L", "TH", "th", "V", "FM",
         "EEEE", "RN", "rn", "B", "fm", "sg", "pl", "mi", "s", "d", "g", "l", "v", "eeee", "C", "SP"]
OTHERS = [" ", "-", "$", "x", "%", '"a 9"', "ü", "/", "\\", '\\"', "E"]
COLUMNS = {"i": ("bigint", "int64"), "x": ("float8", "float64"), "m": ("numeric(20,4)", "decimal(20,4)"),
           "r": ("float4", "float32"), "n": ("numeric(12,0)", "decimal(12,0)"), "t": ("text", "text")}
INTEGERS = [0, 1, -1, 5, 12, -12, 123, 1234, -9999, 3999, 4000, 2**31, 2**63 - 1, -2**63]
FLOATS = ["0", "-0", "0.5", "-0.5", "0.05", "1.5", "2.5", "12.345", "-1234.5", "1e10", "1e15", "1e20", "-1e-7",
          "123456789.123456789", "0.1", "9.99", "99.995", "NaN", "Infinity", "-Infinity", "1e300"]
DECIMALS = ["0", "0.5", "-0.5", "0.05", "12.345", "-1234.5678", "9.995", "99.9999", "-0.0001", "1000000.25", "485",
            "0.1", "1234567890123456.7891", "21", "111", "2", "3"]
TEXTS = ["12,454.8-", "1234", " 12", "-12.3", "+5", "<123>", "$1,234.50", "12", "1 2", "1-", "-1", "abc", "12.5abc",
         "1,2,3", "00012", ".5", "5.", "-.5", "1.2.3", "12th", "1st", "ü12", "12 -", "- 12", "", " ", "1e3", "999999"]


def pattern(r) -> str:
    if r.random() < 0.6:
        whole = r.choice(["9", "99", "999", "9999", "9,999", "0", "00", "0999", "9990", "9G999", "099,999", "",
                          "9999999999", "999,999,999,999,999"])
        fraction = r.choice(["", "", ".9", ".99", ".00", "D99", ".0999", ".909", ".", ".99999999", "V99", "V9"])
        core = whole + fraction
        sign = r.choice(["", "", "", "S", "MI", "PL", "SG", "PR", "$", "L", "th", "TH", " "])
        before = r.random() < 0.5 and sign != "PR"
        text = sign + core if before else core + sign
        if r.random() < 0.1 and "V" not in fraction:
            text = core + r.choice(["EEEE", "eeee"])
        return r.choice(["", "", "FM", "FM", "B"]) + text
    if r.random() < 0.1:
        return r.choice(["RN", "FMRN", "rn", "FMrn", "RN ", "", "RNth", "9RN", "RN SG", "FMRN MI", "x RN, 9"])
    return "".join(r.choice(WORDS if r.random() < 0.85 else OTHERS) for _ in range(r.randint(1, 9)))


def value(r, name: str):
    if r.random() < 0.05:
        return None
    if name == "i":
        return str(r.choice([*INTEGERS, r.randint(-10**6, 10**6), r.randint(-200, 200)]))
    if name == "n":
        return str(r.choice([0, 1, -1, 10**11, -10**12 + 1, r.randint(-10**6, 10**6)]))
    if name == "x":
        return r.choice([*FLOATS, repr(r.uniform(-2000, 2000)), str(r.randint(-10**6, 10**6) / 8)])
    if name == "r":
        return r.choice(["0", "1.5", "-0.25", "1234.5", "0.1", "123456.7", "1e20", "NaN", str(r.randint(-999, 999) / 4)])
    if name == "m":
        return r.choice([*DECIMALS, f"{r.randint(-10**8, 10**8) / 10000:.4f}"])
    return r.choice([*TEXTS, str(r.randint(-10**5, 10**5)), f"{r.uniform(-99, 99):.2f}", f"{r.randint(0, 10**7):,}"])


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def shell_word(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def same(ours, theirs) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, str):
        return ours == theirs
    return decimal.Decimal(str(ours)) == decimal.Decimal(theirs)


def check(r, count, folder):
    # A value that is refused hides those of the other rows: most cases have one row.
    cases = []
    for _ in range(count):
        name = r.choice(list(COLUMNS))
        cases.append((name, value(r, name), pattern(r)))
    asked, alone = [], []
    for name, given, text in cases:
        theirs = "null" if given is None else quoted(given)
        call = "to_number" if name == "t" else "to_char"
        asked.append(f"select 1, {call}({theirs}::{COLUMNS[name][0]}, {quoted(text)})")
        ours = "null" if given is None else quoted(given)
        list_ = f"{call}({ours}::{COLUMNS[name][1]}, {quoted(text)}) as v"
        alone.append(f"printf 'a\\n1\\n' | pproject -t ndjson -- {shell_word(list_)}")
    answers = postgres.server().ask(asked)
    problems = []
    for (name, given, text), answer, one in zip(cases, answers, shell.run_all(alone, folder)):
        refused = isinstance(answer, postgres.Refusal)
        if refused or one.status:
            # A pattern is refused when it is bound, also where all values are null.
            if given is None and one.status == 1:
                continue
            if refused != bool(one.status) or one.status not in (0, 1):
                problems.append(f"{one}\n  PostgreSQL: {answer if refused else answer[:3]}")
            continue
        got = json.loads(one.out.decode(), parse_float=decimal.Decimal)["v"]
        if not same(got, answer[0][1]):
            problems.append(f"{COLUMNS[name][0]} {given!r} {text!r}: {got!r}, PostgreSQL: {answer[0][1]!r}")
    return problems
