"""words.py FILE: 500 MB of lines of twelve words, as frequent as a language's are (Zipf's law)."""
import itertools
import random
import sys

BYTES = 500_000_000
WORDS = 100_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    r = random.Random(5)
    words = ["".join(r.choices(LETTERS, k=r.randint(2, 10))) for _ in range(WORDS)]
    weights = list(itertools.accumulate(1 / rank for rank in range(1, WORDS + 1)))
    written = 0
    with open(sys.argv[1], "w", encoding="ascii") as file:
        while written < BYTES:
            drawn = r.choices(words, cum_weights=weights, k=240_000)
            text = "".join(" ".join(drawn[at:at + 12]) + "\n" for at in range(0, len(drawn), 12))
            written += file.write(text)


main()
