#include "libcore/base/number_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace penstock {
namespace {

std::string text(double value) {
  char out[kFloatTextBytes];
  return {out, write_float64(out, value)};
}

std::string text32(float value) {
  char out[kFloatTextBytes];
  return {out, write_float32(out, value)};
}

TEST(NumberText, Integers) {
  char out[kIntegerTextBytes];
  EXPECT_EQ(std::string(out, write_int64(out, std::numeric_limits<int64_t>::min())),
            "-9223372036854775808");
  EXPECT_EQ(std::string(out, write_uint64(out, std::numeric_limits<uint64_t>::max())),
            "18446744073709551615");
  EXPECT_EQ(std::string(out, write_int64(out, 0)), "0");
}

TEST(NumberText, FloatsAreShortest) {
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(17), "17");
  EXPECT_EQ(text(-12.50), "-12.5");
  EXPECT_EQ(text(0.29), "0.29");
  EXPECT_EQ(text(100000), "100000");
  EXPECT_EQ(text(123456.000001), "123456.000001");
  EXPECT_EQ(text(0.0001), "0.0001");
  EXPECT_EQ(text(0.00001), "1e-05");
  EXPECT_EQ(text(9999999999999998.0), "9999999999999998");
  EXPECT_EQ(text(1e16), "1e+16");
  EXPECT_EQ(text(1e300), "1e+300");
  EXPECT_EQ(text(5e-324), "5e-324");
  EXPECT_EQ(text(0.0), "0");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(text(std::nan("")), "nan");
  EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "-inf");
  EXPECT_EQ(text(-std::numeric_limits<double>::max()), "-1.7976931348623157e+308");
  EXPECT_EQ(text32(0.1F), "0.1");
  EXPECT_EQ(text32(3.4028235e38F), "3.4028235e+38");
}

// Whatever way a value takes, its text has the digits of to_chars and reads back as it.
TEST(NumberText, AgreesWithToChars) {
  std::mt19937_64 random(1);
  auto expect_same = [](double value) {
    if (!std::isfinite(value)) return;
    std::string ours = text(value);
    double back = 0;
    std::from_chars(ours.data(), ours.data() + ours.size(), back);
    ASSERT_EQ(std::bit_cast<uint64_t>(back), std::bit_cast<uint64_t>(value)) << ours;
    char out[400];
    auto format =
        ours.find('e') == ours.npos ? std::chars_format::fixed : std::chars_format::scientific;
    ASSERT_EQ(ours, std::string(out, std::to_chars(out, out + 400, value, format).ptr));
  };
  for (int i = 0; i < 300'000; ++i) {
    auto bits = random();
    expect_same(std::bit_cast<double>(bits));
    auto digits = static_cast<double>(static_cast<int64_t>(bits >> (bits & 63)));
    expect_same(digits / 100);
    expect_same(-digits / 1e6);
    expect_same(digits / 1e6 + 1e-9);
    expect_same(std::nextafter(digits / 100, 0));
    expect_same(std::nextafter(digits / 100, 1e300));
  }
}

}  // namespace
}  // namespace penstock
