#!/usr/bin/env python3
"""Every Arrow type between pyarrow, Polars, DuckDB and pscan, both ways.

    interop.py PSCAN [--verbose]

Each table is written by another implementation as stream and file, old and new framing, with each
compression; pscan reads it as a file and through a pipe and writes a stream, which the other
implementation must read as equal to what it wrote (views, run ends and narrow decimals as the plain
types that FORMAT.md names). Ends with counts.
"""

import datetime
import decimal
import io
import subprocess
import sys
import tempfile

import duckdb
import polars
import pyarrow as pa

PSCAN = sys.argv[1]
VERBOSE = "--verbose" in sys.argv
ROWS = 50
passed = failed = 0


def check(name, condition, detail=""):
    global passed, failed
    if condition:
        passed += 1
        if VERBOSE:
            print(f"ok {name}")
    else:
        failed += 1
        print(f"not ok {name} {detail}")


def pscan(data, how):
    """What pscan writes for the bytes, given as a file or through a pipe."""
    if how == "piped":
        done = subprocess.run([PSCAN, "-t", "arrow"], input=data, capture_output=True)
    else:
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            done = subprocess.run([PSCAN, "-t", "arrow", file.name], capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace").strip())
    return done.stdout


def every(step):
    """Values with a null at every fifth row."""
    return [None if i % 5 == 4 else step(i) for i in range(ROWS)]


def plain_type(t):
    """The type that pscan hands on for one that our columns have no layout for."""
    if t == pa.string_view():
        return pa.string()
    if t == pa.binary_view():
        return pa.binary()
    if pa.types.is_run_end_encoded(t):
        return plain_type(t.value_type)
    if pa.types.is_decimal32(t) or pa.types.is_decimal64(t):
        return pa.decimal128(t.precision, t.scale)
    if pa.types.is_list_view(t):
        return pa.list_(plain_type(t.value_type))
    if pa.types.is_large_list_view(t):
        return pa.large_list(plain_type(t.value_type))
    if pa.types.is_list(t):
        return pa.list_(t.value_field.with_type(plain_type(t.value_type)))
    if pa.types.is_struct(t):
        return pa.struct([f.with_type(plain_type(f.type)) for f in t])
    return t


def columns():
    words = every(lambda i: f"text {i} \u00e4\u4e2d\U0001f600" * (i % 4))
    blobs = every(lambda i: bytes([i, 255, 0]) * (i % 9))
    numbers = every(lambda i: i * 3 % 100)
    lists = every(lambda i: [j if j % 3 else None for j in range(i % 6)])
    yield "null", pa.nulls(ROWS)
    yield "bool", pa.array(every(lambda i: i % 3 == 0))
    for t in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
              pa.uint64(), pa.float32(), pa.float64()):
        yield str(t), pa.array(numbers, t)
    yield "int64 extremes", pa.array([-2**63, 2**63 - 1] * 25)
    yield "uint64 extremes", pa.array([0, 2**64 - 1] * 25, pa.uint64())
    yield "float64 extremes", pa.array([float("nan"), float("-inf"), 5e-324, -0.0, 1.5] * 10)
    yield "float16", pa.array(every(lambda i: i / 4)).cast(pa.float16())
    cents = every(lambda i: decimal.Decimal(i - 25).scaleb(-2))
    for make, digits in ((pa.decimal32, 9), (pa.decimal64, 18), (pa.decimal128, 38),
                         (pa.decimal256, 76)):
        yield f"{make.__name__}({digits})", pa.array(cents, make(digits, 2))
    yield "date32", pa.array(numbers, pa.int32()).cast(pa.date32())
    yield "date64", pa.array(every(lambda i: datetime.date(2000, 1, 1 + i % 28)), pa.date64())
    for unit in ("s", "ms"):
        yield f"time32[{unit}]", pa.array(numbers, pa.int32()).cast(pa.time32(unit))
    for unit in ("us", "ns"):
        yield f"time64[{unit}]", pa.array(numbers, pa.int64()).cast(pa.time64(unit))
    for unit in ("s", "ms", "us", "ns"):
        for zone in (None, "UTC", "Europe/Paris", "+02:00"):
            t = pa.timestamp(unit, zone)
            yield str(t), pa.array(numbers, pa.int64()).cast(t)
        yield f"duration[{unit}]", pa.array(numbers, pa.int64()).cast(pa.duration(unit))
    yield "month_day_nano", pa.array(every(lambda i: pa.MonthDayNano([i, -i, i * 10**9])))
    for t in (pa.string(), pa.large_string(), pa.string_view()):
        yield str(t), pa.array(words, t)
    for t in (pa.binary(), pa.large_binary(), pa.binary_view()):
        yield str(t), pa.array(blobs, t)
    yield "fixed_size_binary", pa.array(every(lambda i: bytes([i] * 7)), pa.binary(7))
    for t in (pa.list_(pa.int32()), pa.large_list(pa.int64()), pa.list_view(pa.int16()),
              pa.large_list_view(pa.int8())):
        yield str(t), pa.array(lists, t)
    yield "list view out of order", pa.ListViewArray.from_arrays(
        pa.array([(i * 7) % 40 for i in range(ROWS)], pa.int32()),
        pa.array([i % 5 for i in range(ROWS)], pa.int32()), pa.array(range(50)))
    yield "fixed_size_list", pa.array(every(lambda i: [i, None, i + 1]), pa.list_(pa.int32(), 3))
    yield "list of string_view", pa.array(every(lambda i: [f"{i}" * i] * (i % 3)),
                                          pa.list_(pa.string_view()))
    yield "struct", pa.array(every(lambda i: {"a": i, "b": {"c": f"{i}", "d": [i]}}))
    yield "struct without fields", pa.array(every(lambda i: {}), pa.struct([]))
    yield "map", pa.array(every(lambda i: [(f"k{j}", j) for j in range(i % 4)]),
                          pa.map_(pa.string(), pa.int32()))
    yield "map sorted", pa.array(every(lambda i: [(j, None) for j in range(i % 4)]),
                                 pa.map_(pa.int8(), pa.string(), keys_sorted=True))
    codes = pa.array([i % 2 for i in range(ROWS)], pa.int8())
    yield "sparse union", pa.UnionArray.from_sparse(
        codes, [pa.array(numbers), pa.array(words)], ["n", "w"])
    yield "dense union", pa.UnionArray.from_dense(
        codes, pa.array([i // 2 for i in range(ROWS)], pa.int32()),
        [pa.array(numbers), pa.array(words)], ["n", "w"], [0, 1])
    for index in (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(),
                  pa.int64(), pa.uint64()):
        yield f"dictionary of {index}", pa.DictionaryArray.from_arrays(
            pa.array(every(lambda i: i % 3), index), pa.array(["x", "yy", None]))
    yield "dictionary of lists", pa.DictionaryArray.from_arrays(
        pa.array(every(lambda i: i % 3), pa.int32()), pa.array([[1], [], None]))
    yield "dictionary ordered", pa.DictionaryArray.from_arrays(
        pa.array([0, 1] * 25, pa.int8()), pa.array([2.5, 1.5]), ordered=True)
    yield "list of dictionaries", pa.ListArray.from_arrays(
        pa.array(range(ROWS + 1), pa.int32()),
        pa.DictionaryArray.from_arrays(pa.array([0, 1] * 25, pa.int8()), pa.array(["p", "q"])))
    for ends in (pa.int16(), pa.int32(), pa.int64()):
        yield f"run ends of {ends}", pa.RunEndEncodedArray.from_arrays(
            pa.array([3, 10, 49, 50], ends), pa.array(["a", None, "b", "c"]))
    yield "run ends of structs", pa.RunEndEncodedArray.from_arrays(
        pa.array([20, 50], pa.int32()), pa.array([{"a": [1, 2]}, {"a": None}]))


def variants():
    for compression in (None, "lz4", "zstd"):
        yield f"V5 {compression}", pa.ipc.IpcWriteOptions(compression=compression)
    yield "V4", pa.ipc.IpcWriteOptions(metadata_version=pa.ipc.MetadataVersion.V4)
    yield "legacy", pa.ipc.IpcWriteOptions(metadata_version=pa.ipc.MetadataVersion.V4,
                                           use_legacy_format=True)
    yield "deltas", pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True, unify_dictionaries=False)


def written(batches, options, container):
    sink = io.BytesIO()
    new = pa.ipc.new_file if container == "file" else pa.ipc.new_stream
    with new(sink, batches[0].schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue()


def as_text(array):
    if pa.types.is_temporal(array.type) and not pa.types.is_interval(array.type):
        # Python has no nanoseconds.
        array = array.cast(pa.int64() if array.type.bit_width == 64 else pa.int32())
    return [str(value) for value in array.to_pylist()]


def with_pyarrow():
    metadata = {"k": "v"}
    for name, array in columns():
        field = pa.field("c", array.type, metadata={"f": "m"})
        schema = pa.schema([field], metadata=metadata)
        batches = [pa.record_batch([array], schema=schema), pa.record_batch([array[:0]], schema),
                   pa.record_batch([array[7:31]], schema=schema)]
        want_type = plain_type(array.type)
        want = as_text(array) + as_text(array[7:31])
        for variant, options in variants():
            for container in ("stream", "file"):
                for how in ("piped", "sought"):
                    title = f"pyarrow {name}, {variant} {container} {how}"
                    try:
                        data = written(batches, options, container)
                    except pa.ArrowException as error:
                        if VERBOSE:
                            print(f"not writable: {title}: {error}")
                        continue
                    try:
                        table = pa.ipc.open_stream(pscan(data, how)).read_all()
                        table.validate(full=True)
                    except (RuntimeError, pa.ArrowException) as error:
                        check(title, False, str(error))
                        continue
                    got = table.schema.field(0)
                    same = (got.type == want_type and got.metadata == field.metadata
                            and table.schema.metadata == schema.metadata
                            and as_text(table.column(0)) == want)
                    check(title, same, f"{got.type} {want_type}")


def dictionaries_that_change():
    """Batches whose dictionaries replace or extend each other."""
    first = pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), pa.array(["a", "b"]))
    grown = pa.DictionaryArray.from_arrays(pa.array([2, 0, 1], pa.int8()),
                                           pa.array(["a", "b", "c"]))
    other = pa.DictionaryArray.from_arrays(pa.array([0, 0, 1], pa.int8()), pa.array(["z", "y"]))
    want = as_text(first) + as_text(grown) + as_text(other) + as_text(first)
    for deltas in (False, True):
        options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=deltas)
        batches = [pa.record_batch([a], ["d"]) for a in (first, grown, other, first)]
        data = written(batches, options, "stream")
        table = pa.ipc.open_stream(pscan(data, "piped")).read_all()
        check(f"dictionaries that change, deltas {deltas}", as_text(table.column(0)) == want)
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    data = written([pa.record_batch([a], ["d"]) for a in (first, grown)], options, "file")
    for how in ("piped", "sought"):
        table = pa.ipc.open_stream(pscan(data, how)).read_all()
        check(f"a file with a delta, {how}",
              as_text(table.column(0)) == as_text(first) + as_text(grown))


def with_polars():
    frame = polars.DataFrame({
        "text": every(lambda i: "long enough for a view that is not inline " * (i % 3) + str(i)),
        "bytes": every(lambda i: bytes([i]) * i),
        "int": every(lambda i: i),
        "float": every(lambda i: i / 7),
        "bool": every(lambda i: i % 2 == 0),
        "date": every(lambda i: datetime.date(1970, 1, 1 + i % 28)),
        "time": every(lambda i: datetime.time(i % 24, 1, 2)),
        "stamp": every(lambda i: datetime.datetime(2020, 1, 1, i % 24)),
        "span": every(lambda i: datetime.timedelta(seconds=i)),
        "decimal": every(lambda i: decimal.Decimal(i).scaleb(-2)),
        "list": every(lambda i: [str(i)] * (i % 3)),
        "struct": every(lambda i: {"a": i, "b": "x" * i}),
        "category": polars.Series(every(lambda i: "xyz"[i % 3]), dtype=polars.Categorical),
    })
    for compression in ("uncompressed", "lz4", "zstd"):
        for write, container in ((frame.write_ipc_stream, "stream"), (frame.write_ipc, "file")):
            sink = io.BytesIO()
            write(sink, compression=compression)
            for how in ("piped", "sought"):
                title = f"polars {compression} {container} {how}"
                try:
                    got = polars.read_ipc_stream(io.BytesIO(pscan(sink.getvalue(), how)))
                    same = got.to_dicts() == frame.to_dicts()
                    check(title, same, f"{got.schema} {frame.schema}")
                except Exception as error:  # whatever Polars raises is a finding
                    check(title, False, str(error))


def with_duckdb():
    """DuckDB's rows through pscan and back into DuckDB."""
    query = """select i, i::varchar as text, i / 3.0 as ratio, (i % 7)::decimal(9, 2) as money,
        date '2000-01-01' + i::integer as day, timestamp '2000-01-01' + to_hours(i) as stamp,
        [i, null] as list, {'a': i, 'b': 'x'} as pair, map {i: 'v'} as lookup,
        i % 2 = 0 as even, case when i % 3 = 0 then null else i end as holes
        from range(20000) t(i)"""
    reader = duckdb.sql(query).to_arrow_reader(3000)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    came = pa.ipc.open_stream(pscan(sink.getvalue(), "piped")).read_all()
    differing = duckdb.sql(f"select count(*) from ((from came) except all ({query}))").fetchall()[0][0]
    check("duckdb rows", came.num_rows == 20000 and differing == 0, f"{differing} differ")


with_pyarrow()
dictionaries_that_change()
with_polars()
with_duckdb()
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
