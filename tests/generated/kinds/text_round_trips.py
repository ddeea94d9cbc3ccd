r"""What is written as CSV, TSV or NDJSON reads back as it was, for every type that is read from text.

A case is a column of one type (of any that Arrow has and --types can name) in one format: its values,
made by pyarrow, are written, read with the declared types, and compared with the source's; written
again, the bytes are the first's. Texts and binary are made of what the formats treat apart: quotes,
delimiters, line ends, byte order marks, NUL, backslashes, hex that looks like a binary's \x41.
"""
import decimal
import math
import shlex
import struct

import pyarrow
import pyarrow.ipc

from shell import run_all

BATCH = 80
ROWS = 60

SCALARS = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
           "float16", "float32", "float64", "decimal128(5,2)", "decimal128(38,38)",
           "decimal128(38,0)", "decimal256(60,9)", "decimal256(76,76)", "date32", "date64",
           "time32[s]", "time32[ms]", "time64[us]", "time64[ns]", "timestamp[s]", "timestamp[ms]",
           "timestamp[us]", "timestamp[ns]", "timestamp[us, UTC]", "timestamp[s, +02:00]",
           "timestamp[ns, Europe/Paris]", "duration[s]", "duration[ms]", "duration[us]",
           "duration[ns]", "utf8", "binary"]
CSV_ONLY = ["large_utf8", "large_binary", "fixed_size_binary(5)", "fixed_size_binary(0)"]
JSON_ONLY = ["list<int64>", "list<utf8>", "list<binary>", "struct<a: float64, b: binary>",
             "list<struct<t: timestamp[ms], d: decimal128(20,3)>>"]
PIECES = ['"', ",", "\t", "\n", "\r", "\r\n", " ", "a", "é", "\ufeff", "\\", "\\x41", "null", "'",
          ";", "#", "0", "-1", "€", "😀", "\x7f", "\x01", '""', "\\n", "{", "[1]", "true", "nan"]


def arrow_type(name: str):
    if name.startswith("list<"):
        return pyarrow.list_(arrow_type(name[5:-1]))
    if name.startswith("struct<"):
        fields = name[7:-1].split(", ")
        return pyarrow.struct([(f.split(": ")[0], arrow_type(f.split(": ")[1])) for f in fields])
    base, _, rest = name.partition("(" if "(" in name else "[")
    numbers = [part.strip() for part in rest.rstrip(")]").split(",")]
    if base in ("decimal128", "decimal256"):
        return getattr(pyarrow, base)(int(numbers[0]), int(numbers[1]))
    if base == "fixed_size_binary":
        return pyarrow.binary(int(numbers[0]))
    if base in ("timestamp", "time32", "time64", "duration"):
        return getattr(pyarrow, base)(*numbers)
    return getattr(pyarrow, {"bool": "bool_"}.get(base, base))()


UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def value(r, kind):
    """A value of an Arrow type, or None."""
    types = pyarrow.types
    if r.random() < 0.15:
        return None
    if types.is_list(kind):
        return [value(r, kind.value_type) for _ in range(r.randrange(4))]
    if types.is_struct(kind):
        return {kind[i].name: value(r, kind[i].type) for i in range(kind.num_fields)}
    if types.is_boolean(kind):
        return r.random() < 0.5
    if types.is_integer(kind):
        low = 0 if types.is_unsigned_integer(kind) else -(1 << (kind.bit_width - 1))
        high = (1 << (kind.bit_width - (low != 0))) - 1
        return r.choice([low, high, 0, 1, r.randint(low, high)])
    if types.is_floating(kind):
        numbers = [0.0, -0.0, 1.5, -2.0, 0.1, math.inf, -math.inf, math.nan, 1e-7, 65504.0,
                   r.uniform(-1, 1), r.uniform(-9, 9) * 10.0 ** r.randint(-4, 3), 6e-8]
        if kind.bit_width == 64:
            numbers += [5e-324, 1.7976931348623157e308, r.random() * 10.0 ** r.randint(-300, 300)]
        return r.choice(numbers)
    if types.is_decimal(kind):
        digits = r.randint(1, kind.precision)
        whole = r.randint(0, 10**digits - 1) * r.choice([1, -1])
        with decimal.localcontext() as context:
            context.prec = 80
            return decimal.Decimal(whole).scaleb(-kind.scale)
    if types.is_string(kind) or types.is_large_string(kind):
        return "".join(r.choice(PIECES) for _ in range(r.randrange(5)))
    if types.is_fixed_size_binary(kind):
        return r.randbytes(kind.byte_width) if r.random() < 0.7 else rb"\x41,"[:kind.byte_width].ljust(
            kind.byte_width, b"\0")
    if types.is_binary(kind) or types.is_large_binary(kind):
        return r.choice([b"", rb"\x41", rb"\x", b"\\", b"x\xff\0", b'"\n,', r.randbytes(r.randrange(9))])
    days = r.choice([0, -1, 1, r.randint(-25000, 80000)])
    if types.is_date32(kind):
        return days if r.random() < 0.8 else r.choice([-719162, 2932896])
    if types.is_date64(kind):
        return days * 86_400_000
    units = UNITS[kind.unit]
    if types.is_time(kind):
        return r.choice([0, 86400 * units - 1, r.randrange(86400 * units)])
    if types.is_timestamp(kind):
        return days * 86400 * units + r.choice([0, 1, 86400 * units - 1, r.randrange(86400 * units)])
    return r.choice([0, 1, -1, units, -units * 3600, r.randint(-10**12, 10**12)])


def column(r, name: str):
    kind = arrow_type(name)
    values = [value(r, kind) for _ in range(ROWS)]
    if pyarrow.types.is_temporal(kind):
        width = pyarrow.int32() if kind.bit_width == 32 else pyarrow.int64()
        return pyarrow.array(values, width).view(kind)
    if name == "float16":
        halves = b"".join(struct.pack("<e", v or 0.0) if v is None or v == v else b"\0\x7e"
                          for v in values)
        valid = pyarrow.array([v is not None for v in values]).buffers()[1]
        return pyarrow.Array.from_buffers(kind, ROWS, [valid, pyarrow.py_buffer(halves)])
    return pyarrow.array(values, kind)


def same(left, right) -> bool:
    """Equal values; of floats their bits, NaN aside."""
    if left.type != right.type:
        return False
    if pyarrow.types.is_temporal(left.type):
        width = pyarrow.int32() if left.type.bit_width == 32 else pyarrow.int64()
        return left.view(width).equals(right.view(width))
    if pyarrow.types.is_float16(left.type):
        left, right = left.cast(pyarrow.float32()), right.cast(pyarrow.float32())
    return repr(left.to_pylist()) == repr(right.to_pylist())


def write(path, table) -> None:
    with pyarrow.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)


def check(r, count, folder):
    """One problem for each column and format that did not come back."""
    problems, commands, checks = [], [], []
    for number, form in enumerate(["csv", "tsv", "ndjson"] * 8):
        if len(checks) >= count:
            break
        names = r.sample(SCALARS + (JSON_ONLY if form == "ndjson" else CSV_ONLY), min(10, count))
        columns = [column(r, name) for name in names]
        for at, (name, array) in enumerate(zip(names, columns)):
            stem = f"t{number}_{at}"
            write(folder / f"{stem}.arrows", pyarrow.table({"x": array, "n": list(range(ROWS))}))
            spec = shlex.quote(f"x={name},n=int64")
            commands.append(f"pscan -t {form} {stem}.arrows >{stem}.1 && "
                            f"pscan -f {form} --types {spec} -t {form} {stem}.1 >{stem}.2 && "
                            f"pscan -f {form} --types {spec} {stem}.1 >{stem}.back")
            checks.append((stem, array))
    for result, (stem, array) in zip(run_all(commands, folder), checks):
        if result.status != 0:
            problems.append(str(result))
        elif (folder / f"{stem}.1").read_bytes() != (folder / f"{stem}.2").read_bytes():
            problems.append(f"the second pass differs: {result}")
        else:
            back = pyarrow.ipc.open_stream(folder / f"{stem}.back").read_all()
            if not same(array, back["x"].combine_chunks()):
                problems.append(f"other values, of {array.type}: {result}")
    return problems
