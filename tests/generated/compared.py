"""compared.py: whether every function, operator, aggregate and window function is compared with PostgreSQL
or DuckDB by some kind of generated cases.

It reads what `pproject --functions` lists (the program in PATH), and prints those of which no generator
has the name, and the exceptions below that are not one any more. Status 1 when there are some.
"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
# What makes cases for which another database is asked.
GENERATORS = [*(path for path in HERE.glob("kinds/*.py") if "postgres" in path.read_text()),
              *HERE.parent.glob("differential/*.py")]

# Functions that no case can be compared for, with the reason.
EXCEPTIONS = {
    "try_cast": "PostgreSQL 15 has no cast that gives null",
    "ends_with": "PostgreSQL has starts_with alone",
    "url_decode": "PostgreSQL has nothing for URLs",
    "url_encode": "PostgreSQL has nothing for URLs",
    "url_parse": "PostgreSQL has nothing for URLs",
    "strftime": "the directives of C; PostgreSQL has to_char, whose steps it shares",
    "strptime": "the directives of C; PostgreSQL has to_timestamp, whose steps it shares",
    "current_date": "is refused here: it is the clock's",
    "array_reverse": "PostgreSQL has it from 18 on",
    "array_slice": "PostgreSQL has x[a:b] alone, which is compared",
    "any_value": "PostgreSQL has it from 16 on",
    "approx_count_distinct": "PostgreSQL has no sketches",
    "approx_percentile": "PostgreSQL has no sketches",
    "histogram": "PostgreSQL has none",
    "product": "PostgreSQL has none",
}


def listed() -> list[str]:
    """The names, as in "  lpad(text, int64[, text]) -> text" and "  is null (any) -> bool"."""
    printed = subprocess.run(["pproject", "--functions"], check=True, capture_output=True, text=True)
    entries = re.findall(r"^  (\S[^\n]*?) ?\([^\n]*\) -> ", printed.stdout, re.MULTILINE)
    return sorted(set(entries))


def main() -> int:
    source = "\n".join(path.read_text() for path in GENERATORS).lower()
    problems = []
    names = listed()
    for name in names:
        is_there = re.search(rf"(?<![a-z0-9_]){re.escape(name)}(?![a-z0-9_])", source) is not None
        if not is_there and name not in EXCEPTIONS:
            problems.append(f"{name}: no generator of tests/generated/kinds compares it")
        if is_there and name in EXCEPTIONS:
            problems.append(f"{name}: is compared, so it is not an exception")
    problems += [f"{name}: is not a function" for name in EXCEPTIONS if name not in names]
    if not names:
        problems.append("pproject --functions lists nothing")
    print("\n".join(problems), end="\n" if problems else "")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
