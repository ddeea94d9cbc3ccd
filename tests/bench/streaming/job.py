"""The same under mrjob."""
from mrjob.job import MRJob
from mrjob.protocol import RawProtocol


class Count(MRJob):
    OUTPUT_PROTOCOL = RawProtocol

    def mapper(self, _, line):
        for word in line.split():
            yield word, 1

    def reducer(self, word, counts):
        yield word, str(sum(counts))


if __name__ == "__main__":
    Count.run()
