"""Inputs of any shape for what -S promises, and how much memory a command took."""
import array
import dataclasses
import pathlib
import random
import subprocess
import sys

import pyarrow as pa

MIB = 1 << 20
# What a tool takes besides -S: itself, and for each column of its inputs and outputs what a batch of
# few rows takes, some of which are at work at the same time (memory_budget.h).
BASE = 24 * MIB
BASE_A_COLUMN = 8 << 10
SHARE = 1.1  # of -S


@dataclasses.dataclass
class Shape:
    """`columns` values of `width` bytes (0: int64) beside a key of `groups` different ones, a power
    of 2."""
    columns: int
    width: int
    groups: int
    total: int  # bytes, about

    @property
    def row(self) -> int:
        return 8 + self.columns * (self.width + 4 if self.width else 8)

    @property
    def rows(self) -> int:
        return max(1, self.total // self.row)

    @property
    def batch(self) -> int:
        """Bytes of a batch of write()."""
        return max(self.row, min(MIB, self.total))

    def limit(self, memory: int, columns: int = 0) -> int:
        """Bytes that a tool may take with -S `memory`; `columns` of other inputs and outputs."""
        group = self.width * -(-self.rows // self.groups) * self.columns if self.width else 0
        return int(SHARE * memory + BASE + BASE_A_COLUMN * (self.columns + columns)
                   + 2 * self.batch + 4 * min(group, self.total))

    def write(self, path: pathlib.Path, seed: int, prefix: str = "v") -> None:
        """An Arrow stream of columns k, v0, v1, …"""
        r = random.Random(seed)
        kind = pa.utf8() if self.width else pa.int64()
        schema = pa.schema([("k", pa.int64())] +
                           [(f"{prefix}{i}", kind) for i in range(self.columns)])
        step = max(1, min(65536, MIB // self.row))
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, schema) as stream:
            for at in range(0, self.rows, step):
                rows = min(step, self.rows - at)
                keys = _words(r, rows, self.groups - 1)
                values = [self._values(r, rows) for _ in range(self.columns)]
                stream.write_batch(pa.record_batch([keys, *values], schema=schema))

    def _values(self, r: random.Random, rows: int) -> pa.Array:
        if not self.width:
            return _words(r, rows, (1 << 63) - 1)
        # Random texts, of pieces of one random block where they are long.
        block = r.randbytes((min(self.width * rows, 4 * MIB) + 1) // 2).hex()
        text = (block * (self.width * rows // len(block) + 1))[:self.width * rows]
        ends = array.array("i", range(0, rows * self.width + 1, self.width))
        return pa.Array.from_buffers(pa.utf8(), rows,
                                     [None, pa.py_buffer(ends), pa.py_buffer(text.encode())])


def _words(r: random.Random, rows: int, mask: int) -> pa.Array:
    """Random int64 of the bits of `mask`."""
    bits = int.from_bytes(r.randbytes(8 * rows), "little")
    bits &= int.from_bytes(mask.to_bytes(8, "little") * rows, "little")
    return pa.Array.from_buffers(pa.int64(), rows, [None, pa.py_buffer(bits.to_bytes(8 * rows, "little"))])


# A process's peak includes that of the one that started it, so that a small one does.
STARTER = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(child.pid, 0)
with open(sys.argv[1], "w") as file:
    print(os.waitstatus_to_exitcode(status), usage.ru_maxrss << 10, file=file)
"""


def peak_of(command: list, output: pathlib.Path, pipe: int | None = None) -> tuple[int, int, str]:
    """Status, peak bytes and standard error of a command whose output goes to `output`, or into the
    descriptor `pipe`."""
    result = str(output) + ".peak"
    with open(output, "wb") as out, open(str(output) + ".err", "w+", encoding="utf-8") as err:
        subprocess.run([sys.executable, "-ISc", STARTER, result, *map(str, command)], check=True,
                       stdin=subprocess.DEVNULL, stdout=out if pipe is None else pipe, stderr=err)
        err.seek(0)
        status, peak = map(int, pathlib.Path(result).read_text(encoding="utf-8").split())
        return status, peak, err.read()
