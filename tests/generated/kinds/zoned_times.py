"""Timestamps of a zone around the changes of its clocks, against PostgreSQL 15 with that time zone.

A batch is one zone, with instants near changes and elsewhere, in all units from seconds to
microseconds. Compared are date_trunc to every span, fields, sums with intervals and texts, dates,
`at time zone` in both directions, differences, series, and groups and orders of what date_trunc
gives. A case is one expression over all instants of the batch.
"""
import postgres
import shell

BATCH = 40
ZONES = ["US/Pacific", "America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe",
         "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "Asia/Gaza",
         "Europe/Dublin", "Asia/Tehran", "UTC", "Antarctica/Troll", "Europe/Moscow"]
# Hours in which many of them change, and some that none does.
BASES = ["2024-03-10 10:00", "2024-11-03 09:00", "2018-11-04 03:00", "2018-02-18 02:00",
         "2024-03-31 01:00", "2024-10-27 01:00", "2024-10-05 15:30", "2024-04-06 15:00",
         "1985-12-31 18:30", "2011-12-30 10:00", "2014-10-25 22:00", "2022-09-21 19:30",
         "2040-03-11 10:00", "2040-10-28 01:00", "1969-12-31 23:00", "2024-02-29 12:00"]
SPANS = ["microseconds", "milliseconds", "second", "minute", "hour", "day", "week", "month",
         "quarter", "year", "decade", "century", "millennium"]
FIELDS = ["microseconds", "milliseconds", "second", "minute", "hour", "day", "month", "quarter",
          "year", "week", "dow", "isodow", "doy", "isoyear", "epoch", "decade", "century", "julian"]
UNIT_DIGITS = {"s": 0, "ms": 3, "us": 6}
ROWS = 60


def instants(r, digits: int) -> list[str]:
    """UTC, as text with `digits` digits of a second."""
    rows = []
    for _ in range(ROWS):
        base = r.choice(BASES)
        minutes = r.choice([r.randint(-180, 180), r.randint(-3000, 3000), r.choice([-60, 0, 60]),
                            r.randint(-500000, 500000)])
        seconds = r.choice([0, 0, r.randint(0, 59)])
        part = f".{r.randint(0, 10 ** digits - 1):0{digits}}" if digits else ""
        rows.append((base, minutes, seconds, part))
    return rows


def interval(r) -> str:
    parts = []
    for unit, most in (("year", 3), ("month", 14), ("week", 3), ("day", 40), ("hour", 50),
                       ("minute", 90), ("second", 100)):
        if r.random() < 0.25:
            parts.append(f"{r.randint(-most, most)} {unit}s")
    return " ".join(parts) or r.choice(["1 day", "-1 day", "1 month", "24 hours", "-1 month"])


def expression(r) -> tuple[str, str]:
    """What both sides compute, and what it is."""
    kind = r.random()
    if kind < 0.3:
        return f"date_trunc('{r.choice(SPANS)}', t)", "time"
    if kind < 0.55:
        sign = r.choice("+-")
        return f"t {sign} interval '{interval(r)}'", "time"
    if kind < 0.65:
        return f"date_trunc('{r.choice(SPANS[3:])}', t + interval '{interval(r)}')", "time"
    if kind < 0.77:
        return f"extract({r.choice(FIELDS)} from t)", "number"
    if kind < 0.81:
        return r.choice(["t::date", "t::time"]), "text"
    if kind < 0.86:
        return r.choice(["(t at time zone 'ZONE')", "t::timestamp"]), "time"
    if kind < 0.92:
        return f"((t at time zone 'ZONE') + interval '{interval(r)}') at time zone 'ZONE'", \
               "time"
    if kind < 0.96:
        other = f"(t + interval '{interval(r)}')"
        return f"({other} - t)::text", "text"
    moved = f"{r.randint(-40, 40)} days {r.randint(-3000, 3000)} minutes"
    return f"(t::date + interval '{moved}') at time zone 'ZONE'", "time"


def printed(expression_text: str, how: str) -> str:
    """With the value printed alike by both."""
    return f"extract(epoch from {expression_text})" if how == "time" else expression_text


def same(ours: str, theirs: str, how: str) -> bool:
    if how == "text":
        return ours == theirs
    return abs(float(ours) - float(theirs)) < 4e-7  # of a second: a float64 of today has 1.2e-7


def check(r, count, folder):
    zone = r.choice(ZONES)
    unit = r.choice(list(UNIT_DIGITS))
    server = postgres.server()
    rows = instants(r, UNIT_DIGITS[unit])
    texts = [row[0] for row in server.ask(
        [f"select to_char((timestamptz '{base}Z' + interval '{minutes} minutes {seconds} seconds')"
         f" at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') || '{part}Z'"
         for base, minutes, seconds, part in rows])]
    texts = [text[0] for text in texts]
    (folder / "t.csv").write_text("t\n" + "\n".join(texts) + "\n")
    scan = f"pscan --types 't=timestamp[{unit}, {zone}]' t.csv"
    values = ", ".join(f"('{text}'::timestamptz)" for text in texts)
    settings = [f"timezone = '{zone}'"]
    problems = []
    cases = []
    for _ in range(count - 3):
        text, how = expression(r)
        cases.append((printed(text.replace("ZONE", zone), how), how))
    asked = [f"select {text} from (values {values}) as x(t)" for text, _ in cases]
    span = r.choice(["minute", "hour", "hour", "day", "month"])
    step = r.choice(["1 day", "1 month", "-1 day", "12 hours", "1 day 1 hour"])
    if zone == "Pacific/Apia":  # PostgreSQL goes back by a day from 2011-12-31 without an end
        step = "12 hours"
    asked += [
        f"select extract(epoch from date_trunc('{span}', t)), count(*) from (values {values}) as "
        "x(t) group by date_trunc('" + span + "', t) order by 1",
        f"select extract(epoch from t) from (values {values}) as x(t) "
        f"order by date_trunc('{span}', t), t",
        f"select extract(epoch from g) from (values {values}) as x(t), generate_series(t, "
        f"t + interval '{step}' * 5, interval '{step}') as g"]
    answers = server.ask(asked, settings)
    together = ", ".join(f"{ours} as c{i}" for i, (ours, _) in enumerate(cases))
    results = shell.run_all([
        f"{scan} | pproject -t tsv {quoted(together)}",
        f"{scan} | pproject {quoted(f'''date_trunc('{span}', t) as h''')} | "
        "pagg -k h 'count(*) as n' | psort -k h | pproject -t tsv 'extract(epoch from h) as h, n'",
        f"{scan} | pproject {quoted(f'''t, date_trunc('{span}', t) as h''')} | psort -k h,t | "
        "pproject -t tsv 'extract(epoch from t) as t'",
        f"{scan} | pproject {quoted(f'''generate_series(t, t + interval '{step}' * 5, interval '{step}') as g''')}"
        " | pproject -t tsv 'extract(epoch from g) as g'"], folder)
    names = [ours for ours, _ in cases] + ["groups", "order", "series"]
    hows = [how for _, how in cases] + ["number"] * 3
    if results[0].status:  # one by one, to say which
        alone = shell.run_all([f"{scan} | pproject -t tsv {quoted(f'{ours} as c')}"
                               for ours, _ in cases], folder)
        return [str(one) for one in alone if one.status] or [str(results[0])]
    lines = [line.split("\t") for line in results[0].out.decode().split("\n")[1:-1]]
    got = [[[line[i]] for line in lines] for i in range(len(cases))]
    got += [[line.split("\t") for line in one.out.decode().split("\n")[1:-1]]
            for one in results[1:]]
    for name, how, ours, theirs in zip(names, hows, got, answers):
        where = f"{zone}, {unit}, {name}"
        if isinstance(theirs, postgres.Refusal):
            problems.append(f"{where}: PostgreSQL refuses: {theirs.message}")
        elif len(ours) != len(theirs):
            problems.append(f"{where}: {len(ours)} rows, PostgreSQL has {len(theirs)}")
        else:
            wrong = [(mine, yours) for mine, yours in zip(ours, theirs)
                     if not all(same(m, y, how) for m, y in zip(mine, yours))]
            problems += [f"{where}: {wrong[0][0]}, PostgreSQL has {wrong[0][1]}, and "
                         f"{len(wrong) - 1} more"] if wrong else []
    problems += [str(one) for one in results[1:] if one.status]
    return problems


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
