#!/usr/bin/env python3
"""Every Arrow type between pyarrow, Polars, DuckDB and pscan, both ways.

    interop.py PSCAN [--verbose]

Each table is written by another implementation as stream and file, old and new framing, with each
compression; pscan reads it as a file and through a pipe and writes a stream, which the other
implementation must read as equal to what it wrote (views, run ends and narrow decimals as the plain
types that FORMAT.md names). Ends with counts.
"""

import io
import subprocess
import sys
import tempfile

import duckdb
import polars
import pyarrow as pa

from every_type import as_text, columns, plain_type, polars_frame

PSCAN = sys.argv[1]
VERBOSE = "--verbose" in sys.argv
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
    frame = polars_frame()
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
