#include "libcore/ops/aggregate/sketch/buckets.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

NumberBuckets buckets_of(const std::vector<double>& values) {
  NumberBuckets buckets;
  for (double value : values) {
    const double counted = counted_number(value);
    buckets.add({bucket_of(counted), 1, counted, counted});
  }
  return buckets;
}

TEST(NumberBuckets, AreInTheOrderOfTheNumbers) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> ascending = {-infinity,
                                         -1e9,
                                         -1,
                                         -0.5,
                                         0,
                                         1e-300,
                                         0.5,
                                         3,
                                         1e9,
                                         infinity,
                                         std::numeric_limits<double>::quiet_NaN()};
  for (size_t i = 1; i < ascending.size(); ++i)
    EXPECT_LT(bucket_of(ascending[i - 1]), bucket_of(ascending[i])) << i;
  EXPECT_EQ(bucket_of(counted_number(-0.0)), bucket_of(counted_number(0.0)));
}

TEST(NumberBuckets, GiveTheNumberAtAFraction) {
  const NumberBuckets buckets = buckets_of({4, 1, 3, 2, 2});
  EXPECT_EQ(buckets.total(), 5);
  EXPECT_EQ(buckets.at(0), 1);
  EXPECT_EQ(buckets.at(0.5), 2);
  EXPECT_EQ(buckets.at(1), 4);
  std::vector<double> many;
  for (int i = 1; i <= 10'000; ++i)
    many.push_back(i);
  EXPECT_NEAR(buckets_of(many).at(0.25), 2500, 10);
}

TEST(NumberBuckets, ComeBackFromTheirColumns) {
  const std::vector<NumberBuckets> groups = {buckets_of({5, 5.001, -1}), buckets_of({})};
  const std::vector<ColumnPtr> columns = bucket_columns(groups);
  ASSERT_EQ(columns.size(), bucket_fields().size());
  for (const ColumnPtr& column : columns)
    validate(*column);
  EXPECT_TRUE(buckets_at(columns, 1).empty());
  NumberBuckets again;
  for (const NumberBucket& bucket : buckets_at(columns, 0))
    again.add(bucket);
  EXPECT_EQ(again.total(), 3);
  EXPECT_EQ(again.at(0.5), groups[0].at(0.5));
  // Lists that do not match.
  const std::vector<ColumnPtr> others = bucket_columns(std::vector{buckets_of({1})});
  EXPECT_THROW(buckets_at(std::vector<ColumnPtr>{columns[0], others[1], columns[2]}, 0), Error);
}

}  // namespace
}  // namespace penstock
