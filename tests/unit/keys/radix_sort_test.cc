#include "libcore/keys/radix_sort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace penstock {
namespace {

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
        std::vector<SortItem> scratch(count);
        radix_sort(items, scratch);
        for (size_t i = 0; i < count; ++i) {
          ASSERT_EQ(items[i].key, expected[i].key) << count << " " << mask;
          ASSERT_EQ(items[i].row.row, expected[i].row.row) << count << " " << mask;
        }
      }
    }
  }
}

}  // namespace
}  // namespace penstock
