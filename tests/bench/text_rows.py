"""Rows of the bench on plain text."""
import peers
from flow_rows import pflow
from rows import Row, programs

WORD_COUNT = """pscan -f lines FILE | pproject "string_to_table(line, ' ') as word" |
 pagg -k word 'count(*) as n' | psort -k n:desc,word -n 100 -t csv"""
MAWK = ("mawk '{ for (i = 1; i <= NF; ++i) ++n[$i] } END { for (w in n) print w \",\" n[w] }' FILE | "
        "LC_ALL=C sort -t , -k 2,2nr -k 1,1 | head -n 100")

ROWS = [
    Row("pflow -n 2, words of 500 MB counted", [pflow(2, WORD_COUNT)],
        {"mawk": [["sh", "-c", MAWK]], **programs(peers.WORDS)}, {"fastest": 1.0},
        file="words.txt"),
]
