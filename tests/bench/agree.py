"""agree.py OURS THEIRS: whether two CSV files without header hold the same rows, in any order.

A process of its own, so that what it reads does not count as memory of the stages measured later.
Numbers may differ by how floats are summed.
"""
import math
import sys


def rows(path: str) -> list[list[str]]:
    with open(path, encoding="utf-8") as file:
        return sorted(line.rstrip("\n").split(",") for line in file)


def same(ours: str, theirs: str) -> bool:
    try:
        return ours == theirs or math.isclose(float(ours), float(theirs), rel_tol=1e-9)
    except ValueError:
        return False


def main() -> int:
    ours, theirs = rows(sys.argv[1]), rows(sys.argv[2])
    if len(ours) != len(theirs):
        print(f"{len(ours)} rows, not {len(theirs)}")
        return 1
    for a, b in zip(ours, theirs):
        if len(a) != len(b) or not all(map(same, a, b)):
            print(f"{','.join(a)} is not {','.join(b)}")
            return 1
    return 0


sys.exit(main())
