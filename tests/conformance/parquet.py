#!/usr/bin/env python3
"""Every type in Parquet between pyarrow, Polars, DuckDB and pscan, both ways.

    parquet.py PSCAN [--verbose]

pscan reads what the others write, with each of their options, and must find what they find; they
must read what pscan writes as what it was given. Ends with counts.
"""

import datetime
import io
import os
import subprocess
import sys
import tempfile

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from every_type import as_text, columns, plain_type, polars_frame

PSCAN = sys.argv[1]
VERBOSE = "--verbose" in sys.argv
FOLDER = tempfile.TemporaryDirectory()
FILE = os.path.join(FOLDER.name, "f.parquet")
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


def run(*arguments, data=None):
    done = subprocess.run([PSCAN, *arguments], input=data, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace").strip())
    return done.stdout


def read_with_pscan(path):
    table = pa.ipc.open_stream(run("-t", "arrow", path)).read_all()
    table.validate(full=True)
    return table


def stream_of(table):
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def options():
    for codec in ("none", "snappy", "zstd", "gzip", "brotli", "lz4"):
        yield f"codec {codec}", {"compression": codec}
    yield "pages of version 2", {"data_page_version": "2.0", "row_group_size": 20}
    yield "format 1.0", {"version": "1.0"}
    yield "plain", {"use_dictionary": False, "write_page_index": True}
    yield "without Arrow's schema", {"store_schema": False}
    yield "without statistics", {"write_statistics": False, "data_page_size": 64}


def is_expected(got, want):
    # Dictionaries of numbers come back here, but not in pyarrow.
    if pa.types.is_dictionary(got) and not pa.types.is_dictionary(want):
        return got.value_type == want
    return got == want


def from_pyarrow():
    for name, array in columns():
        table = pa.table([array], schema=pa.schema([pa.field("c", array.type, metadata={"f": "m"})]))
        for title, chosen in options():
            title = f"pyarrow {name}, {title}"
            try:
                pq.write_table(table, FILE, **chosen)
                want = pq.read_table(FILE)
            except (pa.ArrowException, NotImplementedError) as error:
                if VERBOSE:
                    print(f"not writable: {title}: {error}")
                continue
            try:
                got = read_with_pscan(FILE)
            except (RuntimeError, pa.ArrowException) as error:
                check(title, False, str(error))
                continue
            want_type = plain_type(want.schema.field(0).type)
            got_type = got.schema.field(0).type
            column = got.column(0)
            if pa.types.is_date64(got_type) and pa.types.is_date32(want_type):
                # pyarrow reads days, whatever its schema in the file says.
                got_type, column = want_type, column.cast(want_type)
            same = as_text(column) == as_text(want.column(0))
            check(title, same and is_expected(got_type, want_type), f"{got_type} {want_type}")


# What Parquet does not have, and what pyarrow does not read.
REFUSED = ("month_day_nano", "union", "struct without fields", "dictionary of lists")


def to_pyarrow():
    for name, array in columns():
        table = pa.table({"c": array})
        if any(word in name for word in REFUSED):
            try:
                run("-o", FILE, data=stream_of(table))
                check(f"refused {name}", False)
            except RuntimeError as error:
                check(f"refused {name}", "column 'c': Parquet cannot" in str(error), str(error))
            continue
        try:
            run("-o", FILE, data=stream_of(table))
            got = pq.read_table(FILE)
            got.validate(full=True)
        except (RuntimeError, pa.ArrowException) as error:
            check(f"to pyarrow {name}", False, str(error))
            continue
        want = as_text(array)
        same = as_text(got.column(0)) == want and as_text(read_with_pscan(FILE).column(0)) == want
        check(f"to pyarrow {name}", same, f"{got.schema.field(0).type}")


def int96():
    """INT96 is microseconds, so that the year 9999 is right."""
    stamps = [datetime.datetime(9999, 12, 31), datetime.datetime(1, 1, 1), None,
              datetime.datetime(2020, 2, 29, 1, 2, 3, 456789)]
    table = pa.table({"t": pa.array(stamps, pa.timestamp("us")),
                      "n": pa.array([[stamp] for stamp in stamps])})
    pq.write_table(table, FILE, use_deprecated_int96_timestamps=True, store_schema=False)
    got = read_with_pscan(FILE)
    check("int96", got.schema.field("t").type == pa.timestamp("us")
          and got.column("t").to_pylist() == stamps
          and got.column("n").to_pylist() == [[stamp] for stamp in stamps], str(got.schema))


def conditions():
    """Statistics lose no row: with NaN, texts that are cut, and numbers past the signed ones."""
    table = pa.table({
        "i": range(1000),
        "x": [float("nan") if i % 100 == 50 else i / 10 for i in range(1000)],
        "s": ["a" * 80 + str(i) for i in range(1000)],
        "u": pa.array([2**63 + i for i in range(1000)], pa.uint64()),
    })
    long = "a" * 80
    wheres = ("x > 1000", "x > 95", "x < 1", "not (x < 50)", f"s = '{long}500'", f"s > '{long}99'",
              f"u > {2**63 + 900}", f"u < {2**63 + 10}", "x is null", "i % 7 = 0 and x > 90")
    want = [run("-t", "csv", "-w", where, data=stream_of(table)) for where in wheres]
    writers = {
        "pyarrow": lambda: pq.write_table(table, FILE, row_group_size=100, data_page_size=100,
                                          write_page_index=True),
        "polars": lambda: polars.from_arrow(table).write_parquet(FILE, row_group_size=100),
        "duckdb": lambda: duckdb.sql(f"copy table_ to '{FILE}' (format parquet)"),
        "pscan": lambda: run("-o", FILE, data=stream_of(table)),
    }
    duckdb.register("table_", table)
    for name, write in writers.items():
        write()
        for where, rows in zip(wheres, want):
            check(f"{name} where {where[:20]}", run("-t", "csv", "-w", where, FILE) == rows)


def with_polars():
    frame = polars_frame()
    for compression in ("uncompressed", "snappy", "lz4", "zstd", "gzip", "brotli"):
        frame.write_parquet(FILE, compression=compression, row_group_size=20)
        try:
            got = polars.read_ipc_stream(io.BytesIO(run("-t", "arrow", FILE)))
            check(f"polars {compression}", got.to_dicts() == frame.to_dicts(), str(got.schema))
            again = FILE + ".again.parquet"
            run(FILE, "-o", again)
            back = polars.read_parquet(again)
            check(f"to polars {compression}", back.to_dicts() == frame.to_dicts(), str(back.schema))
        except Exception as error:  # whatever Polars raises is a finding
            check(f"polars {compression}", False, str(error))


def with_duckdb():
    query = """select i, i::varchar as text, i / 3.0 as ratio, (i % 7)::decimal(9, 2) as money,
        date '2000-01-01' + i::integer as day, timestamp '2000-01-01' + to_hours(i) as stamp,
        (i * 1000000007)::hugeint as huge, i::utinyint as tiny, uuid() is null as flag,
        time '00:00:00' + to_seconds(i) as clock, timestamptz '2000-01-01' + to_hours(i) as zoned,
        [i, null] as list, {'a': i, 'b': 'x'} as pair, map {i: 'v'} as lookup,
        i % 2 = 0 as even, case when i % 3 = 0 then null else i end as holes
        from range(200) t(i)"""
    for codec in ("uncompressed", "snappy", "zstd", "gzip", "brotli", "lz4_raw"):
        for version in ("v1", "v2"):
            duckdb.sql(f"copy ({query}) to '{FILE}' "
                       f"(format parquet, codec {codec}, parquet_version {version})")
            title = f"duckdb {codec} {version}"
            try:
                got = read_with_pscan(FILE)
                run(FILE, "-o", FILE + ".again.parquet")
            except (RuntimeError, pa.ArrowException) as error:
                check(title, False, str(error))
                continue
            want = duckdb.sql(f"from '{FILE}'").to_arrow_table().to_pylist()
            came = duckdb.sql("from got").to_arrow_table().to_pylist()
            check(title, came == want)
            back = duckdb.sql(f"from '{FILE}.again.parquet'").to_arrow_table().to_pylist()
            check(f"to {title}", back == want)


from_pyarrow()
to_pyarrow()
int96()
conditions()
with_polars()
with_duckdb()
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
