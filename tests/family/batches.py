"""Streams that say something between their rows, for batches.bats.

batches.py write          writes such a stream to standard output
batches.py cut            writes a batch without rows, and no end
batches.py read           prints a line for each batch of standard input: its rows, and its metadata
"""

import os
import sys

import pyarrow as pa

SCHEMA = pa.schema([("id", pa.int64()), ("city", pa.string()), ("price", pa.float64())])


def batch(*ids):
    return pa.record_batch(
        [
            pa.array(ids, pa.int64()),
            pa.array([f"city {i}" for i in ids], pa.string()),
            pa.array([i / 2 for i in ids], pa.float64()),
        ],
        schema=SCHEMA,
    )


def write():
    with pa.ipc.new_stream(sys.stdout.buffer, SCHEMA) as stream:
        stream.write_batch(batch(), custom_metadata={"mark": "first"})
        stream.write_batch(batch(1, 2), custom_metadata={"mark": "rows", "more": "x,\n\u00e9"})
        stream.write_batch(batch())
        stream.write_batch(batch(3, 4, 5))
        stream.write_batch(batch(6), custom_metadata={"mark": "last"})


def cut():
    stream = pa.ipc.new_stream(sys.stdout.buffer, SCHEMA)
    stream.write_batch(batch())
    sys.stdout.flush()
    os._exit(0)


def read():
    with pa.ipc.open_stream(sys.stdin.buffer) as stream:
        while True:
            try:
                rows, said = stream.read_next_batch_with_custom_metadata()
            except StopIteration:
                return
            pairs = [f"{k.decode()}={v.decode()!r}" for k, v in (said or {}).items()]
            print(rows.num_rows, *pairs)


{"write": write, "cut": cut, "read": read}[sys.argv[1]]()
