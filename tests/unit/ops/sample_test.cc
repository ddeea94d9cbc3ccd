#include "libcore/ops/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::run;
using testing::source;
using Rows = std::vector<std::string>;

Batch counted_rows(int64_t rows) {
  FixedBuilder<int64_t> numbers;
  for (int64_t i = 0; i < rows; ++i)
    numbers.append(i);
  return testing::table({{"n", numbers.finish(int64_type())}});
}

std::vector<int64_t> numbers_of(const Rows& rows) {
  std::vector<int64_t> numbers;
  for (const std::string& row : rows)
    numbers.push_back(std::stoll(row));
  return numbers;
}

TEST(Sample, OfAFractionKeepsTheOrderAndAboutSoMany) {
  const Batch table = counted_rows(100'000);
  for (double fraction : {1e-9, 0.01, 0.3, 0.9999, 1.0}) {
    const auto numbers =
        numbers_of(run(*make_fraction_sample(source(table, 5000), fraction, 1)).rows);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    // Five standard deviations.
    EXPECT_NEAR(static_cast<double>(numbers.size()), 1e5 * fraction,
                5 * std::sqrt(1e5 * fraction * (1 - fraction)) + 1e-3);
  }
}

TEST(Sample, OfSomeRowsHasExactlySoManyInTheirOrder) {
  const Batch table = counted_rows(3000);
  for (int64_t rows : {1, 2, 100, 2999, 3000, 9000}) {
    const auto numbers =
        numbers_of(run(*make_reservoir_sample(source(table, 100), rows, 7, {})).rows);
    EXPECT_EQ(std::ssize(numbers), std::min<int64_t>(rows, 3000));
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end());
  }
  EXPECT_TRUE(run(*make_reservoir_sample(source(counted_rows(0)), 5, 7, {})).rows.empty());
}

TEST(Sample, DependsOnTheSeedAndNotOnBatchesOrMemory) {
  const Batch table = counted_rows(20'000);
  SpillOptions small;
  small.memory = kLeastMemory;
  const Rows rows = run(*make_reservoir_sample(source(table, 500), 5000, 3, {})).rows;
  EXPECT_EQ(run(*make_reservoir_sample(source(table, 7000), 5000, 3, small)).rows, rows);
  EXPECT_NE(run(*make_reservoir_sample(source(table, 500), 5000, 4, {})).rows, rows);
  const Rows part = run(*make_fraction_sample(source(table, 500), 0.1, 3)).rows;
  EXPECT_EQ(run(*make_fraction_sample(source(table, 7000), 0.1, 3)).rows, part);
  EXPECT_NE(run(*make_fraction_sample(source(table, 500), 0.1, 4)).rows, part);
}

// Over many seeds each of ten rows is chosen as often as any other, and so is each pair.
TEST(Sample, ChoosesEveryRowAndPairEquallyOften) {
  const Batch table = counted_rows(10);
  constexpr int kSeeds = 9000;
  std::vector<std::vector<int>> together(10, std::vector<int>(10));
  for (int seed = 0; seed < kSeeds; ++seed) {
    const auto chosen = numbers_of(
        run(*make_reservoir_sample(source(table, 4), 2, static_cast<uint64_t>(seed), {})).rows);
    ++together[static_cast<size_t>(chosen[0])][static_cast<size_t>(chosen[1])];
  }
  // 45 pairs: the mean is 200, its standard deviation 14.
  for (size_t i = 0; i < 10; ++i) {
    for (size_t j = i + 1; j < 10; ++j)
      EXPECT_NEAR(together[i][j], 200, 70) << i << ", " << j;
  }
}

TEST(Sample, KeepsTheSchema) {
  Batch table = testing::table({{"a", testing::column(int64_type(), {"1", "2"})}},
                               {{std::string(kOrderKey), "a"}});
  EXPECT_EQ(make_fraction_sample(source(table), 0.5, 0)->schema()->metadata_value(kOrderKey), "a");
  EXPECT_EQ(make_reservoir_sample(source(table), 1, 0, {})->schema()->metadata_value(kOrderKey),
            "a");
}

}  // namespace
}  // namespace penstock
