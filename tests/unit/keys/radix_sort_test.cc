#include "libcore/keys/radix_sort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

namespace penstock {
namespace {

// The last pieces first, and the odd ones in another thread.
void in_two_threads(size_t count, const std::function<void(size_t)>& work) {
  auto take = [&](size_t odd) {
    for (size_t piece = count; piece-- > 0;) {
      if (piece % 2 == odd) work(piece);
    }
  };
  std::thread other(take, 1);
  take(0);
  other.join();
}

TEST(RadixSort, SortsStablyWhateverTheDistribution) {
  std::mt19937_64 random(1);
  for (size_t count : {0UL, 1UL, 2UL, 128UL, 129UL, 5000UL, 16384UL, 16385UL, 200000UL}) {
    for (uint64_t mask : {uint64_t{0}, uint64_t{1}, uint64_t{0xFF00}, uint64_t{0xFFFFF},
                          uint64_t{0xF} << 60, ~uint64_t{0}}) {
      for (bool skewed : {false, true}) {
        std::vector<SortItem> items(count);
        for (size_t i = 0; i < count; ++i) {
          bool usual = skewed && random() % 10 != 0;
          items[i] = {usual ? 0x1234 & mask : random() & mask, {0, static_cast<RowIndex>(i)}};
        }
        std::vector<SortItem> expected = items;
        std::stable_sort(expected.begin(), expected.end(),
                         [](const SortItem& a, const SortItem& b) { return a.key < b.key; });
        for (const PieceRunner& run : {PieceRunner(), PieceRunner(in_two_threads)}) {
          std::vector<SortItem> sorted = items;
          std::vector<SortItem> scratch(count);
          radix_sort(sorted, scratch, run);
          for (size_t i = 0; i < count; ++i) {
            ASSERT_EQ(sorted[i].key, expected[i].key) << count << " " << mask;
            ASSERT_EQ(sorted[i].row.row, expected[i].row.row) << count << " " << mask;
          }
        }
      }
    }
  }
}

TEST(RadixSort, SortsWordsByTheirHigherBits) {
  std::mt19937_64 random(2);
  for (size_t count : {0UL, 2UL, 128UL, 129UL, 16384UL, 16385UL, 200000UL}) {
    for (int low_bits : {0, 1, 18, 24, 56, 63}) {
      for (int key_bits : {0, 1, 9, 20, 64}) {
        std::vector<uint64_t> words(count);
        for (size_t i = 0; i < count; ++i) {
          const uint64_t key = key_bits == 0 ? 5 : random() >> (64 - key_bits);
          words[i] = key << low_bits | (i & ((uint64_t{1} << low_bits) - 1));
        }
        std::vector<uint64_t> expected = words;
        std::stable_sort(expected.begin(), expected.end(),
                         [&](uint64_t a, uint64_t b) { return a >> low_bits < b >> low_bits; });
        for (const PieceRunner& run : {PieceRunner(), PieceRunner(in_two_threads)}) {
          std::vector<uint64_t> sorted = words;
          std::vector<uint64_t> scratch(count);
          radix_sort(sorted, scratch, low_bits, run);
          ASSERT_EQ(sorted, expected) << count << " " << low_bits << " " << key_bits;
        }
      }
    }
  }
}

}  // namespace
}  // namespace penstock
