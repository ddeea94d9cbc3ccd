"""Random tables with the values that break programs, and the same table as CSV, NDJSON and Arrow."""
import dataclasses
import datetime
import decimal
import json
import random

import pyarrow as pa

TEXTS = ["", " ", "a", "A", "ab", "aB", "abc", "a,b", 'say "hi"', '"', "line\nbreak", "cr\r\nlf",
         "007", "1.50", "null", "NULL", "NaN", "true", "2001-01-01", "grün", "Ω", "日本語", "🙂",
         "e\u0301", "%", "_", "a%b", "semi;colon", "tab\there", "x" * 300, "-0", "it's"]
KEYS = ["red", "green", "blue", "Red", "", "ünder"]
BIG_INTEGERS = [2**63 - 1, -2**63 + 1, 2**62, -2**31, 2**31 - 1, 2**53 + 1, 0, -1, 10**18]
EDGE_FLOATS = [0.1, 1 / 3, 1e308, -1e308, 5e-324, 1e-300, 1e16, 123456789.123456789, 2.0**53, 1e21]
ROWS = [0, 1, 2, 3, 8, 25, 60, 150]


@dataclasses.dataclass
class Column:
    name: str
    kind: str   # what expressions may do with it
    type: str   # as --types has it
    arrow: pa.DataType
    values: list


@dataclasses.dataclass
class Table:
    columns: list[Column]

    @property
    def rows(self) -> int:
        return len(self.columns[0].values)

    @property
    def types(self) -> str:
        return ",".join(f"{column.name}={column.type}" for column in self.columns)

    def arrow(self) -> pa.Table:
        return pa.table({c.name: pa.array(c.values, c.arrow) for c in self.columns})

    def csv(self) -> str:
        lines = [",".join(column.name for column in self.columns)]
        for row in zip(*(column.values for column in self.columns)):
            lines.append(",".join(csv_field(value) for value in row))
        return "\n".join(lines) + "\n"

    def ndjson(self) -> str:
        names = [column.name for column in self.columns]
        rows = zip(*(column.values for column in self.columns))
        return "".join(json.dumps({n: json_value(v) for n, v in zip(names, row)},
                                  ensure_ascii=False) + "\n" for row in rows)


def csv_field(value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        if value == "" or any(c in value for c in ',"\r\n'):
            return '"' + value.replace('"', '""') + '"'
        return value
    return str(json_value(value)).replace("True", "true").replace("False", "false")


def json_value(value):
    if isinstance(value, (datetime.date, datetime.datetime, decimal.Decimal)):
        return str(value)
    return value


# How a value of each kind is drawn.
def small_integer(r):
    return r.randint(-1000, 1000)


def key_integer(r):
    return r.randint(-3, 8)


def any_text(r):
    if r.random() < 0.7:
        return r.choice(TEXTS)
    return "".join(r.choice('ab c,"ü%_\n') for _ in range(r.randint(0, 12)))


def eighth(r):
    """A float whose sums and products stay exact, in whatever order they are added."""
    return r.randint(-8000, 8000) / 8


def any_date(r):
    if r.random() < 0.1:
        return r.choice([datetime.date(1, 1, 1), datetime.date(9999, 12, 31),
                         datetime.date(1970, 1, 1), datetime.date(2000, 2, 29)])
    return datetime.date(1990, 1, 1) + datetime.timedelta(days=r.randint(0, 6000))


def any_timestamp(r):
    return (datetime.datetime(1990, 1, 1)
            + datetime.timedelta(seconds=r.randint(0, 500_000_000), microseconds=r.choice([0, 1, 250000])))


def money(r):
    return decimal.Decimal(r.randint(-10**7, 10**7)) / 100


LEFT = [("k", "int", "int64", pa.int64(), key_integer),
        ("i", "int", "int32", pa.int32(), small_integer),
        ("j", "bigint", "int64", pa.int64(), lambda r: r.choice(BIG_INTEGERS)),
        ("x", "float", "float64", pa.float64(), eighth),
        ("y", "edgefloat", "float64", pa.float64(), lambda r: r.choice(EDGE_FLOATS)),
        ("m", "decimal", "decimal(15,2)", pa.decimal128(15, 2), money),
        ("s", "text", "text", pa.string(), any_text),
        ("w", "text", "text", pa.string(), lambda r: r.choice(KEYS)),
        ("b", "bool", "bool", pa.bool_(), lambda r: r.random() < 0.5),
        ("d", "date", "date", pa.date32(), any_date),
        ("p", "timestamp", "timestamp", pa.timestamp("us"), any_timestamp)]
RIGHT = [("k", "int", "int64", pa.int64(), key_integer),
         ("n", "int", "int32", pa.int32(), key_integer),
         ("v", "text", "text", pa.string(), lambda r: r.choice(KEYS)),
         ("q", "float", "float64", pa.float64(), eighth),
         ("h", "date", "date", pa.date32(), any_date),
         ("t", "text", "text", pa.string(), any_text)]


def make_table(r: random.Random, columns) -> Table:
    rows = r.choice(ROWS)
    result = []
    for name, kind, type_, arrow, draw in columns:
        nulls = r.choice([0, 0, 0.1, 0.5, 1 if r.random() < 0.1 else 0.3])
        values = [None if r.random() < nulls else draw(r) for _ in range(rows)]
        result.append(Column(name, kind, type_, arrow, values))
    return Table(result)
