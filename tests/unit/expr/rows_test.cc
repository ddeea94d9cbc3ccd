#include "libcore/expr/rows.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "libcore/data/bitmap.h"

namespace penstock {
namespace {

TEST(Rows, BitsAreThePredicateOfEachRowAndZeroBehindTheLast) {
  auto every_third = [](int64_t i) { return i % 3 == 0; };
  auto all = [](int64_t) { return true; };
  for (int64_t rows = 0; rows < 200; ++rows) {
    Buffer thirds = make_bits(rows, every_third).freeze();
    Buffer ones = make_bits(rows, all).freeze();
    for (int64_t i = 0; i < rows; ++i) {
      ASSERT_EQ(get_bit(thirds.data(), i), every_third(i)) << "row " << i << " of " << rows;
      ASSERT_TRUE(get_bit(ones.data(), i)) << "row " << i << " of " << rows;
    }
    for (int64_t i = rows; i % 8 != 0; ++i) {
      ASSERT_FALSE(get_bit(ones.data(), i)) << "bit " << i << " behind " << rows << " rows";
    }
  }
}

TEST(Rows, PredicatesAreAskedOnceForEachRowInOrder) {
  int64_t next = 0;
  (void)make_bits(1000, [&](int64_t i) {
    EXPECT_EQ(i, next++);
    return false;
  });
  EXPECT_EQ(next, 1000);
}

}  // namespace
}  // namespace penstock
