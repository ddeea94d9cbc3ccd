"""Peak memory within -S of what moves rows between processes and files, whatever their shape:
ppartition over files and over pipes that are read one after the other, and both ends of pexchange,
its receivers read at once or late, with and without an ordered merge.

A case is one input, divided among some outputs or receivers with one -S. Every process's peak RSS
keeps to the promise of memory_budget.h, each output counting as columns of its own, and all rows
arrive. Inputs have some times as many bytes as -S, so a case is dear: there are at most MOST of
them.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time

import memory_shapes

BATCH = 2
MOST = 16

MIB = 1 << 20
TIMES = {16: 4, 64: 1.6}


def draw_shape(r, memory: int) -> memory_shapes.Shape:
    total = int(memory * TIMES[memory // MIB])
    columns = r.choice([1, 1, 2, 10, 100, 1000, 3000])
    width = r.choice([0, 8, 100, 1000, 10_000, 1 << 20])
    if columns > 100:
        width = r.choice([0, 8, 20])
    if columns * width > 2 << 20:
        columns = 1
    return memory_shapes.Shape(columns, width, r.choice([1, 1 << 10, 1 << 20]), total)


def rows_of(paths: list) -> int:
    """Rows of Arrow streams, which the tools count."""
    out = subprocess.run(["pagg", "count(*) as n", "-t", "csv", "-"], check=True,
                         input=subprocess.run(["pmerge", *map(str, paths)], check=True,
                                              capture_output=True).stdout, capture_output=True)
    return int(out.stdout.split()[1])


def partitioned(r, shape, memory: int, source: pathlib.Path, folder: pathlib.Path) -> list[str]:
    parts = r.choice([2, 3, 16, 64])
    how = r.choice([["--hash", "-k", "k"], ["--round-robin"], ["--range", "-k", "k"],
                    ["--range", "-k", "v0"]])
    words = ["ppartition", *how, "-n", parts, "-S", memory, "-T", folder]
    targets = [folder / f"{i}.arrows" for i in range(parts)]
    readers = []
    if r.random() < 0.5:
        # Pipes that are read one after the other: rows of all others wait.
        for target in targets:
            os.mkfifo(target)
        got = [folder / f"{i}.got" for i in range(parts)]
        script = "; ".join(f"cat {target} > {to}" for target, to in zip(targets, got))
        readers.append(subprocess.Popen(["bash", "-c", script]))
    else:
        got = targets
    status, peak, err = memory_shapes.peak_of([*words, source, *targets], folder / "out")
    for reader in readers:
        if status != 0:
            reader.kill()
        reader.wait()
    return judged(shape, memory, [("ppartition", status, peak, err)],
                  f"{' '.join(map(str, how))} -n {parts}{' pipes' if readers else ''}", got,
                  parts * (shape.columns + 1))


def exchanged(r, shape, memory: int, source: pathlib.Path, folder: pathlib.Path) -> list[str]:
    # A frame has at least a row, and a row of many columns several times its bytes: with little
    # memory for each of many receivers much is moved.
    receivers = r.choice([1, 2, 4, 16] if shape.columns < 1000 else [1, 2])
    how = r.choice([["--hash", "-k", "k"], ["--round-robin"], ["--broadcast"],
                    ["--range", "-k", "k"], ["--range", "-k", "v0"]])
    merge = ["--merge", "-k", "k"] if r.random() < 0.3 else []
    if merge:
        rows = folder / "sorted.arrows"
        memory_shapes.peak_of(["psort", "-k", "k", "-o", rows, source], folder / "out")
        source = rows
    late = r.random() < 0.5
    budget = ["-S", memory, "-T", folder]
    sockets = tempfile.mkdtemp(prefix="penstock-moves-")
    ends = [f"ipc://{sockets}/{i}" for i in range(receivers)]
    got = [folder / f"{i}.got" for i in range(receivers)]
    results: list = [None] * (receivers + 1)

    def run(place: int, words: list, output: pathlib.Path, pipe: int | None) -> None:
        results[place] = (words[1], *memory_shapes.peak_of(words, output, pipe))
        if pipe is not None:
            os.close(pipe)

    def read_late(pipes: list) -> None:
        # One after the other: rows of all receivers behind it wait.
        time.sleep(1)
        for pipe, path in pipes:
            with open(pipe, "rb") as rows, open(path, "wb") as file:
                shutil.copyfileobj(rows, file)

    pipes = [os.pipe() for _ in range(receivers if late else 0)]
    threads = [threading.Thread(target=run, args=(
        i, ["pexchange", "--receive", ends[i], "--senders", 1, *merge, *budget], got[i],
        pipes[i][1] if late else None)) for i in range(receivers)]
    threads.append(threading.Thread(target=run, args=(
        receivers, ["pexchange", *how, "--send", ",".join(ends), *budget, source], folder / "sent",
        None)))
    threads.append(threading.Thread(target=read_late,
                                    args=(list(zip((pipe for pipe, _ in pipes), got)),)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shutil.rmtree(sockets)
    times = receivers if how == ["--broadcast"] else 1
    return judged(shape, memory, results,
                  f"{' '.join(how + merge)} to {receivers}{' late' if late else ''}", got,
                  receivers * (shape.columns + 1), times)


def judged(shape, memory: int, results: list, what: str, got: list, columns: int,
           times: int = 1) -> list[str]:
    problems = []
    limit = shape.limit(memory, columns)
    for name, status, peak, err in results:
        case = f"{name} {what} -S {memory // MIB}M of {shape}"
        if status != 0:
            problems.append(f"{case}: status {status}: {err}")
        elif peak > limit:
            problems.append(f"{case}: peak {peak / MIB:.0f} MiB, limit {limit / MIB:.0f}")
    if not problems and rows_of(got) != times * shape.rows:
        problems.append(f"{what} of {shape}: {rows_of(got)} rows arrived of {times * shape.rows}")
    return problems


def check(r, count: int, folder: pathlib.Path) -> list[str]:
    problems = []
    for number in range(count):
        memory = r.choice([16, 16, 16, 64]) * MIB
        shape = draw_shape(r, memory)
        here = folder / str(number)
        here.mkdir()
        source = here / "source.arrows"
        shape.write(source, r.getrandbits(32))
        found = r.choice([partitioned, exchanged])(r, shape, memory, source, here)
        problems += found
        for path in here.iterdir():
            path.unlink()
    return problems
