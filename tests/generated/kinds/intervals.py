"""Texts of PostgreSQL's grammar of intervals, and texts near it, against PostgreSQL 15.

Each text is read as a literal, with or without fields behind it (interval '1-2' year to month), and
as a cast of a column. What PostgreSQL refuses is refused here. Apart from what differs on purpose:
times of day here have nanoseconds (at most six digits of a second are drawn) and 64 bits of them
(what is longer than that is refused), and PostgreSQL 15 loses the fraction of 'PT040506.5' and
that of days behind a clock time ('1:00 1.5 days').
"""
import re

import postgres
import shell

MOST_HOURS = 2562047  # of 64 bits of nanoseconds, rounded down
UNITS = """c cent century centuries mil mils millennium millennia dec decs decade decades
    y yr yrs year years mon mons month months w week weeks d day days h hr hrs hour hours
    m min mins minute minutes s sec secs second seconds ms msec msecs millisecond milliseconds
    us usec usecs microsecond microseconds quarter qtr decad yeard ye monthss""".split()
FINE_UNITS = {"ms", "msec", "msecs", "millisecond", "milliseconds", "us", "usec", "usecs",
                     "microsecond", "microseconds"}
FIELDS = ["year", "month", "day", "hour", "minute", "second", "year to month", "day to hour",
          "day to minute", "day to second", "hour to minute", "hour to second",
          "minute to second"]


def whole(r) -> str:
    return r.choice([str(r.randint(0, 9)), str(r.randint(0, 99)), str(r.randint(0, 20000)), "00",
                     "07", str(r.randint(0, 9)), str(r.randint(0, 12))])


def fraction(r, digits: int = 6) -> str:
    return "".join(r.choice("0123456789") for _ in range(r.randint(1, digits)))


def sign(r) -> str:
    return r.choice(["", "", "", "-", "+", "- "])


def number(r) -> str:
    if r.random() < 0.7:
        return whole(r)
    return r.choice([f"{whole(r)}.{fraction(r)}", f".{fraction(r)}", f"{whole(r)}."])


def clock(r) -> str:
    hours, minutes, seconds = whole(r), r.randint(0, 61), r.randint(0, 62)
    return r.choice([f"{hours}:{minutes:02}", f"{hours}:{minutes:02}:{seconds:02}",
                     f"{hours}:{minutes:02}:{seconds:02}.{fraction(r)}", f"{hours}:{minutes}",
                     f"{minutes:02}:{seconds:02}.{fraction(r)}", f"{hours}:"])


def verbose(r) -> str:
    words = []
    for _ in range(r.randint(1, 4)):
        unit = r.choice(UNITS)
        amount = whole(r) if unit in FINE_UNITS else number(r)
        unit = r.choice([unit, unit, unit.upper(), unit.capitalize()])
        words.append(sign(r) + amount + r.choice([" ", " ", "", "  "]) + unit)
    if r.random() < 0.3:
        words.append(sign(r) + clock(r))
    if r.random() < 0.2:
        words.append("ago")
    return r.choice(["", "", "", "@ "]) + r.choice([" ", " ", ", "]).join(words)


def standard(r) -> str:
    parts = []
    if r.random() < 0.6:
        parts.append(f"{sign(r)}{whole(r)}-{r.randint(0, 13)}")
    if r.random() < 0.6:
        parts.append(sign(r) + number(r))
    if r.random() < 0.6:
        parts.append(sign(r) + clock(r))
    return " ".join(parts)


def iso(r) -> str:
    def amount():
        return r.choice(["", "", "-"]) + r.choice([whole(r), f"{whole(r)}.{fraction(r)}"])
    form = r.random()
    if form < 0.2:
        time = r.choice(["", f"T{r.randint(0, 40):02}:{r.randint(0, 70):02}:{r.randint(0, 70):02}",
                         f"T{amount()}:{amount()}", f"T{amount()}"])
        return f"P{r.randint(0, 3):04}-{r.randint(0, 14):02}-{r.randint(0, 40):02}{time}"
    if form < 0.3:
        return (f"P{r.randint(0, 30):04}{r.randint(0, 99):02}{r.randint(0, 99):02}" +
                r.choice(["", f"T{r.randint(0, 99):02}{r.randint(0, 99):02}{r.randint(0, 99):02}"]))
    date = "".join(amount() + unit for unit in "YMWD" if r.random() < 0.4)
    time = "".join(amount() + unit for unit in "HMS" if r.random() < 0.4)
    if form < 0.4:
        date = amount() + r.choice("YMWDHS") + date
    return "P" + date + (f"T{time}" if time or r.random() < 0.05 else "")


def broken(r) -> str:
    """A text of the grammar with one character changed, left out or put in."""
    text = r.choice([verbose, standard, iso])(r)
    at = r.randint(0, len(text))
    piece = r.choice(["", " ", "-", "+", ":", ".", ",", "1", "2 ", "d", "T", "P", "x", "/", "ago"])
    return text[:at] + piece + text[at + r.randint(0, 1):]


# A fraction, with an exponent or without, behind a clock time.
FORGOTTEN = re.compile(r":.*[\s,@].*\.\d|^P.*T-?\d{6}\.")
# Hexadecimal, which PostgreSQL takes from C, and digits below a microsecond.
OTHER = re.compile(r"^P.*0x|\.\d{7}|\.\d+\s*(u|ms|mil+is|micros)", re.IGNORECASE)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def check(r, count, folder):
    forms = []
    for _ in range(count):
        text = r.choice([verbose, verbose, standard, iso, broken])(r)
        while text == "" or FORGOTTEN.search(text) or OTHER.search(text):
            text = standard(r)
        fields = r.choice(FIELDS) if r.random() < 0.2 else ""
        if not fields and r.random() < 0.05:
            fields = f"second({r.randint(0, 6)})"
        forms.append((text, fields))
    answers = postgres.server().ask(
        [f"select i::text, abs(extract(hour from i)) >= {MOST_HOURS} "
         f"from (select interval {quoted(text)} {fields} as i) as x" for text, fields in forms])
    right, wrong = [], []
    for (text, fields), answer in zip(forms, answers):
        refused = isinstance(answer, postgres.Refusal) or answer[0][1] == "t"
        (wrong if refused else right).append((text, fields, None if refused else answer[0][0]))
    expressions = [f"(interval {quoted(text)} {fields})::text" for text, fields, _ in right]
    (folder / "one.csv").write_text("x\n1\n")
    plain = [(text, answer) for text, fields, answer in right if not fields]
    (folder / "texts.csv").write_text("t\n" + "".join(f'"{text}"\n' for text, _ in plain))
    commands = [f"pproject -t csv {one_column(expression)} one.csv" for expression in expressions]
    all_columns = ", ".join(f"{e} as c{i}" for i, e in enumerate(expressions))
    refusals = [f"pproject -t csv {one_column(f'interval {quoted(text)} {fields}')} one.csv"
                for text, fields, _ in wrong]
    results = shell.run_all(
        [f"pproject -t tsv {shell_quoted(all_columns or '1 as a')} one.csv",
         "pscan --types t=text texts.csv | pproject -t csv 't::interval::text as i'"] + refusals,
        folder)
    wanted = [answer for _, _, answer in right]
    got = results[0].out.decode().split("\n")[1].split("\t") if not results[0].status else None
    problems = []
    if expressions and got != wanted:  # one by one, to say which
        for one, answer in zip(shell.run_all(commands, folder), wanted):
            if one.status != 0 or one.out.decode().split("\n")[1] != answer:
                problems.append(f"{one}\n  PostgreSQL: {answer}")
        assert problems
    elif plain and results[1].out.decode().split("\n")[1:-1] != [answer for _, answer in plain]:
        problems.append(f"{results[1]}\n  PostgreSQL: {plain}")
    for one in results[2:]:
        if one.status != 1:
            problems.append(f"{one}\n  PostgreSQL refuses it, or it has no room here")
    return problems


def one_column(expression: str) -> str:
    return shell_quoted(f"{expression} as i")


def shell_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
