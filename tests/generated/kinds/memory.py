"""Peak memory within -S, whatever the shape of rows: 1 to 5,000 columns, values of 8 bytes to 1 MiB,
1 to 2^20 groups, every operator that spills, with 16, 64 and 256 MiB.

A case is one operator over one shape with one -S: its output is the same, byte for byte, as with
all of the memory, and its peak RSS is at most 1.1 times -S, two batches, four times what one group's
result takes, 24 MiB and 8 KiB a column (memory_budget.h). Inputs have some times as many bytes as
-S, so a case is dear: there are at most MOST of them.
"""
import hashlib
import pathlib

import memory_shapes

BATCH = 2
MOST = 24

MIB = 1 << 20
LARGE = "4G"  # holds all
# How many times -S an input has.
TIMES = {16: 4, 64: 1.6, 256: 1.1}

# The words of each operator, and the columns it has besides those of its input.
SORTS = [["psort", "-k", "k"], ["psort", "-k", "v0"], ["psort", "-k", "k:desc", "-n", "40"],
         ["psort", "-k", "v0", "-n", "2", "--per", "k"]]
LISTS = ["max(v0)", "min_by(v0, k)", "max_by(k, v0)", "count(distinct v0)", "mode(v0)",
         "array_agg(v0)"]
TEXT_LISTS = ["string_agg(v0, ',')", "string_agg(v0, ',' order by v0)"]
WINDOWS = [["-k", "k", "max(k) as x"], ["row_number() over (partition by k order by v0) as x"],
           ["lag(v0) over (order by v0, k) as x, sum(k) over (order by v0 rows 9 preceding) as y"],
           ["count(*) over (partition by v0) as x, max(v0) over (order by k rows 2 preceding) as y"],
           ["rank() over (order by v0) as x, cume_dist() over (partition by k order by v0) as y"]]
VERBS = [["phead", "-k", "k", "-n", "1"], ["phead", "-k", "v0", "-n", "2"], ["puniq"],
         ["puniq", "-k", "k"], ["puniq", "-k", "k", "--count"], ["psample", "-n", "40"],
         ["pfill", "--up"]]
JOINS = ["inner", "left", "full", "semi", "anti"]


def draw_shape(r, memory: int) -> memory_shapes.Shape:
    total = int(memory * TIMES[memory // MIB])
    columns = r.choice([1, 1, 1, 2, 10, 100, 1000, 2000, 5000])
    width = r.choice([0, 0, 8, 100, 1000, 10_000, 50_000, 1 << 20])
    if columns > 100:
        width = r.choice([0, 8, 20])
    if columns * width > 2 << 20:
        columns = 1
    return memory_shapes.Shape(columns, width, r.choice([1, 1 << 10, 1 << 10, 1 << 20, 1 << 20]), total)


def draw_command(r, shape: memory_shapes.Shape) -> tuple[list, int]:
    """The words before the inputs, and the columns of another input."""
    kind = r.choice(["sort", "sort", "aggregate", "aggregate", "aggregate", "join", "window",
                     "verb"])
    if kind == "sort":
        return r.choice(SORTS), 0
    if kind == "aggregate":
        key = r.choice(["k", "k", "k", "v0"])
        return ["pagg", "-k", key, r.choice(LISTS + (TEXT_LISTS if shape.width else [])) + " as x"], 0
    if kind == "verb":
        return r.choice(VERBS), 0
    if kind == "window":
        return ["pagg", "--window", *r.choice(WINDOWS)], 0
    # Pairs of 2^20 keys are not many.
    shape.groups = 1 << 20
    return ["pjoin", "-k", "k", "--type", r.choice(JOINS)], shape.columns


def digest(path: pathlib.Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(r, count: int, folder: pathlib.Path) -> list[str]:
    problems = []
    for number in range(count):
        memory = r.choice([16, 16, 16, 16, 16, 64, 64, 256]) * MIB
        shape = draw_shape(r, memory)
        words, others = draw_command(r, shape)
        inputs = [folder / "left.arrows"]
        shape.write(inputs[0], r.getrandbits(32))
        if others:
            inputs.append(folder / "right.arrows")
            shape.write(inputs[1], r.getrandbits(32), "w")
        spill = ["-S", memory, "-T", folder]
        out, whole = folder / "out.arrows", folder / "whole.arrows"
        status, peak, err = memory_shapes.peak_of([*words, *spill, *inputs], out)
        case = f"{' '.join(words)} -S {memory // MIB}M of {shape}"
        limit = shape.limit(memory, others)
        if status != 0:
            problems.append(f"{case}: status {status}: {err}")
        elif peak > limit:
            problems.append(f"{case}: peak {peak / MIB:.0f} MiB, limit {limit / MIB:.0f}")
        memory_shapes.peak_of([*words, "-S", LARGE, "-T", folder, *inputs], whole)
        texts = [folder / f"{number}.csv", folder / f"{number}.whole.csv"]
        # Streams differ in where batches end.
        for stream, text in zip((out, whole), texts):
            memory_shapes.peak_of(["pscan", "-t", "csv", stream], text)
        if status == 0 and digest(texts[0]) != digest(texts[1]):
            problems.append(f"{case}: another answer than with {LARGE}")
        for path in (*inputs, out, whole, *texts):
            path.unlink()
    return problems
