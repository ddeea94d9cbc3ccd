"""run.py [--cases N] [--seed S] [--keep DIR] [KIND…]: generated cases of each kind of fault.

A kind is a file in kinds/: its `check(r, count, folder)` makes `count` cases from the random
generator `r`, runs them with the tools in PATH in the empty `folder`, and returns one text for each
case that went wrong. Cases are run in batches of the kind's BATCH (50 unless it says otherwise);
a batch's seed is S + its number, so `--seed S --cases 50 KIND` runs the one batch S again. N is a
number of cases for each kind, of which a kind that has dear cases makes at most its MOST. What the
kinds check is said at the head of their files.
"""
import argparse
import concurrent.futures
import importlib
import pathlib
import random
import shutil
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

DEFAULT_BATCH = 50
JOBS = 3  # a case is not always busy: it waits for processes to start and end
MOST_PRINTED = 10


def run_batch(kind, seed: int, count: int, keep: pathlib.Path) -> list[str]:
    """What went wrong in one batch; its folder stays where something did."""
    folder = keep / f"{kind.__name__.split('.')[-1]}-{seed}"
    folder.mkdir(parents=True)
    try:
        problems = kind.check(random.Random(seed), count, folder)
    except Exception:  # a kind that breaks has shown nothing: that is a failure
        problems = [traceback.format_exc()]
    if not problems:
        shutil.rmtree(folder)
    return [f"seed {seed}, in {folder}: {problem}" for problem in problems]


def run_kind(name: str, options, keep: pathlib.Path) -> tuple[int, int]:
    """Cases that passed and that failed."""
    kind = importlib.import_module(f"kinds.{name}")
    batch = getattr(kind, "BATCH", DEFAULT_BATCH)
    cases = min(options.cases, getattr(kind, "MOST", options.cases))
    start = time.monotonic()
    batches = [(options.seed + at // batch, min(batch, cases - at))
               for at in range(0, cases, batch)]
    problems = []
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for found in pool.map(lambda b: run_batch(kind, *b, keep), batches):
            problems += found
    for problem in problems[:MOST_PRINTED]:
        print(problem)
    failed = min(len(problems), cases)
    print(f"{name}: {cases} cases, seeds {batches[0][0]} to {batches[-1][0]}, "
          f"{failed} failed, {time.monotonic() - start:.0f} s", flush=True)
    return cases - failed, failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cases", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the batches that failed")
    parser.add_argument("kinds", nargs="*", help="all kinds unless some are named")
    options = parser.parse_args()
    known = sorted(path.stem for path in (HERE / "kinds").glob("[a-z]*.py"))
    for name in options.kinds:
        if name not in known:
            parser.error(f"no kind '{name}'; there are: {' '.join(known)}")
    if options.cases < 1:
        parser.error("--cases takes a number from 1 on")
    keep = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="penstock-generated-"))
    passed = failed = 0
    for name in options.kinds or known:
        ok, bad = run_kind(name, options, keep)
        passed += ok
        failed += bad
    if not failed and not options.keep:
        shutil.rmtree(keep)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
