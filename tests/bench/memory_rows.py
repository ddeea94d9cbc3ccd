"""Peak memory by shape: each operator that spills, over rows of few and many columns, short and long
values, one -S for all. What it may take is memory_shapes.py's."""
import dataclasses
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "generated"))

import memory_shapes

MIB = 1 << 20
MEMORY = 64 * MIB
TIMES = 2  # the input's bytes to MEMORY

SHAPES = {
    "1 column of int64": (1, 0, 1 << 20),
    "100 columns of int64": (100, 0, 1 << 20),
    "2,000 columns of int64": (2000, 0, 1 << 20),
    "5,000 columns of int64": (5000, 0, 1 << 20),
    "texts of 100 B": (1, 100, 1 << 20),
    "texts of 50 kB": (1, 50_000, 1 << 20),
    "texts of 1 MiB": (1, MIB, 1 << 20),
    "texts of 1 kB, 1,024 keys": (1, 1000, 1 << 10),
}
OPERATORS = {
    "sort": ["psort", "-k", "k"],
    "max": ["pagg", "-k", "k", "max(v0) as x"],
    "array_agg": ["pagg", "-k", "k", "array_agg(v0) as x"],
    "distinct": ["pagg", "-k", "k", "count(distinct v0) as x"],
    "semi join": ["pjoin", "-k", "k", "--type", "semi"],
    "inner join": ["pjoin", "-k", "k"],
}


@dataclasses.dataclass
class Peak:
    """What an operator took over a shape, and what it may take."""
    shape: str
    operator: str
    bytes: int
    limit: int

    @property
    def is_over(self) -> bool:
        return self.bytes > self.limit


def measure(folder: pathlib.Path) -> list[Peak]:
    """Every operator over every shape; makes its inputs in `folder`. Throws where one fails."""
    folder.mkdir(exist_ok=True)
    peaks = []
    for name, (columns, width, groups) in SHAPES.items():
        shape = memory_shapes.Shape(columns, width, groups, TIMES * MEMORY)
        inputs = [folder / "left.arrows", folder / "right.arrows"]
        shape.write(inputs[0], 1)
        shape.write(inputs[1], 2, "w")
        for operator, words in OPERATORS.items():
            is_join = words[0] == "pjoin"
            # Pairs of few keys are too many.
            if is_join and groups < 1 << 20:
                continue
            command = [*words, "-S", MEMORY, "-T", folder, *inputs[:2 if is_join else 1]]
            status, peak, err = memory_shapes.peak_of(command, folder / "out")
            if status != 0:
                raise RuntimeError(f"{command}: status {status}: {err}")
            peaks.append(Peak(name, operator, peak, shape.limit(MEMORY, columns if is_join else 0)))
        for path in (*inputs, folder / "out"):
            path.unlink()
    return peaks
