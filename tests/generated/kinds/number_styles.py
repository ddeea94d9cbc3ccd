"""Numbers with a decimal comma and separated thousands: read as the same file with usual numbers.

A column of numbers, some with faults, is written twice: as usual, and with `--decimal-comma` or
`--thousands`. Both give the same rows, types and errors, whether the type is guessed, declared, or
guessed as a decimal. Some values come after the sample of the guess.
"""
import json
import re

from shell import judge_all

BATCH = 50

STYLES = [("--decimal-comma", ",", ""), ("--decimal-comma --thousands .", ",", "."),
          ("--thousands ,", ".", ","), ("--thousands \"'\"", ".", "'"),
          ("--decimal-comma --thousands ' '", ",", " "),
          ("--decimal-comma --thousands \u202f", ",", "\u202f")]
USUAL = ["0", "7", "-7", "12", "1234", "1234567", "-98765", "0.5", "-0.25", "1234.5", "1234567.125",
         "12345678901", "9007199254740993", "1e3", "1.5e3", "-1.25e-3", "NaN", "-inf", "007", "-0",
         "0.1", "99999999.99", ""]
TYPES = ["", "", "", "--decimals", "--types n=float64", "--types n=int64", "--types n=int32",
         "--types 'n=decimal(20,4)'", "--types n=text"]
# Neither a number of the style nor one as usual, once the style's marks are there.
FAULTS = ["x", "1-2", "--3"]
LATE = 400000  # bytes: behind the beginning that a guess sees of a pipe


def styled(r, usual: str, point: str, thousands: str) -> str:
    match = re.fullmatch(r"(-?)(\d+)((?:\.\d+)?)((?:e.*)?)", usual)
    if not match:
        return usual
    sign, whole, part, rest = match.groups()
    if thousands and not whole.startswith("0") and r.random() < 0.7:
        whole = f"{int(whole):,}".replace(",", thousands)
    return sign + whole + part.replace(".", point) + rest


class Case:
    """Two files with the same numbers."""

    def __init__(self, r, folder, number: int):
        options, point, thousands = r.choice(STYLES)
        self.point, self.thousands = point, thousands
        few = r.sample(USUAL, r.randint(1, 6))
        values = [r.choice(few) for _ in range(r.choice([1, 3, 20]))]
        if r.random() < 0.3:
            values += [r.choice(few)] * 50 + [r.choice(USUAL + FAULTS)]
        if r.random() < 0.1:
            values.insert(r.randint(0, len(values)), r.choice(FAULTS))
        pad = "z" * (LATE // 50 if number % 10 == 0 else 1)
        style = r.choice(TYPES)
        for name, write in (("usual", str), ("styled", lambda v: styled(r, v, point, thousands))):
            text = "n|t\n" + "".join(f"{write(v)}|{pad}\n" for v in values)
            (folder / f"{number}.{name}.csv").write_text(text, encoding="utf-8")
        scan = f"pscan -d '|' {style}"
        self.commands = []
        for stage in ("-t ndjson", "| pproject 'n is null as e, n' -t ndjson",
                      "--on-error null -q -t ndjson"):
            self.commands += [f"{scan} {number}.usual.csv {stage}",
                              f"{scan} {options} {number}.styled.csv {stage}",
                              f"cat {number}.styled.csv | {scan} {options} {stage}"]

    def judge(self, results) -> list[str]:
        problems = []
        for at in range(0, len(results), 3):
            usual, *others = results[at:at + 3]
            for other in others:
                if usual.status != other.status or self.rows(usual) != self.rows(other):
                    problems.append(f"{usual}\n  but {other}")
        return problems

    def rows(self, result) -> list[dict]:
        """The rows that came out; where numbers stay text, without the marks of the style."""
        if result.status != 0:
            return []
        rows = [json.loads(line) for line in result.out.splitlines()]
        if "styled" in result.command:
            for row in rows:
                if isinstance(row["n"], str):
                    row["n"] = self.usual(row["n"])
        return rows

    def usual(self, text: str) -> str:
        return text.replace(self.thousands, "").replace(self.point, ".")


def check(r, count: int, folder) -> list[str]:
    return judge_all([Case(r, folder, number) for number in range(count)], folder)
