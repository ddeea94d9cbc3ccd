#include "libcore/ops/aggregate/folds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

using testing::Random;
using testing::table;

std::string product(const std::vector<double>& values, int64_t pieces) {
  auto count = static_cast<int64_t>(values.size());
  Batch rows =
      table({{"v", make_column(float64_type(), count, Buffer::copy(values.data(), count * 8))}});
  const AggregateCall call = testing::call_of("product(v)", *rows.schema);
  return testing::merged_results(call, rows, std::vector<int32_t>(values.size(), 0), 1, pieces)
      .at(0);
}

TEST(Product, NeitherOverflowsOnTheWayNorDependsOnTheOrder) {
  EXPECT_EQ(product({0x1p1000, 0x1p1000, 0x1p-1000, 0x1p-1000}, 1), "1");
  EXPECT_EQ(product({1e300, 1e300}, 1), "inf");
  EXPECT_EQ(product({1e-300, 1e-300, -1}, 2), "-0");
  EXPECT_EQ(product({0, 5}, 1), "0");
  EXPECT_EQ(product({NAN, 0}, 2), "nan");
  Random random(9);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 2000; ++i)
      values.push_back(0.5 + static_cast<double>(random() % 1'000'003) / 1e6);
    const std::string whole = product(values, 1);
    EXPECT_EQ(product(values, 9), whole);
    std::shuffle(values.begin(), values.end(), random);
    EXPECT_EQ(product(values, 2), whole);
  }
}

TEST(Bits, FoldGroupByGroup) {
  const std::vector<int64_t> values = {6, 3, 12, -1};
  Batch rows = table({{"v", make_column(int64_type(), 4, Buffer::copy(values.data(), 32))}});
  auto folded = [&](const std::string& text, int64_t pieces) {
    const AggregateCall call = testing::call_of(text, *rows.schema);
    return testing::merged_results(call, rows, {0, 0, 1, 0}, 3, pieces);
  };
  for (int64_t pieces : {1, 3}) {
    EXPECT_EQ(folded("bit_and(v)", pieces), (std::vector<std::string>{"2", "12", "null"}));
    EXPECT_EQ(folded("bit_or(v)", pieces), (std::vector<std::string>{"-1", "12", "null"}));
    EXPECT_EQ(folded("bit_xor(v)", pieces), (std::vector<std::string>{"-6", "12", "null"}));
  }
}

}  // namespace
}  // namespace penstock
