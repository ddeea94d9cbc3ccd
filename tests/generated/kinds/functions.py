"""Each function over a random table, against PostgreSQL 15.

A case is one call over all rows of the batch's table. Where both sides are written differently, a
template has two texts; what PostgreSQL refuses must be refused here, and the reverse.
"""
import json
import math

import postgres
import shell

ROWS = 12
WORDS = ["", "a", "abc", "Abc def", "žluťoučký kůň", "a,b,,c", "Straße", "ÆØÅ łódź", "1 May", "%s%",
         "it's", 'say "x"', "a\\b", "  pad ", "banana", "x=1&y=2", "%41%20", "日本語", "aXbXc", "select"]
PATTERNS = ["YYYY-MM-DD", "YYYY-MM-DD HH24:MI:SS", "FMDay, DD FMMonth YYYY", "Dy Mon DD YYYY",
            "MM/DD/YY", "HH12:MI:SS AM", "HH:MI:SS.MS p.m.", "YYYYMMDDHH24MISSUS", "DDD IDDD IYYY-IW-ID",
            "Q CC WW W J", "FMDDth \"of\" Month", "month MONTH Month", "day DAY dy DY", "Y,YYY YYY Y",
            "FMHH24:FMMI", "SSSS FF1 FF3 FF6", "RM rm FMRM", "AD BC a.d.", "DDTH ddth D ID", "D\\\"x"]
# Patterns that name a whole date, so that what is written can be read.
READABLE = ["YYYY-MM-DD", "YYYY-MM-DD HH24:MI:SS", "DD Mon YYYY", "FMDay, DD FMMonth YYYY",
            "YYYYMMDD", "YYYYMMDDHH24MISS", "MM/DD/YYYY HH12:MI AM", "DD.MM.YYYY", "YYYY DDD",
            "IYYY-IW-ID", "YYYY-MM-DD HH24:MI:SS.US", "J", "DDth Month YYYY", "YYYY\"y\"MM\"m\"DD"]
REGEXES = ["an", "[a-z]+", "(a)(b)?", "X", "([^,]*)", "^a", "b$", "[0-9]+"]

# Ours, and PostgreSQL's where it differs. {x} is a column or a literal of its kind.
CALLS = [
    ("md5({text})",), ("encode(sha256({text}), 'hex')", "encode(sha256(convert_to({text}, 'UTF8')), 'hex')"),
    ("encode({text}, 'hex')", "encode(convert_to({text}, 'UTF8'), 'hex')"),
    ("encode({text}, 'base64')", "encode(convert_to({text}, 'UTF8'), 'base64')"),
    ("encode(repeat({text}, 20), 'base64')", "encode(convert_to(repeat({text}, 20), 'UTF8'), 'base64')"),
    ("encode(decode(encode({text}, 'base64'), 'base64'), 'hex')", "encode(convert_to({text}, 'UTF8'), 'hex')"),
    ("to_hex({int})",), ("{int} & {int}",), ("{int} | {int}",), ("{int} # {int}",), ("~ {int}",),
    ("{int} << {shift}", "{int} << {shift}::int"), ("{int} >> {shift}", "{int} >> {shift}::int"),
    ("width_bucket({float}, {low}, {high}, {count})",
     "width_bucket({float}::float8, {low}::float8, {high}::float8, {count}::int)"),
    ("format('%s-%s|%1$s', {text}, {int})",), ("format('[%10s|%-6s|%L|%I]', {text}, {word}, {text}, {text})",),
    ("format('%*s', {width}, {text})",), ("levenshtein({word}, {text})",), ("unaccent({text})",),
    ("encode(convert_to({latin}, 'LATIN1'), 'hex')",),
    ("convert_from(convert_to({latin}, 'LATIN1'), 'LATIN1')",),
    ("convert_from(convert_to({latin}, 'WIN1252'), 'WIN1252')",),
    ("to_char({date}, {pattern})",), ("to_char({stamp}, {pattern})",),
    ("to_char({stamp}, {pattern})",),
    ("to_char({stamp} at time zone 'UTC', 'YYYY TZH:TZM OF')",),
    ("to_date(to_char({date}, {readable}), {readable})",),
    ("to_timestamp(to_char({stamp}, {readable}), {readable})",),
    ("to_timestamp(to_char({stamp}, {readable}) || ' -05:30', {readable} || ' TZH:TZM')",),
    ("to_date({loose}, {looseform})",),
    ("date_bin({stride}, {stamp}, timestamp '2001-01-01')::text",),
    ("date_bin({stride}, {stamp}, {stamp})::text",),
    ("age({stamp}, {stamp})::text",), ("age({date}, {date})::text",),
    ("age({stamp}, {date})::text",),
    ("make_time({shift}, {shift}, {low})", "make_time({shift}::int, {shift}::int, {low})"),
    ("make_interval({shift}, {width}, {count}, {width}, {width}, {width}, {low})::text",
     "make_interval({shift}::int, {width}::int, {count}::int, {width}::int, {width}::int, "
     "{width}::int, {low})::text"),
    ("regexp_match({text}, {regex})", "to_json(regexp_match({text}, {regex}))"),
    ("regexp_match({text}, {regex}, 'i')", "to_json(regexp_match({text}, {regex}, 'i'))"),
    ("regexp_count({text}, {regex})",),
    ("regexp_extract_all({word}, 'a(.)?')",
     "(select to_json(array(select m[1] from regexp_matches(w, 'a(.)?', 'g') as m)) "
     "from (select {word} as w) as q where w is not null)"),
    ("array_position(string_to_array({word}, ','), {word})",),
    ("array_position(string_to_array('a,b,a', ','), 'a', {count})",
     "array_position(string_to_array('a,b,a', ','), 'a', {count}::int)"),
    ("array_cat(string_to_array({word}, ','), string_to_array({text}, ','))",
     "to_json(array_cat(string_to_array({word}, ','), string_to_array({text}, ',')))"),
    ("string_to_array({word}, ',') || array[{int}::text]",
     "to_json(string_to_array({word}, ',') || array[{int}::text])"),
    ("array_append(string_to_array({word}, ','), {text})",
     "to_json(array_append(string_to_array({word}, ','), {text}))"),
    ("array_prepend({text}, string_to_array({word}, ','))",
     "to_json(array_prepend({text}, string_to_array({word}, ',')))"),
    ("array_remove(string_to_array({word}, 'b'), {word})",
     "to_json(array_remove(string_to_array({word}, 'b'), {word}))"),
    ("array_replace(string_to_array({word}, 'b'), 'a', {text})",
     "to_json(array_replace(string_to_array({word}, 'b'), 'a', {text}))"),
    ("(string_to_array({word}, 'a'))[{width}:{count}]",
     "to_json((string_to_array({word}, 'a'))[{width}:{count}])"),
    ("(string_to_array({word}, 'a'))[{count}:]", "to_json((string_to_array({word}, 'a'))[{count}:])"),
    ("(string_to_array({word}, 'a'))[:{count}]", "to_json((string_to_array({word}, 'a'))[:{count}])"),
    ("array_sort(array[{int}, {int}, {count}])",
     "(select json_agg(x order by x) from unnest(array[{int}, {int}, {count}]) as x)"),
    ("array_sort(array[{int}, {int}, {count}], true)",
     "(select json_agg(x order by x desc) from unnest(array[{int}, {int}, {count}]) as x)"),
    ("array_to_string(array[{int}, {int}], '+', '?')",),
    ("array_to_string(array[{date}, {date}], ',')",),
    ("cardinality(string_to_array({word}, 'a'))",), ("array_length(string_to_array({word}, 'a'), 1)",),
    ("json_build_object('k', {text}, {word} || 'x', {int})::json ->> 'k'",),
    ("json_build_array({text}, {int}, json_build_array({word}), {date})::json ->> {count}",
     "json_build_array({text}, {int}, json_build_array({word}), {date})::json ->> {count}::int"),
    ("to_json(array[{text}, {word}])::json ->> 1",),
    ("to_json({text})",), ("to_json({int})",), ("to_json({date})",),
    ("{int} between symmetric {int} and {int}",), ("({int} > 3) is false",),
    ("({int} > 3) is unknown",), ("({int} > 3) is not unknown",), ("mod({int}, {count})",),
    ("char_length({text})",), ("character_length({text})",), ("octet_length({text})",),
    ("initcap({word})",), ("btrim({text})",), ("btrim({word}, 'ab')",), ("ltrim({word}, 'a,')",),
    ("rtrim({text}, 'an ')",), ("translate({text}, 'abc', 'xy')",),
    ("split_part({word}, ',', {count})", "split_part({word}, ',', {count}::int)"),
    ("lpad({text}, {width}, 'xy')", "lpad({text}, {width}::int, 'xy')"),
    ("rpad({text}, {width}, 'xy')", "rpad({text}, {width}::int, 'xy')"),
    ("starts_with({word}, 'a')",), ("chr({month} + 64)", "chr({month}::int + 64)"),
    ("overlay({text} placing 'zz' from {count} for 2)",
     "overlay({text} placing 'zz' from {count}::int for 2)"),
    ("substring({text} from {count} for 3)", "substring({text} from {count}::int for 3)"),
    ("substring({word} from 'a(.)')",), ("concat_ws('-', {text}, {word}, {text})",),
    ("{word} ilike 'A%'",), ("{word} ~* 'ABC|x'",), ("{text} !~ 'a'",), ("{word} !~* 'X'",),
    ("regexp_like({text}, {regex})",), ("regexp_replace({text}, {regex}, 'Z')",),
    ("regexp_substr({text}, {regex})",), ("ceiling({float})",), ("sqrt({high})",),
    ("cbrt({float})",), ("exp({high})",), ("ln({high})",), ("log10({high})",), ("log({high})",),
    ("log(2, {count})", "log(2, {count}::numeric)"), ("power({high}, 2)",), ("pow({high}, 1.5)",),
    ("sin({low})",), ("cos({low})",), ("tan({high})",), ("atan({float})",), ("degrees({low})",),
    ("radians({low})",), ("date_part('month', {stamp})",), ("date_part('epoch', {date})",),
    ("make_date({year}, {month}, {count})", "make_date({year}::int, {month}::int, {count}::int)"),
    ("make_timestamp({year}, {month}, {count}, {month}, {count}, {high})",
     "make_timestamp({year}::int, {month}::int, {count}::int, {month}::int, {count}::int, {high})"),
    *((f"{{int}} {test}(array[{{int}}, {{count}}])",) for test in [
        "<> any", "< any", "<= any", "> any", ">= any", "= all", "<> all", "< all", "<= all",
        "> all", ">= all"]),
    ("regexp_split_to_array({word}, ',')", "to_json(regexp_split_to_array({word}, ','))"),
    ("string_to_table({word}, ',')",), ("regexp_split_to_table({word}, '[,X]')",),
    ("json_object_keys(json_build_object('a', {int}, 'b', {word}))",),
]
# What is refused here alone, on purpose.
STRICTER = ["is left over", "the text ends before its year"]
STRIDES = ["15 minutes", "1 day", "7 days", "1.5 seconds", "3 hours", "1 month", "-1 day", "0 days"]
LOOSE = ["2024-05-01", " 2024/5/1 ", "2024 05 01", "20240501", "1 May 2024", "may 1 2024", "5/1/24",
         "2024", "24", "1-2-3", "2024-13-01", "2024-02-30", "99-12-31", "1999x12x31", "2024,001"]
LOOSE_FORMS = ["YYYY-MM-DD", "YYYYMMDD", "YYYY MM DD", "DD Mon YYYY", "Month DD YYYY", "MM/DD/YY",
               "YY", "YYYY", "YYYY/MM/DD", "FMYYYY-FMMM-FMDD", "YYYYxMMxDD", "YYYY,DDD"]
COLUMNS = {"text": "text", "word": "text", "latin": "text", "int": "bigint", "float": "float8",
           "date": "date", "stamp": "timestamp", "shift": "bigint", "width": "bigint",
           "count": "bigint", "low": "float8", "high": "float8", "year": "bigint", "month": "bigint"}

OURS = {"float8": "double"}  # as --types has it


def value(r, kind: str):
    if r.random() < 0.1:
        return None
    if kind == "text":
        return r.choice(WORDS)
    if kind == "word":
        return "".join(r.choice("abcX,") for _ in range(r.randint(1, 8)))
    if kind == "latin":
        return "".join(r.choice("abcéüñß£ ") for _ in range(r.randint(0, 6)))
    if kind == "int":
        return r.choice([0, 1, -1, 7, 255, -(2 ** 63), 2 ** 63 - 1, r.randint(-10 ** 6, 10 ** 6)])
    if kind == "float":
        return r.choice([0.0, 1.5, -2.25, 5.0, 10.0, 1e300, r.uniform(-20, 20)])
    if kind == "date":
        return f"{r.choice([1, 99, 1582, 1900, 1999, 2000, 2024, 9999]):04}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"
    if kind == "stamp":
        return (f"{r.choice([1, 1582, 1969, 1999, 2000, 2024]):04}-{r.randint(1, 12):02}-"
                f"{r.randint(1, 28):02} {r.randint(0, 23):02}:{r.randint(0, 59):02}:"
                f"{r.randint(0, 59):02}" + r.choice(["", ".5", ".123456", ".000001"]))
    return {"shift": r.randint(0, 63), "width": r.randint(-12, 12), "count": r.randint(1, 9),
            "low": float(r.randint(-9, 0)), "high": float(r.randint(1, 10)),
            "year": r.randint(1, 9999), "month": r.randint(1, 12)}[kind]


def quoted(text: str, quote: str = "'") -> str:
    return quote + text.replace(quote, quote * 2) + quote


def literal(what) -> str:
    if what is None:
        return "null"
    if isinstance(what, str):
        return "E" + quoted(what.replace("\\", "\\\\"))
    return repr(what)


def typed(what, kind: str) -> str:
    return f"({literal(what)})::{COLUMNS[kind]}"


def make(r, template) -> tuple[str, str]:
    """The call in ours and in PostgreSQL's words, with the same arguments."""
    texts = [template[0], template[-1]]
    for name, choices in (("pattern", PATTERNS), ("readable", READABLE), ("regex", REGEXES), ("stride", STRIDES),
                          ("loose", LOOSE), ("looseform", LOOSE_FORMS)):
        chosen = quoted(r.choice(choices))
        texts = [text.replace("{" + name + "}", chosen) for text in texts]
    while "{" in texts[0] and (kind := texts[0].partition("{")[2].partition("}")[0]) in COLUMNS:
        filled = f"c_{kind}" if r.random() < 0.7 else typed(value(r, kind), kind)
        texts = [text.replace("{" + kind + "}", filled, 1) for text in texts]
    return texts[0], texts[1]


def same(ours, theirs: str | None) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, bool):
        return ours == (theirs == "t")
    if isinstance(ours, (int, float)):
        mine, yours = float(ours), float(theirs)
        return mine == yours or math.isclose(mine, yours, rel_tol=1e-14)
    if isinstance(ours, list):
        return json.dumps(ours) == json.dumps(json.loads(theirs))
    return ours == theirs or ours.replace("T", " ").removesuffix("Z") == theirs.removesuffix("+00")


def check(r, count, folder):
    table = {kind: [value(r, kind) for _ in range(ROWS)] for kind in COLUMNS}
    lines = [",".join(f"c_{kind}" for kind in COLUMNS)]
    for row in zip(*table.values()):
        lines.append(",".join("" if v is None else quoted(str(v), '"') for v in row))
    (folder / "t.csv").write_text("\n".join(lines) + "\n")
    names = ", ".join(f"c_{name} {kind}" for name, kind in COLUMNS.items())
    rows = ["(" + ", ".join([str(n), *map(literal, row)]) + ")"
            for n, row in enumerate(zip(*table.values()))]
    cases = [make(r, r.choice(CALLS)) for _ in range(count)]
    asked = ["create extension if not exists unaccent", "create extension if not exists fuzzystrmatch",
             f"create temporary table t (row_number int, {names})",
             f"insert into t values {', '.join(rows)}"]
    before = len(asked)
    asked += [f"select {theirs} from t order by row_number" for _, theirs in cases]
    answers = postgres.server().ask(asked, ["timezone = 'UTC'"])[before:]
    types = ",".join(f"c_{name}={OURS.get(kind, kind)}" for name, kind in COLUMNS.items())
    alone = [f"pscan --types {shell_word(types)} t.csv | "
             f"pproject -t ndjson -- {shell_word(f'{ours} as v')}" for ours, _ in cases]
    problems = []
    for (ours, _), answer, one in zip(cases, answers, shell.run_all(alone, folder)):
        refused = isinstance(answer, postgres.Refusal)
        if refused or one.status:
            stricter = any(reason in one.err for reason in STRICTER)
            if refused != bool(one.status) and not stricter:
                problems.append(f"{one}\n  PostgreSQL: {answer if refused else answer[:3]}")
            continue
        got = [json.loads(line)["v"] for line in one.out.decode().splitlines()]
        wrong = [(mine, theirs[0]) for mine, theirs in zip(got, answer) if not same(mine, theirs[0])]
        if wrong or len(got) != len(answer):
            problems.append(f"{ours}: {wrong[:3]} of {len(got)} and {len(answer)} rows")
    return problems


def shell_word(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
