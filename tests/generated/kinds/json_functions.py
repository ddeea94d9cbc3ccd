"""JSON functions on texts that are JSON and on texts that nearly are.

Whether a text is JSON is asked of Python's reader, held to what our reader of NDJSON takes: no key
twice in an object, no NUL and no half surrogate pair in a string, no NaN. What the functions give is
asked of PostgreSQL 15's type json, but for paths with negative subscripts below the first: there it
counts the items of arrays that it has passed by ('[1,[2],["x","y"]]' #>> '{-1,-1}' is 'x'), and its
type jsonb, which does not, is asked instead. Every function refuses what is refused, wherever the
fault lies and whatever it was to look for.
"""
import json
import re

import postgres
import shell

BATCH = 100
KEYS = ["a", "b", "c", "ab", "", "A", "é", "a b", "x\"y", "1", "\\", "\n", "long key of more bytes"]
BLANKS = ["", "", "", " ", "  ", "\n", "\t", "\r\n"]


def blank(r) -> str:
    return r.choice(BLANKS)


def string(r, text: str) -> str:
    """The text in quotes, with escapes that it needs and some that it does not."""
    out = []
    for c in text:
        if c in '"\\' or c < " ":
            short = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}.get(c)
            out.append(short if short and r.random() < 0.7 else f"\\u{ord(c):04x}")
        elif r.random() < 0.1:
            units = c.encode("utf-16-be")
            out += [f"\\u{units[i]:02X}{units[i + 1]:02x}" for i in range(0, len(units), 2)]
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


def number(r) -> str:
    return r.choice(["0", "-0", "1", "-17", "12345678901234567890123", "1.50", "0.1e5", "1E-7",
                     "2e+10", "-0.0", str(r.randint(0, 999)), f"{r.randint(0, 99)}.{r.randint(0, 99)}"])


def value(r, depth: int, twice: float) -> str:
    form = r.random()
    if depth == 0 or form < 0.4:
        return r.choice([number(r), "true", "false", "null",
                         string(r, r.choice(["", "x", "héllo", "🙂", "a\nb", "tab\t", "[1]", "}"]))])
    if form < 0.65:
        items = [blank(r) + value(r, depth - 1, twice) + blank(r) for _ in range(r.randint(0, 5))]
        return "[" + (",".join(items) or blank(r)) + "]"
    count = r.choice([0, 1, 2, 3, 4, 25])
    names = [r.choice(KEYS) for _ in range(count)] if r.random() < twice else \
        (r.sample(KEYS, min(count, len(KEYS))) if count < 20 else [f"k{i}" for i in range(count)])
    items = [f"{blank(r)}{string(r, name)}{blank(r)}:{blank(r)}"
             f"{value(r, depth - 1 if count < 20 else 0, twice)}{blank(r)}" for name in names]
    return "{" + (",".join(items) or blank(r)) + "}"


def broken(r, text: str) -> str:
    at = r.randint(0, len(text))
    piece = r.choice(["", "", ",", ":", '"', "{", "}", "[", "]", "0", "01", ".", "e", "-", "\\",
                      "\\u0000", "\\ud800", "\\udc00x", "\\ud83d\\ude42", "\\x", "tru", "nul", "NaN",
                      "\x01", "/*c*/", "'", " ", "1 2", "garbage", "+1", "\\u12"])
    return text[:at] + piece + text[at + r.randint(0, 2):]


def deep(r) -> str:
    levels = r.choice([1000, 1023, 1024, 1025, 1100])
    return "[" * levels + "]" * levels


def is_accepted(text: str) -> bool:
    def members(pairs):
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("a key twice")
        return dict(pairs)

    def constant(name):
        raise ValueError(name)
    depth = deepest = 0
    for c in re.sub(r'"(\\.|[^"\\])*"', "", text, flags=re.S):
        depth += (c in "[{") - (c in "]}")
        deepest = max(deepest, depth)
    if deepest > 1024:
        return False
    try:
        read = json.loads(text, object_pairs_hook=members, parse_constant=constant)
        return all(map(is_text, strings(read)))
    except ValueError:
        return False
    except RecursionError:  # deep() makes nothing but brackets
        return True


def strings(read):
    """All keys and strings in what was read."""
    if isinstance(read, str):
        yield read
    for child in read if isinstance(read, (list, dict)) else []:
        yield from strings(child)
        if isinstance(read, dict):
            yield from strings(read[child])


def is_text(string_read: str) -> bool:
    return not re.search("[\0\ud800-\udfff]", string_read)


def call(r) -> str:
    step, index = r.choice(["a", "b", "", "A", "a b", "1", "k7"]), r.choice([0, 1, 3, -1, -2, -9, 7])
    path = ",".join(r.choice(["a", "b", "c", "0", "1", "-1", '"a b"']) for _ in range(r.randint(1, 3)))
    return r.choice([
        f"j -> '{step}'", f"j ->> '{step}'", f"j -> {index}", f"j ->> {index}", f"j #> '{{{path}}}'",
        f"j #>> '{{{path}}}'", "json_typeof(j)", "json_array_length(j)", "json_array_elements(j)",
        "json_array_elements_text(j)", f"json_extract_path(j, '{step}', '{step}')",
        f"json_extract_path_text(j, '{step}')", f"j -> '{step}' -> 'a'"])


def csv_field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def check(r, count, folder):
    good, bad = [], []
    while len(good) + len(bad) < count:
        text = blank(r) + value(r, r.randint(0, 3), 0.15) + blank(r)
        if r.random() < 0.4:
            text = broken(r, text)
        if r.random() < 0.02:
            text = deep(r)
        (good if is_accepted(text) else bad).append((text, call(r)))
    return accepted(r, good, folder) + refused(bad, folder)


def refused(cases, folder):
    commands = []
    for number_of, (text, expression) in enumerate(cases):
        (folder / f"bad{number_of}.csv").write_text("j\n" + csv_field(text) + "\n", newline="")
        commands.append(f"pscan --types j=text bad{number_of}.csv | pproject {quoted(expression + ' as v')}")
    return [f"{text[:300]!r}: {one}" for (text, _), one in zip(cases, shell.run_all(commands, folder))
            if one.status != 1 or "JSON" not in one.err]


def accepted(r, cases, folder):
    """All expressions over all texts of the batch, but for those that fail on one of other shape."""
    if not cases:
        return []
    server = postgres.server()
    asked = [f"select {expression} from (select {pg_text(text)}::{pg_type(expression)} as j) as x"
             for text, expression in cases]
    answers = server.ask(asked)
    commands = []
    for number_of, (text, expression) in enumerate(cases):
        (folder / f"good{number_of}.csv").write_text("j\n" + csv_field(text) + "\n", newline="")
        commands.append(f"pscan --types j=text good{number_of}.csv | "
                        f"pproject -t ndjson {quoted(expression + ' as v')}")
    problems = []
    for (text, expression), answer, one in zip(cases, answers, shell.run_all(commands, folder)):
        if isinstance(answer, postgres.Refusal):
            if one.status != 1:
                problems.append(f"{text[:300]!r}: {one}\n  PostgreSQL: {answer}")
            continue
        if one.status:
            problems.append(f"{text[:300]!r}: {one}\n  PostgreSQL: {answer[:3]}")
            continue
        ours = [json.loads(line)["v"] for line in one.out.decode().splitlines()]
        ours = [None if v is None else str(v) for v in ours]
        theirs = [row[0] for row in answer]
        if pg_type(expression) == "jsonb":  # which prints objects and arrays in its own way
            ours, theirs = list(map(read_if_json, ours)), list(map(read_if_json, theirs))
        if ours != theirs:
            problems.append(f"{text[:300]!r}, {expression}: {ours}, PostgreSQL has {answer}")
    return problems


def pg_type(expression: str) -> str:
    return "jsonb" if re.search(r"#>.*,-", expression) else "json"


def read_if_json(text):
    """What a text of an object, array or number is; any other text as it stands."""
    is_one = text and re.match(r"[\[{]|-?[0-9.eE+-]+\Z", text) and is_accepted(text)
    return json.loads(text) if is_one else text


def pg_text(text: str) -> str:
    """One line."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return "E'" + escaped.replace("\t", "\\t") + "'"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
