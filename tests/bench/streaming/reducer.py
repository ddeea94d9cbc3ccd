import itertools
import sys

pairs = (line.rstrip("\n").split("\t") for line in sys.stdin)
for word, group in itertools.groupby(pairs, lambda pair: pair[0]):
    print(word, sum(int(count) for _, count in group), sep="\t")
