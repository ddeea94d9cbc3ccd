#include "libcore/keys/decimal_scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "libcore/data/builder.h"

namespace penstock {
namespace {

ColumnPtr floats(const std::vector<std::optional<double>>& values) {
  FixedBuilder<double> builder;
  for (const std::optional<double>& value : values) {
    if (value) {
      builder.append(*value);
    } else {
      builder.append_null();
    }
  }
  return builder.finish(float64_type());
}

DecimalScale scale_of(const std::vector<std::optional<double>>& values) {
  DecimalScale scale;
  scale.observe(*floats(values));
  return scale;
}

TEST(DecimalScale, TakesTheFewestDigitsThatAllValuesNeed) {
  DecimalScale scale = scale_of({3.0, 0.25, std::nullopt, -7.5, 60.1});
  ASSERT_TRUE(scale.fits());
  EXPECT_EQ(scale.whole(60.1), 6010);
  EXPECT_EQ(scale.least(), -750);
  EXPECT_EQ(scale.greatest(), 6010);
  scale.observe(*floats({0.001}));
  ASSERT_TRUE(scale.fits());
  EXPECT_EQ(scale.whole(60.1), 60100);
  EXPECT_EQ(scale.whole(-0.0), 0);
}

TEST(DecimalScale, RefusesWhatIsNotADecimalNumber) {
  const double infinite = std::numeric_limits<double>::infinity();
  for (double value : {1.0 / 3, 0.1 + 0.2, std::nan(""), infinite, -infinite, 1e-10, 5e-324, 1e300,
                       -1e300, 1125899906842624.0, -1125899906842624.0, 9007199254740993.0}) {
    EXPECT_FALSE(scale_of({1.5, value}).fits()) << value;
    EXPECT_FALSE(scale_of({value}).fits()) << value;
  }
  // Each has its digits, but both together need too large numbers.
  EXPECT_TRUE(scale_of({1e12}).fits());
  EXPECT_TRUE(scale_of({1e-6}).fits());
  EXPECT_FALSE(scale_of({1e12, 1e-6}).fits());
  EXPECT_FALSE(scale_of({1e-6, -1e12}).fits());
}

TEST(DecimalScale, MergesWhatOthersObserved) {
  const std::vector<std::vector<std::optional<double>>> parts{
      {}, {std::nullopt}, {3.0, -2.5}, {0.125}, {1e12}, {1e-6, -1.0}, {1.0 / 3}};
  for (const auto& first : parts) {
    for (const auto& second : parts) {
      DecimalScale merged = scale_of(first);
      merged.merge(scale_of(second));
      std::vector<std::optional<double>> all = first;
      all.insert(all.end(), second.begin(), second.end());
      const DecimalScale together = scale_of(all);
      ASSERT_EQ(merged.fits(), together.fits());
      if (!together.fits()) continue;
      EXPECT_EQ(merged.least(), together.least());
      EXPECT_EQ(merged.greatest(), together.greatest());
      EXPECT_EQ(merged.whole(8.0), together.whole(8.0));
    }
  }
}

TEST(DecimalScale, ItsLimits) {
  EXPECT_TRUE(scale_of({1125899906842623.0}).fits());
  EXPECT_TRUE(scale_of({1e-9}).fits());
  EXPECT_TRUE(scale_of({std::nullopt}).fits());
  EXPECT_TRUE(scale_of({}).fits());
}

// Neighbours in the order of the values are neighbours in that of the numbers.
TEST(DecimalScale, KeepsTheOrderOfAllDecimalNumbers) {
  std::mt19937_64 random(7);
  for (int digits = 0; digits <= DecimalScale::kMostDigits; ++digits) {
    const double power = std::pow(10.0, digits);
    std::uniform_int_distribution<int64_t> wholes(-(int64_t{1} << 50) + 1, (int64_t{1} << 50) - 1);
    for (int round = 0; round < 200; ++round) {
      const int64_t whole = round < 100 ? wholes(random) : wholes(random) >> (round % 50);
      std::vector<std::optional<double>> values;
      for (int64_t near = -2; near <= 2; ++near)
        values.emplace_back(static_cast<double>(whole + near) / power);
      const DecimalScale scale = scale_of(values);
      if (!scale.fits()) continue;
      for (size_t i = 1; i < values.size(); ++i) {
        EXPECT_EQ(scale.whole(*values[i - 1]) < scale.whole(*values[i]),
                  *values[i - 1] < *values[i]);
      }
    }
  }
}

// What lies in the place of a null says nothing.
TEST(DecimalScale, NullsDoNotCount) {
  const std::vector<double> values{1.5, 1.0 / 3, std::nan(""), 2.25};
  MutableBuffer bytes;
  for (double value : values)
    bytes.push(value);
  MutableBuffer validity;
  validity.push(uint8_t{0b1001});
  const ColumnPtr column = make_column(float64_type(), 4, bytes.freeze(), validity.freeze());
  DecimalScale scale;
  scale.observe(*column);
  ASSERT_TRUE(scale.fits());
  EXPECT_EQ(scale.least(), 150);
  EXPECT_EQ(scale.greatest(), 225);
}

}  // namespace
}  // namespace penstock
