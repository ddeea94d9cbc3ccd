#include "libcore/os/chunks/division.h"

#include <gtest/gtest.h>

#include <random>

#include "libcore/base/limits.h"

namespace penstock {
namespace {

TEST(ChunkDivision, ChunksCoverEachInputOnce) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<int64_t> sizes(1 + random() % 9);
    for (int64_t& size : sizes)
      size = random() % 4 == 0 ? 0 : static_cast<int64_t>(random() % 100'000);
    const auto inputs = std::ssize(sizes);
    const int64_t total = inputs + static_cast<int64_t>(random() % 200);
    ChunkDivision division(sizes, total);
    EXPECT_GE(division.count(), inputs);
    EXPECT_LE(division.count(), total);
    std::vector<int64_t> covered(sizes.size());
    std::vector<int64_t> parts(sizes.size());
    for (int64_t number = 1; number <= division.count(); ++number) {
      const Chunk chunk = division.chunk(number);
      const auto input = static_cast<size_t>(chunk.input);
      ASSERT_LT(input, sizes.size());
      EXPECT_EQ(chunk.number, number);
      EXPECT_EQ(chunk.begin, covered[input]);
      EXPECT_EQ(chunk.part, ++parts[input]);
      EXPECT_EQ(chunk.part == chunk.parts, chunk.end == sizes[input] && parts[input] > 0);
      covered[input] = chunk.end;
    }
    EXPECT_EQ(covered, sizes);
  }
}

TEST(ChunkDivision, SizesAreNearTheLargestThereIs) {
  const int64_t huge = int64_t{1} << 62;
  ChunkDivision division({huge, 1}, 1000);
  EXPECT_EQ(division.chunk(division.count()).begin, 0);
  EXPECT_EQ(division.chunk(division.count() - 1).end, huge);
}

TEST(ChunkDivision, NoChunkIsLongerThanTheLimit) {
  EXPECT_EQ(least_chunks({0, 1, kLedgerChunkBytes, kLedgerChunkBytes + 1}), 5);
  ChunkDivision division({3 * kLedgerChunkBytes + 1}, 4);
  for (int64_t number = 1; number <= division.count(); ++number) {
    const Chunk chunk = division.chunk(number);
    EXPECT_LE(chunk.end - chunk.begin, kLedgerChunkBytes);
  }
}

}  // namespace
}  // namespace penstock
