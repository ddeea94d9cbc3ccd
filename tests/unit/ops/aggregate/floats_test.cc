#include "libcore/ops/aggregate/floats.h"

#include <gtest/gtest.h>

#include <cmath>

#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/aggregate/float_sums.h"
#include "tests/unit/data/exact_reference.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::exact_sum;
using testing::mixed_values;
using testing::Random;

ColumnPtr floats(const std::vector<double>& values) {
  auto count = static_cast<int64_t>(values.size());
  return make_column(float64_type(), count, Buffer::copy(values.data(), count * 8));
}

// All columns of all rows as bits.
std::vector<uint64_t> bits_of(const std::vector<double>& values, const std::string& list,
                              int64_t batch_rows) {
  Batch input = testing::table({{"v", floats(values)}});
  OperatorPtr aggregate = make_aggregate(testing::source(input, batch_rows), {}, list);
  std::vector<uint64_t> bits;
  while (std::optional<Batch> batch = aggregate->next()) {
    for (const ColumnPtr& column : batch->columns)
      bits.push_back(std::bit_cast<uint64_t>(column->data<double>()[0]));
  }
  return bits;
}

TEST(FloatSums, MillionsOfMixedMagnitudesInAnyOrder) {
  Random random(7);
  for (int bits : {0, 40, 70, 150, 2000}) {
    std::vector<double> values = mixed_values(random, 1'000'000, bits);
    double expected = exact_sum(values);
    for (int round = 0; round < 2; ++round) {
      std::vector<uint64_t> got = bits_of(values, "sum(v), avg(v)", round == 0 ? 8192 : 1 << 20);
      EXPECT_EQ(got[0], std::bit_cast<uint64_t>(expected)) << bits;
      EXPECT_EQ(got[1], std::bit_cast<uint64_t>(expected / 1e6)) << bits;
      std::shuffle(values.begin(), values.end(), random);
    }
  }
}

TEST(FloatSums, AnySplitIntoPartialsGivesTheSameBits) {
  Random random(8);
  for (int round = 0; round < 60; ++round) {
    int bits = std::vector<int>{0, 40, 90, 400, 2000}[random() % 5];
    std::vector<double> values = mixed_values(random, 1 + random() % 5000, bits);
    FloatSums partials;
    partials.resize(8);
    for (size_t at = 0; at < values.size();) {
      size_t end = std::min(values.size(), at + 1 + random() % 700);
      partials.begin(std::span<const double>(values).subspan(at, end - at));
      size_t group = random() % 8;
      for (; at < end; ++at)
        partials.add(group, values[at]);
    }
    FloatSums whole;
    whole.resize(1);
    std::vector<double> terms;
    for (size_t group = 0; group < 8; ++group) {
      terms.clear();
      partials.append_terms(group, terms);
      whole.merge(0, partials.values(group), terms);
    }
    ASSERT_EQ(std::bit_cast<uint64_t>(whole.rounded(0)),
              std::bit_cast<uint64_t>(exact_sum(values)));
    ASSERT_EQ(whole.values(0), static_cast<int64_t>(values.size()));
  }
}

TEST(FloatSums, ManyEqualValuesFillTheWindow) {
  FloatSums sums;
  sums.resize(1);
  double large = 0x1p73;
  sums.begin(std::span<const double>(&large, 1));
  // The window ends 24 bits above the first value: these 2^10 are far outside of it together.
  std::vector<double> values(1 << 10, 0x1p96);
  values.insert(values.end(), 1 << 10, 0x1.fffffffffffffp96);
  for (double value : values)
    sums.add(0, value);
  EXPECT_EQ(sums.rounded(0), exact_sum(values));
  std::vector<double> terms;
  sums.append_terms(0, terms);
  EXPECT_EQ(exact_sum(terms), exact_sum(values));
}

TEST(FloatSums, InfinitiesNanAndZeros) {
  double inf = INFINITY;
  auto sum = [](const std::vector<double>& values) {
    return std::bit_cast<double>(bits_of(values, "sum(v)", 2)[0]);
  };
  EXPECT_EQ(sum({1, inf, 2}), inf);
  EXPECT_EQ(sum({-inf, 1e300, 1e300}), -inf);
  EXPECT_TRUE(std::isnan(sum({inf, 1, -inf})));
  EXPECT_TRUE(std::isnan(sum({NAN, 1})));
  EXPECT_EQ(sum({0, 0, -0.0, 3}), 3);
  EXPECT_EQ(sum({1e308, 1e308, -1e308}), 1e308);
  EXPECT_EQ(sum({1e308, 1e308}), inf);
}

TEST(FloatSums, FewBytesAGroup) {
  FloatSums sums;
  sums.resize(100'000);
  double value = 12.34;
  sums.begin(std::span<const double>(&value, 1));
  for (size_t group = 0; group < 100'000; ++group)
    sums.add(group, 99.99 * static_cast<double>(group));
  EXPECT_LE(sums.bytes(), 24 * 100'000);
  sums.add(3, 1e-200);
  EXPECT_LE(sums.bytes(), 33 * 100'000);
}

TEST(Variance, IsTheSameInAnyOrderAndDoesNotCancel) {
  Random random(9);
  std::vector<double> values;
  for (int i = 0; i < 10000; ++i)
    values.push_back(1e9 + static_cast<double>(random() % 1000) / 8);
  std::vector<uint64_t> first = bits_of(values, "stddev(v), var_pop(v)", 100);
  // The same numbers near 0 have the same variance, to the last bit: all of it is exact in both.
  std::vector<double> small = values;
  for (double& value : small)
    value -= 1e9;
  EXPECT_EQ(bits_of(small, "stddev(v), var_pop(v)", 100), first);
  std::shuffle(values.begin(), values.end(), random);
  EXPECT_EQ(bits_of(values, "stddev(v), var_pop(v)", 5000), first);
}

TEST(Variance, InfinitiesAreNanAndWhatIsTooLargeAnError) {
  EXPECT_TRUE(std::isnan(std::bit_cast<double>(bits_of({1, INFINITY}, "variance(v)", 2)[0])));
  EXPECT_EQ(testing::error_of([] {
              bits_of({1e200, 2e200}, "stddev(v)", 2);
            }),
            "stddev: squares of the values do not fit float64; divide the values first");
}

}  // namespace
}  // namespace penstock
