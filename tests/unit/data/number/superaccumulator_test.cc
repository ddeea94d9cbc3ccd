#include "libcore/data/number/superaccumulator.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/data/exact_reference.h"

namespace penstock {
namespace {

using testing::exact_sum;
using testing::mixed_values;
using Limits = std::numeric_limits<double>;

Superaccumulator sum_of(const std::vector<double>& values) {
  Superaccumulator sum;
  for (double value : values)
    sum.add(value);
  return sum;
}

bool same_bits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}

TEST(Superaccumulator, RoundsOnceAndTiesToEven) {
  EXPECT_EQ(sum_of({1e100, 1, -1e100}).rounded(), 1);
  EXPECT_EQ(sum_of({1, 0x1p-53}).rounded(), 1);
  EXPECT_EQ(sum_of({1, 0x1p-53, 0x1p-1074}).rounded(), 1 + 0x1p-52);
  EXPECT_EQ(sum_of({1 + 0x1p-52, 0x1p-53}).rounded(), 1 + 0x1p-51);
  EXPECT_EQ(sum_of({-1, -0x1p-53, -0x1p-200}).rounded(), -1 - 0x1p-52);
  EXPECT_EQ(sum_of({0.1, 0.2, 0.3, -0.6}).rounded(), exact_sum({0.1, 0.2, 0.3, -0.6}));
}

TEST(Superaccumulator, EndsOfTheRange) {
  EXPECT_TRUE(same_bits(sum_of({}).rounded(), 0.0));
  EXPECT_TRUE(same_bits(sum_of({-0.0}).rounded(), 0.0));
  EXPECT_EQ(sum_of({Limits::denorm_min(), Limits::denorm_min()}).rounded(), 0x1p-1073);
  EXPECT_EQ(sum_of({Limits::min(), -Limits::denorm_min()}).rounded(), Limits::min() - 0x1p-1074);
  EXPECT_EQ(sum_of({Limits::max(), Limits::max(), -Limits::max()}).rounded(), Limits::max());
  EXPECT_EQ(sum_of({Limits::max(), Limits::max()}).rounded(), Limits::infinity());
  EXPECT_EQ(sum_of({Limits::max(), 0x1p969}).rounded(), Limits::max());
  EXPECT_EQ(sum_of({Limits::max(), 0x1p970}).rounded(), Limits::infinity());
}

TEST(Superaccumulator, InfinitiesAndNan) {
  EXPECT_EQ(sum_of({1, -Limits::infinity(), 5}).rounded(), -Limits::infinity());
  EXPECT_TRUE(std::isnan(sum_of({Limits::infinity(), -Limits::infinity()}).rounded()));
  EXPECT_TRUE(std::isnan(sum_of({1, Limits::quiet_NaN()}).rounded()));
}

TEST(Superaccumulator, AgreesWithWholeNumbers) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    int bits = std::vector<int>{0, 10, 60, 200, 1900}[random() % 5];
    std::vector<double> values = mixed_values(random, random() % 200, bits);
    Superaccumulator sum = sum_of(values);
    double expected = exact_sum(values);
    ASSERT_TRUE(same_bits(sum.rounded(), expected)) << round;
    // Its terms are the same sum, and so is that of two halves.
    ASSERT_TRUE(same_bits(sum_of(sum.terms()).rounded(), expected)) << round;
    size_t cut = values.size() / 3;
    Superaccumulator left = sum_of({values.begin(), values.begin() + static_cast<long>(cut)});
    left.add(sum_of({values.begin() + static_cast<long>(cut), values.end()}));
    ASSERT_TRUE(same_bits(left.rounded(), expected)) << round;
  }
}

TEST(Superaccumulator, WholeNumbersWithAnExponent) {
  Superaccumulator sum;
  int128_t large = (static_cast<int128_t>(1) << 126) + 1;
  sum.add(large, -1074);
  sum.add(-large, 700);
  sum.add(large, 700);
  EXPECT_EQ(sum.terms(), (std::vector<double>{0x1p-948, 0x1p-1074}));
}

TEST(Superaccumulator, TermsOfWhatIsBeyondAllDoubles) {
  Superaccumulator sum = sum_of({Limits::max(), Limits::max(), 1});
  EXPECT_EQ(sum.terms(), (std::vector<double>{Limits::max(), Limits::max(), 1}));
  EXPECT_EQ(sum_of({1, Limits::infinity()}).terms(), (std::vector<double>{Limits::infinity(), 1}));
}

}  // namespace
}  // namespace penstock
