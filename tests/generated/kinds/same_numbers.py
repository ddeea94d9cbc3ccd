"""Numbers mean the same in CSV and NDJSON, and none loses anything.

Each case is a column of one to three number literals, given as CSV and as NDJSON. Both must come out
with one type and the same text (but for 12e4, which CSV takes for a code). Where a literal does not
come out as it was written, it must be a float64 of the same value, with at most 17 significant
digits, and of so few that Python's own float says them too; with --decimals also a decimal of exactly
that value. A declared float64 is Python's float of the literal.
"""
import csv
import decimal
import json
import math
import re

from shell import run_all

BATCH = 50
EXACT = decimal.Context(prec=800, Emin=-100000, Emax=100000)


def literal(r):
    digits = "".join(r.choice("0123456789") for _ in range(r.choice([1, 3, 8, 15, 16, 17, 18, 20, 40])))
    whole = r.choice(["0", "9007199254740993", "9007199254740992", "9223372036854775808",
                      digits.lstrip("0") or "0"])
    part = r.choice(["", "", ".", "." + "0" * r.randint(0, 3)])
    if part:
        part += "".join(r.choice("0123456789") for _ in range(r.choice([1, 2, 5, 12, 17, 20])))
    power = r.choice(["", "", "", "e+2", "e-5", "e+300", "e-400", "e-320", "e+400", "e7"])
    return r.choice(["", "", "-"]) + whole + part + power


def significant(text):
    mantissa = re.split("[eE]", text)[0]
    return len(re.sub(r"[-.]", "", mantissa).strip("0")) or 1


def types_of(result):
    note = next(line for line in result.err.splitlines() if ": k0 " in line)
    found = re.split(r"(?:: |, )(k\d+) ", note)
    return found[2::2]


def is_kept(text, out, type_name):
    """Whether `out` says what `text` said."""
    if out == text:
        return True
    if type_name.startswith("decimal"):
        return EXACT.create_decimal(out) == EXACT.create_decimal(text)
    if type_name != "float64":
        return False
    same = float(out) == float(text) and out.startswith("-") == text.startswith("-")
    beyond = abs(float(text)) >= 2**53 and "e" not in text
    exact = EXACT.create_decimal(out) == EXACT.create_decimal(text)
    few = significant(text) <= 15 and abs(float(text)) > 1e-300
    return same and significant(text) <= 17 and (exact or not few) and \
        (exact or not beyond or significant(text) == 17)


def check(r, count, folder):
    columns = [[literal(r) for _ in range(r.choice([1, 1, 2, 3]))] for _ in range(count)]
    rows = [[column[i % len(column)] for column in columns] for i in range(3)]
    names = [f"k{i}" for i in range(count)]
    with open(folder / "n.csv", "w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows([names] + rows)
    with open(folder / "n.ndjson", "w", encoding="utf-8") as out:
        for row in rows:
            out.write("{" + ",".join(f"{json.dumps(n)}:{v}" for n, v in zip(names, row)) + "}\n")
    fits = [name for name, column in zip(names, columns)
            if not any(math.isinf(float(text)) for text in column)]
    declared = ",".join(f"{name}=float64" for name in fits)
    results = run_all([f"pscan -v {option}-t csv n.{suffix}" for option in ("", "--decimals ")
                       for suffix in ("csv", "ndjson")] +
                      [f"pscan --types {declared} -c {','.join(fits)} -t csv n.{suffix}"
                       for suffix in ("csv", "ndjson")], folder)
    for result in results:
        if result.status:
            return [str(result)]
    problems = []
    tables = [list(csv.reader(result.out.decode().splitlines()))[1:] for result in results]
    for at in (0, 2):
        types = [types_of(result) for result in results[at:at + 2]]
        for i, column in enumerate(columns):
            found = [[row[i] for row in table] for table in tables[at:at + 2]]
            say = f"{results[at].command}: {column}: {types[0][i]} {found[0]}, as NDJSON " \
                  f"{types[1][i]} {found[1]}"
            codes = any(re.fullmatch(r"-?[0-9]+e[0-9]+", text) for text in column)
            if not codes and (types[0][i] != types[1][i] or found[0] != found[1]):
                problems.append(say)
            for kind, outs in zip(types, found):
                if not all(is_kept(row[i], out, kind[i]) for row, out in zip(rows, outs)):
                    problems.append("not kept: " + say)
    for table in tables[4:]:
        for at, row in enumerate(table):
            for name, out in zip(fits, row):
                text = rows[at][names.index(name)]
                if float(out) != float(text):
                    problems.append(f"declared float64: {text} became {out}")
    return problems
