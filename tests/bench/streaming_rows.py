"""Rows of the bench whose work is done by programs in another language: word count of 500 MB by a
mapper and a reducer in Python, and in mawk, under papply and preduce and under what runs such
programs elsewhere.
"""
from flow_rows import pflow
from rows import Row
from shell_rows import shell

HERE = "BENCH/streaming"
PAIRS = "-f tsv --no-header --no-quotes --names key,value --types '*=text'"
MAWK = ("mawk '{ for (i = 1; i <= NF; i++) print $i \"\\t1\" }'",
        "mawk -F '\\t' 'NR > 1 && $1 != word { print word \"\\t\" n; n = 0 } "
        "{ word = $1; n += $2 } END { print word \"\\t\" n }'")
PYTHON = (f"PYTHON {HERE}/mapper.py", f"PYTHON {HERE}/reducer.py")


def ours(mapper: str, reducer: str) -> list[list[str]]:
    return [pflow(2, f"""pscan -f lines FILE | papply -t lines {PAIRS} -- {mapper} |
 preduce -k key -t tsv --out-no-header --out-no-quotes {PAIRS} -- {reducer} |
 pprint -t tsv --out-no-quotes""")]


def parallel(mapper: str, reducer: str) -> list[list[str]]:
    return shell(f"parallel --will-cite -j2 --pipe-part --block -1 -q -a FILE {mapper} | "
                 f"LC_ALL=C sort --parallel=2 -S 2G | {reducer}")


ROWS = [
    Row("word count in Python, pflow -n 2", ours(*PYTHON), {
        "parallel sort": parallel(*PYTHON),
        "mrjob": [["PYTHON", f"{HERE}/job.py", "-q", "-r", "local", "FILE"]]},
        {"parallel sort": 0.8, "mrjob": 0.6}, file="words.txt"),
    Row("word count in mawk, pflow -n 2", ours(*MAWK), {"parallel sort": parallel(*MAWK)},
        {"parallel sort": 0.8}, file="words.txt"),
]
