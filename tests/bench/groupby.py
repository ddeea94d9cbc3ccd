"""groupby.py FILE: the table of db-benchmark's group-by questions, 1e7 rows, K = 100, no nulls.

The same distributions as its R generator G1_1e7_1e2_0_0, from a fixed seed: id1 and id2 one of 100
texts, id3 one of 1e5, id4 and id5 one of 100 numbers, id6 one of 1e5, v1 up to 5, v2 up to 15, v3
up to 100 with six decimals.
"""
import pathlib
import sys

import numpy

ROWS, K, PIECE = 10_000_000, 100, 500_000


def write(path: pathlib.Path) -> None:
    r = numpy.random.default_rng(108)
    part = path.with_suffix(".part")
    with open(part, "w", encoding="ascii") as out:
        out.write("id1,id2,id3,id4,id5,id6,v1,v2,v3\n")
        for _ in range(ROWS // PIECE):
            columns = [r.integers(1, high + 1, PIECE).tolist()
                       for high in (K, K, ROWS // K, K, K, ROWS // K, 5, 15)]
            columns.append(numpy.round(r.uniform(0, 100, PIECE), 6).tolist())
            out.writelines("id%03d,id%03d,id%010d,%d,%d,%d,%d,%d,%.15g\n" % row
                           for row in zip(*columns))
    part.rename(path)


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
