"""Parquet files that pyarrow writes in random ways, read by pscan as pyarrow reads them.

A file has random columns of all types, nested ones too, in random encodings, codecs, versions, pages
and row groups. All its rows, those of some of its columns, and its parts by --partition are what
pyarrow reads. Then bytes of it change, or its end is missing: never a crash, a hang or much memory.
Where pages have checksums, a change in one is an error. Headers of pages and footers have none.
"""
import decimal
import string
import struct
import subprocess

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    pa = None

from shell import run_all

BATCH = 10
MOST = 300  # which take half a minute
DAMAGED = 12  # of each file
MEMORY_KB = 4 << 20  # of address space, much of which is only reserved

CODECS = ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]
ZONES = [None, None, "UTC", "Europe/Zurich", "+05:30", "America/New_York"]
UNITS = ["s", "ms", "us", "ns"]
NANOSECONDS = {"s": 10**9, "ms": 10**6, "us": 1000, "ns": 1}
INT96 = "use_deprecated_int96_timestamps"
# Encodings that pyarrow can write, by how Parquet stores a column.
ENCODINGS = {"int": ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"],
             "float": ["PLAIN", "BYTE_STREAM_SPLIT"], "bool": ["PLAIN", "RLE"],
             "bytes": ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"],
             "fixed": ["PLAIN", "BYTE_STREAM_SPLIT", "DELTA_BYTE_ARRAY"]}


def some_text(r) -> str:
    return r.choice(["", "a", "é", "東😀", "x" * r.randint(0, 300), str(r.random()),
                     "same beginning " + r.choice(string.ascii_letters)])


def some_float(r, form: str) -> float:
    bits = r.getrandbits(8 * struct.calcsize(form))
    value = struct.unpack(form, bits.to_bytes(struct.calcsize(form), "little"))[0]
    if value != value:  # one NaN is like another
        value = float("nan")
    return r.choice([value, 0.0, -0.0, 1.5, float("inf"), float(r.randint(-9, 9))])


def integers(r, bits: int, signed: bool):
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    small = (max(least, -9), 9)
    return lambda: r.choice([least, most, r.randint(least, most), r.randint(*small),
                             r.randint(*small)])


def some_time(r, unit: str):
    """A number of a timestamp's unit, of a year that nanoseconds reach."""
    return lambda: r.randint(-9 * 10**18, 9 * 10**18) // NANOSECONDS[unit]


def flat(r):
    """A type without columns in it, a maker of its values, and how Parquet stores it."""
    way = r.randrange(12)
    if way == 0:
        return pa.bool_(), lambda: r.random() < 0.5, "bool"
    if way == 1:
        bits, signed = r.choice([8, 16, 32, 64]), r.random() < 0.5
        kind = getattr(pa, f"{'' if signed else 'u'}int{bits}")()
        return kind, integers(r, bits, signed), "int"
    if way == 2:
        kind, form, stored = r.choice([(pa.float32(), "<f", "float"), (pa.float64(), "<d", "float"),
                                       (pa.float16(), "<e", "fixed")])
        return kind, lambda: some_float(r, form), stored
    if way == 3:
        kind = r.choice([pa.string(), pa.large_string(), pa.string_view()])
        return kind, lambda: some_text(r), "bytes"
    if way == 4:
        kind = r.choice([pa.binary(), pa.large_binary(), pa.binary_view()])
        return kind, lambda: r.randbytes(r.choice([0, 1, 3, 40])), "bytes"
    if way == 5:
        width = r.choice([1, 5, 16])
        return pa.binary(width), lambda: r.randbytes(width), "fixed"
    if way == 6:
        digits = r.choice([1, 4, 9, 10, 18, 19, 28, 38, 39, 57, 76])
        scale = r.randint(0, digits)
        make = pa.decimal128 if digits <= 38 else pa.decimal256
        context = decimal.Context(prec=80)
        return (make(digits, scale), lambda: decimal.Decimal(
            r.randint(1 - 10**digits, 10**digits - 1)).scaleb(-scale, context), "other")
    if way == 7:
        return pa.date32(), lambda: r.randint(-700_000, 2_900_000), "int"
    if way == 8:
        unit = r.choice(UNITS)
        make = pa.time32 if unit in ("s", "ms") else pa.time64
        return make(unit), lambda: r.randrange(86_400 * 10**9) // NANOSECONDS[unit], "int"
    if way == 9:
        unit = r.choice(UNITS)
        return pa.duration(unit), integers(r, 64, True), "int"
    unit = r.choice(UNITS)
    return pa.timestamp(unit, r.choice(ZONES)), some_time(r, unit), "int"


def column(r, depth: int):
    """As flat(), also of nested types."""
    if depth == 0 or r.random() < 0.6:
        return flat(r)
    # Items have a null now and then.
    def items(make):
        return lambda: [None if r.random() < 0.1 else make() for _ in range(r.choice([0, 1, 2, 7]))]
    way = r.randrange(5)
    kind, make, _ = column(r, depth - 1)
    if way == 0:
        return r.choice([pa.list_, pa.large_list])(kind), items(make), "other"
    if way == 1:
        return pa.list_(kind, 2), lambda: [make(), make()], "other"
    if way == 2:
        key, make_key, _ = r.choice([(pa.string(), lambda: some_text(r), ""),
                                     (pa.int32(), integers(r, 32, True), "")])
        return (pa.map_(key, kind),
                lambda: [(make_key(), value) for value in items(make)()], "other")
    if way == 3 and depth == 2:
        values = pa.array([some_text(r) for _ in range(5)])
        return pa.dictionary(pa.int8(), pa.string()), lambda: values[r.randrange(5)].as_py(), "other"
    members = [column(r, depth - 1) for _ in range(r.randint(1, 3))]
    kind = pa.struct([(f"m{i}", member[0]) for i, member in enumerate(members)])
    return (kind, lambda: {f"m{i}": None if r.random() < 0.1 else member[1]()
                           for i, member in enumerate(members)}, "other")


def make_table(r):
    """A table, and how Parquet stores each of its columns."""
    rows = r.choice([0, 1, 7, 100, 700])
    arrays, names, stored = [], [], {}
    for number in range(r.randint(1, 6)):
        kind, make, how = column(r, 2)
        nulls = r.choice([0, 0.1, 0.9, 1])
        few = [make() for _ in range(3)] if r.random() < 0.4 else None
        values = [None if r.random() < nulls else r.choice(few) if few else make()
                  for _ in range(rows)]
        name = r.choice(["c", "a.b", "ü ", "x"]) + str(number)
        arrays.append(pa.array(values, kind))
        names.append(name)
        stored[name] = how
    return pa.table(arrays, names=names), stored


def ways(r, stored: dict) -> dict:
    """Options of a writer."""
    how = {"compression": r.choice(CODECS), "data_page_version": r.choice(["1.0", "2.0"]),
           "version": r.choice(["1.0", "2.4", "2.6"]), "row_group_size": r.choice([3, 64, 10_000]),
           "data_page_size": r.choice([1, 100, 1 << 20]), "store_schema": r.random() < 0.6,
           "write_page_checksum": r.random() < 0.6, "write_page_index": r.random() < 0.5,
           "write_statistics": r.random() < 0.7,
           "store_decimal_as_integer": r.random() < 0.5}
    if how["row_group_size"] == 3 and r.random() < 0.7:
        how["row_group_size"] = 50
    if r.random() < 0.15:
        how[INT96] = True
    way = r.randrange(3)
    if way == 0:
        how["use_dictionary"] = False
        plain = {name: kind for name, kind in stored.items() if kind in ENCODINGS and "." not in name}
        how["column_encoding"] = {name: r.choice(ENCODINGS[kind]) for name, kind in plain.items()}
    elif way == 1:
        how["dictionary_pagesize_limit"] = r.choice([1, 100, 1 << 20])
    return how


def bits_of(array):
    """The rows as Python values that are equal only where all their bits are."""
    kind = array.type
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in bits_of(chunk)]
    if pa.types.is_dictionary(kind):
        return bits_of(array.dictionary_decode())
    valid = array.is_valid().to_pylist()
    if pa.types.is_struct(kind):
        members = [bits_of(array.field(i)) for i in range(kind.num_fields)]
        values = [list(row) for row in zip(*members)]
    elif pa.types.is_map(kind) or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        ends = array.offsets.to_pylist()
        items = bits_of(array.values)
        values = [items[begin:end] for begin, end in zip(ends, ends[1:])]
    elif pa.types.is_fixed_size_list(kind):
        items = bits_of(array.values)
        size = kind.list_size
        values = [items[(array.offset + i) * size:(array.offset + i + 1) * size]
                  for i in range(len(array))]
    elif pa.types.is_temporal(kind) or pa.types.is_floating(kind):
        values = array.view(getattr(pa, f"int{kind.bit_width}")()).to_pylist()
    else:
        values = array.to_pylist()
    return [value if is_there else None for value, is_there in zip(values, valid)]


def zones_of(kind) -> list:
    """The units and zones of all instants in a type."""
    if pa.types.is_timestamp(kind):
        return [(kind.unit, kind.tz)]
    if pa.types.is_nested(kind):
        return [zone for i in range(kind.num_fields) for zone in zones_of(kind.field(i).type)]
    return []


def difference(got, want, is_int96: bool) -> str:
    """How a table differs from another one; empty where it does not."""
    if got.column_names != want.column_names:
        return f"columns {got.column_names}, wanted {want.column_names}"
    if got.num_rows != want.num_rows:
        return f"{got.num_rows} rows, wanted {want.num_rows}"
    for name in want.column_names:
        one, other = got.column(name), want.column(name)
        # pyarrow leaves out the zones of INT96.
        if not is_int96 and zones_of(one.type) != zones_of(other.type):
            return f"{name}: {one.type}, wanted {other.type}"
        for row, (a, b) in enumerate(zip(bits_of(one), bits_of(other))):
            if a != b:
                return f"{name}, row {row}: {a!r:.200}, wanted {b!r:.200} of {other.type}"
    return ""


def read_stream(data: bytes):
    table = pa.ipc.open_stream(data).read_all()
    table.validate(full=True)
    return table


def damaged(r, data: bytes) -> bytes:
    """The file with some bytes changed, or without its end."""
    if r.random() < 0.2:
        return data[:r.randrange(len(data))]
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    changed = bytearray(data)
    for _ in range(r.choice([1, 1, 1, 3])):
        at = r.randrange(footer, len(data)) if r.random() < 0.4 else r.randrange(max(footer, 5))
        changed[at] ^= r.choice([1, 2, 0x80, 0xFF, r.randint(1, 255)])
    return bytes(changed)


class Header:
    """The header of a page, in Thrift's compact protocol: its size and that of the page behind it."""

    def __init__(self, data: bytes, at: int):
        self.data, self.at, self.page = data, at, 0
        self.skip_struct(True)

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def skip_struct(self, is_header: bool) -> None:
        field = 0
        while self.data[self.at]:
            kind, step = self.data[self.at] & 15, self.data[self.at] >> 4
            self.at += 1
            field += step
            if kind in (5, 6):
                value = self.number() >> 1
                if is_header and field == 3:
                    self.page = value
            elif kind == 8:
                size = self.number()
                self.at += size
            elif kind == 12:
                self.skip_struct(False)
        self.at += 1


def pages_of(path, data: bytes) -> list:
    """Where the pages of the file lie behind their headers: begin and end."""
    metadata = pq.ParquetFile(path).metadata
    pages = []
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(number)
            at = chunk.dictionary_page_offset or chunk.data_page_offset
            end = at + chunk.total_compressed_size
            while at < end:
                header = Header(data, at)
                at = header.at + header.page
                pages.append((header.at, at))
    return pages


def reading(r, name: str, table) -> tuple[str, object]:
    """A command that reads a file, and what it gives."""
    names = table.column_names
    way = r.randrange(3)
    if way == 0 or any(character in "".join(names) for character in ".ü"):
        return f"pscan -t arrow {name}", table
    if way == 1:
        chosen = r.sample(names, r.randint(1, len(names)))
        return f"pscan -t arrow -c {','.join(chosen)} {name}", table.select(chosen)
    parts = r.randint(1, 4)
    each = " ".join(f"<(pscan -t arrow --partition {i}/{parts} {name})"
                    for i in range(1, parts + 1))
    return f"pscan -t arrow {each}", table


def judge_damaged(result, is_checked: bool) -> str:
    if result.status == 1:
        return "" if result.err.startswith("pscan: ") else "an error that nobody states"
    if result.status != 0:
        return "died"
    return "read, but its checksum is another" if is_checked else ""


def write_file(r, path):
    """Writes a file; what pyarrow reads of it, and how it was written."""
    while True:
        table, stored = make_table(r)
        how = ways(r, stored)
        try:
            pq.write_table(table, path, **how)
            # INT96 is microseconds here.
            unit = "us" if INT96 in how else "ns"
            read = pq.ParquetFile(path, coerce_int96_timestamp_unit=unit).read()
        except (pa.ArrowException, NotImplementedError, OSError):
            continue  # not everything can be written in every way
        # pyarrow loses the last row of some lists in pages of one byte.
        if read.num_rows == table.num_rows:
            return read, how


def check(r, count: int, folder) -> list[str]:
    if pa is None or subprocess.run(["pscan", "-t", "parquet"], input=b"a\n1\n", check=False,
                                    capture_output=True).returncode:
        return []  # without Parquet there is nothing to compare
    commands, judges = [], []
    for number in range(count):
        path = folder / f"{number}.parquet"
        want, how = write_file(r, path)
        command, wanted = reading(r, path.name, want)
        commands.append(command)
        judges.append((how, wanted, None))
        data = path.read_bytes()
        pages = pages_of(path, data)
        for version in range(DAMAGED):
            other = folder / f"{number}-{version}.parquet"
            other.write_bytes(damaged(r, data))
            changed = [at for at, (a, b) in enumerate(zip(data, other.read_bytes())) if a != b]
            in_page = any(begin <= at < end for at in changed for begin, end in pages)
            # Pages without rows need not be read.
            is_checked = how["write_page_checksum"] and in_page and want.num_rows > 0
            commands.append(f"ulimit -v {MEMORY_KB}; pscan -t arrow {other.name}")
            judges.append((how, None, is_checked))
    problems = []
    for result, (how, want, is_checked) in zip(run_all(commands, folder), judges):
        if is_checked is not None:
            fault = judge_damaged(result, is_checked)
        elif result.status or result.err:
            fault = "refused"
        else:
            fault = difference(read_stream(result.out), want, INT96 in how)
        if fault:
            problems.append(f"{fault}\n  {how}\n{result}")
    return problems
