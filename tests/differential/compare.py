"""Our CSV against DuckDB's rows. Numbers of DOUBLE type may differ by 1 in 10^9 (their sums and
variances are rounded in another order); all else is equal or wrong."""
import datetime
import decimal
import math

TOLERANCE = 1e-9
QUOTED_NONE = object()


def parse_csv(text: str) -> list[list[str | None]]:
    """Records of fields; an unquoted empty field is None, a quoted one ''."""
    records, record, field = [], [], []
    quoted = was_quoted = False
    position = 0
    while position < len(text):
        c = text[position]
        position += 1
        if quoted:
            if c != '"':
                field.append(c)
            elif text[position:position + 1] == '"':
                field.append('"')
                position += 1
            else:
                quoted = False
        elif c == '"':
            quoted = was_quoted = True
        elif c in ",\n":
            record.append("".join(field) if field or was_quoted else None)
            field, was_quoted = [], False
            if c == "\n":
                records.append(record)
                record = []
        else:
            field.append(c)
    if record or field:
        raise ValueError("the last record has no newline")
    return records


def timestamp(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("T", " "))


def same_value(ours: str | None, theirs) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    try:
        if isinstance(theirs, bool):
            return ours == ("true" if theirs else "false")
        if isinstance(theirs, (int, decimal.Decimal)):
            return decimal.Decimal(ours) == theirs
        if isinstance(theirs, float):
            value = float(ours)
            return value == theirs or math.isclose(value, theirs, rel_tol=TOLERANCE,
                                                   abs_tol=TOLERANCE)
        if isinstance(theirs, datetime.datetime):
            return timestamp(ours) == theirs
        if isinstance(theirs, datetime.date):
            return ours == theirs.isoformat()
    except (ValueError, ArithmeticError):
        return False
    return ours == theirs


def same_row(ours, theirs) -> bool:
    return len(ours) == len(theirs) and all(map(same_value, ours, theirs))


def sort_key(theirs):
    """Rows in an order that hardly depends on how a float is rounded."""
    def one(value):
        if value is None:
            return (2, "")
        if isinstance(value, float):
            # 0.0 and -0.0 are one group, and either may stand for it.
            return (1, f"{value + 0.0:.6g}")
        return (0, str(value))
    return sorted(one(v) for v in theirs if not isinstance(v, float)), [one(v) for v in theirs]


def typed(ours: list, theirs: list) -> list:
    """Our text fields as values of the types that the column has there."""
    kinds = [next((type(row[i]) for row in theirs if row[i] is not None), str)
             for i in range(len(theirs[0]))] if theirs else []

    def convert(field, kind):
        if field is None or kind is str:
            return field
        try:
            if kind is bool:
                return {"true": True, "false": False}[field]
            if kind is datetime.datetime:
                return timestamp(field)
            if kind is datetime.date:
                return datetime.date.fromisoformat(field)
            return decimal.Decimal(field) if kind is not float else float(field)
        except (ValueError, KeyError, ArithmeticError):
            return field
    return [[convert(f, k) for f, k in zip(row, kinds)] for row in ours]


def normal(value):
    """Decimals and integers under one spelling, for sorting."""
    if isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool):
        return format(decimal.Decimal(value).normalize(), "f")
    return value


def difference(text: str, names: list[str], rows: list[tuple], ordered_by: list[str]) -> str:
    """Empty when our CSV `text` holds exactly `rows`; else what differs."""
    try:
        records = parse_csv(text)
    except ValueError as error:
        return str(error)
    if not records or [field or "" for field in records[0]] != names:
        return f"columns are {records[:1]}, not {names}"
    ours = records[1:]
    if len(names) == 1:
        ours = [row or [None] for row in ours]
    if len(ours) != len(rows):
        return f"{len(ours)} rows, not {len(rows)}"
    for name in ordered_by:
        at = names.index(name)
        for number, (a, b) in enumerate(zip(ours, rows)):
            if not same_value(a[at], b[at]):
                return f"order: row {number}: {name} is {a[at]!r}, not {b[at]!r}"
    ours_typed = typed(ours, rows)
    pairs = zip(sorted(range(len(ours)), key=lambda i: sort_key([normal(v) for v in ours_typed[i]])),
                sorted(rows, key=lambda row: sort_key([normal(v) for v in row])))
    for index, theirs in pairs:
        if not same_row(ours[index], theirs):
            return f"row {ours[index]!r} is not {theirs!r}"
    return ""
