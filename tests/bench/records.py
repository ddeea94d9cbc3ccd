"""records FILE COUNT: lines of 100 bytes in the shape of gensort's ASCII records, for the sorting rows.

A record is 10 random printable bytes (the key), its number in 32 hex digits and a filler of 13
letters, each four times; it ends with a line feed alone. The same COUNT gives the same file.
"""
import random
import sys

PRINTABLE = bytes(32 + byte % 95 for byte in range(256))
LETTERS = bytes(65 + byte % 16 for byte in range(256))
BLOCK = 10000


def write_records(path: str, count: int) -> None:
    source = random.Random(count)
    with open(path, "wb") as file:
        for begin in range(0, count, BLOCK):
            size = min(BLOCK, count - begin)
            keys = source.randbytes(10 * size).translate(PRINTABLE)
            letters = source.randbytes(13 * size).translate(LETTERS)
            fourfold = bytearray(52 * size)
            for shift in range(4):
                fourfold[shift::4] = letters
            file.write(b"".join(
                b"%b  %032X   %b\n" % (keys[10 * i:10 * i + 10], begin + i,
                                       fourfold[52 * i:52 * i + 52])
                for i in range(size)))


if __name__ == "__main__":
    write_records(sys.argv[1], int(sys.argv[2]))
