#!/usr/bin/env python3
"""gate.py mid|end: passes its input on, but in mid-flow, or before its last bytes, waits for gates/open.

A stage of the flows of the fault matrix, in all workers: it holds them at one moment. That it waits
shows as a file gates/HOST.PROCESS.
"""
import os
import pathlib
import sys
import time

PIECE = 1 << 16
KEPT = 8  # fewer than the bytes that end an Arrow stream


def wait() -> None:
    folder = pathlib.Path("gates")
    (folder / f"{os.uname().nodename}.{os.getpid()}").touch()
    while not (folder / "open").exists():
        time.sleep(0.01)


def main() -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    kept = b""
    if sys.argv[1] == "mid":
        sink.write(source.read(PIECE))
        sink.flush()
        wait()
    while piece := source.read1(PIECE):
        kept += piece
        sink.write(kept[:-KEPT])
        kept = kept[-KEPT:]
    sink.flush()
    if sys.argv[1] == "end":
        wait()
    sink.write(kept)
    sink.flush()


main()
