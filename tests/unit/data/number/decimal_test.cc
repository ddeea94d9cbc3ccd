#include "libcore/data/number/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "libcore/data/number/decimal_rounding.h"

namespace penstock {
namespace {

std::string text(int128_t value, int32_t scale) {
  std::string out;
  append_decimal(out, value, scale);
  return out;
}

// The value read back and printed; "none" when the text was refused.
std::string parsed(std::string_view in, int32_t precision, int32_t scale) {
  std::optional<int128_t> value = parse_decimal(in, precision, scale);
  return value ? text(*value, scale) : "none";
}

TEST(Decimal, PrintsAllDigitsOfTheScale) {
  EXPECT_EQ(text(1250, 2), "12.50");
  EXPECT_EQ(text(-1250, 2), "-12.50");
  EXPECT_EQ(text(5, 2), "0.05");
  EXPECT_EQ(text(-5, 2), "-0.05");
  EXPECT_EQ(text(0, 2), "0.00");
  EXPECT_EQ(text(0, 0), "0");
  EXPECT_EQ(text(-7, 0), "-7");
  EXPECT_EQ(text(123456789, 8), "1.23456789");
  EXPECT_EQ(text(123456789, 9), "0.123456789");
  EXPECT_EQ(text(1, 38), "0.00000000000000000000000000000000000001");
  int128_t most = power_of_ten(38) - 1;
  EXPECT_EQ(text(most, 0), std::string(38, '9'));
  EXPECT_EQ(text(-most, 38), "-0." + std::string(38, '9'));
  EXPECT_EQ(text(most, 1), std::string(37, '9') + ".9");
  // No decimal has these, but a damaged column may.
  int128_t largest = static_cast<int128_t>(~uint128_t{0} >> 1);
  EXPECT_EQ(text(largest, 0), "170141183460469231731687303715884105727");
  EXPECT_EQ(text(-largest - 1, 2), "-1701411834604692317316873037158841057.28");
}

TEST(Decimal, ParsesDigitsPointAndSign) {
  EXPECT_EQ(parsed("-12.50", 15, 2), "-12.50");
  EXPECT_EQ(parsed("+12.5", 15, 2), "12.50");
  EXPECT_EQ(parsed("12", 15, 2), "12.00");
  EXPECT_EQ(parsed(".5", 15, 2), "0.50");
  EXPECT_EQ(parsed("5.", 15, 2), "5.00");
  EXPECT_EQ(parsed("-.05", 15, 2), "-0.05");
  EXPECT_EQ(parsed("12.5000000", 15, 2), "12.50");
  EXPECT_EQ(parsed("0000000000000000000000000000000000000000000012.5", 4, 2), "12.50");
  EXPECT_EQ(parsed("0.000000000000000000000000000000000000000000000", 4, 2), "0.00");
  EXPECT_EQ(parsed("7", 1, 0), "7");
  EXPECT_EQ(parsed("7.0", 1, 0), "7");
  EXPECT_EQ(parsed("99999999999999999999999999999999999999", 38, 0), std::string(38, '9'));
  EXPECT_EQ(parsed("-0." + std::string(38, '9'), 38, 38), "-0." + std::string(38, '9'));
}

TEST(Decimal, RefusesWhatIsNoneOrDoesNotFit) {
  for (const char* bad :
       {"",    "-",   "+",     ".",     "-.",    "1e3",   "1,5", " 1",  "1 ",     "1.2.3",
        "--1", "+-1", "12.-5", "12.+5", "1a.50", "12.5a", "inf", "nan", "12..50", "0x10"}) {
    EXPECT_EQ(parsed(bad, 15, 2), "none") << bad;
  }
  EXPECT_EQ(parsed("12.505", 15, 2), "none");
  EXPECT_EQ(parsed("0.001", 15, 2), "none");
  EXPECT_EQ(parsed("100", 4, 2), "none");
  EXPECT_EQ(parsed("99.99", 4, 2), "99.99");
  EXPECT_EQ(parsed("100.00", 4, 2), "none");
  EXPECT_EQ(parsed("-100.00", 4, 2), "none");
  EXPECT_EQ(parsed("100000000000000000000000000000000000000", 38, 0), "none");
  EXPECT_EQ(parsed("1", 38, 38), "none");
  EXPECT_EQ(parsed("340282366920938463463374607431768211457", 38, 0), "none");
  EXPECT_EQ(parsed(std::string(400, '9'), 38, 0), "none");
}

TEST(Decimal, TextReadsBackAtEveryScale) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 50'000; ++i) {
    auto scale = static_cast<int32_t>(random() % 39);
    int128_t value =
        static_cast<int128_t>((uint128_t{random()} << 64) | random()) >> (random() % 127);
    if (!fits_precision(value, 38)) continue;
    std::string out = text(value, scale);
    ASSERT_EQ(parse_decimal(out, 38, scale), value) << out;
    if (scale > 0) {
      ASSERT_EQ(out.size() - out.find('.') - 1, static_cast<size_t>(scale));
    }
  }
}

TEST(Decimal, FitsPrecision) {
  EXPECT_TRUE(fits_precision(99, 2));
  EXPECT_TRUE(fits_precision(-99, 2));
  EXPECT_FALSE(fits_precision(100, 2));
  EXPECT_FALSE(fits_precision(-100, 2));
  EXPECT_TRUE(fits_precision(power_of_ten(38) - 1, 38));
  EXPECT_FALSE(fits_precision(power_of_ten(38), 38));
  EXPECT_FALSE(fits_precision(-power_of_ten(38), 38));
}

TEST(Decimal, RescaleRoundsHalfAwayFromZero) {
  EXPECT_EQ(rescale(125, 2, 1), 13);
  EXPECT_EQ(rescale(-125, 2, 1), -13);
  EXPECT_EQ(rescale(124, 2, 1), 12);
  EXPECT_EQ(rescale(-124, 2, 1), -12);
  EXPECT_EQ(rescale(49, 2, 0), 0);
  EXPECT_EQ(rescale(50, 2, 0), 1);
  EXPECT_EQ(rescale(7, 0, 3), 7000);
  EXPECT_EQ(rescale(7, 3, 3), 7);
  EXPECT_EQ(rescale(power_of_ten(38) - 1, 38, 0), 1);
  EXPECT_EQ(rescale(power_of_ten(38) - 1, 0, 1), std::nullopt);
  EXPECT_EQ(rescale(-2, 0, 38), std::nullopt);
  EXPECT_EQ(rescale(1, 0, 38), power_of_ten(38));
}

TEST(Decimal, ToDoubleIsNearest) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 50'000; ++i) {
    auto scale = static_cast<int32_t>(random() % 39);
    int128_t value =
        static_cast<int128_t>((uint128_t{random()} << 64) | random()) >> (random() % 127);
    ASSERT_EQ(to_double(value, scale), std::strtod(text(value, scale).c_str(), nullptr));
  }
}

TEST(DecimalRounding, FloatsStandForFifteenDigits) {
  EXPECT_EQ(decimal_from_double(12.5, 15, 2), 1250);
  EXPECT_EQ(decimal_from_double(0.125, 15, 2), 13);
  EXPECT_EQ(decimal_from_double(-0.125, 15, 2), -13);
  EXPECT_EQ(decimal_from_double(2.5, 15, 0), 3);
  EXPECT_EQ(decimal_from_double(-2.5, 15, 0), -3);
  // The double nearest to 1.005 lies below it, the one nearest to 8.345 above.
  EXPECT_EQ(decimal_from_double(1.005, 15, 2), 101);
  EXPECT_EQ(decimal_from_double(8.345, 15, 2), 835);
  EXPECT_EQ(decimal_from_double(0.49999999999999994, 15, 0), 1);
  EXPECT_EQ(decimal_from_double(5e-324, 38, 38), 0);
  EXPECT_EQ(decimal_from_double(1e22, 38, 0), power_of_ten(22));
  EXPECT_EQ(decimal_from_double(1e22, 38, 16), std::nullopt);
  EXPECT_EQ(decimal_from_double(12345678901234567.0, 38, 0), int128_t{12345678901234600});
  EXPECT_EQ(decimal_from_double(99.994, 4, 2), 9999);
  EXPECT_EQ(decimal_from_double(99.996, 4, 2), std::nullopt);
  EXPECT_EQ(decimal_from_double(1e38, 38, 0), std::nullopt);
  EXPECT_EQ(decimal_from_double(1e308, 38, 0), std::nullopt);
  EXPECT_EQ(decimal_from_double(std::nan(""), 38, 0), std::nullopt);
  EXPECT_EQ(decimal_from_double(-std::numeric_limits<double>::infinity(), 38, 0), std::nullopt);
  // 0.1 and 2.675 as float32, widened.
  EXPECT_EQ(decimal_from_double(0.1F, 38, 12, kFloat32Digits), 100000000000);
  EXPECT_EQ(decimal_from_double(2.675F, 38, 2, kFloat32Digits), 268);
}

// Against the digits that printf gives, rounded by hand.
TEST(DecimalRounding, AgreesWithThePrintedDigits) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    auto scale = static_cast<int32_t>(random() % 25);
    double value =
        std::ldexp(static_cast<double>(random() >> 11), -static_cast<int>(random() % 110));
    if (i % 2 == 0) value = (static_cast<double>(random() % 1000000) + 0.5) / std::pow(10, scale);
    char digits[64];
    std::snprintf(digits, sizeof digits, "%.15g", value);
    std::optional<DecimalReading> expected = read_decimal(digits, 38, scale);
    std::optional<int128_t> got = decimal_from_double(value, 38, scale);
    ASSERT_EQ(got.has_value(), expected.has_value()) << digits << " at " << scale;
    if (!got) continue;
    ASSERT_EQ(*got, expected->value) << digits << " at " << scale;
    ASSERT_EQ(round_at_places(value, scale), to_double(*got, scale)) << digits << " at " << scale;
  }
}

TEST(DecimalRounding, Places) {
  EXPECT_EQ(round_at_places(2.675, 2), 2.68);
  EXPECT_EQ(round_at_places(2.5, 0), 3);
  EXPECT_EQ(round_at_places(-1250, -2), -1300);
  EXPECT_EQ(cut_at_places(2.9999999999999996, 2), 3);
  EXPECT_EQ(cut_at_places(-2.679, 2), -2.67);
  EXPECT_EQ(round_at_places(0.1 + 0.2, 30), 0.3);
  EXPECT_EQ(round_at_places(1e308, -400), 0);
  EXPECT_EQ(round_at_places(1.7e308, -308), HUGE_VAL);
  EXPECT_FALSE(std::signbit(round_at_places(-0.001, 2)));
  EXPECT_EQ(round_at_places(-HUGE_VAL, 2), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(round_at_places(std::nan(""), 2)));
  EXPECT_EQ(round_at_places(5e-324, INT64_MAX), 5e-324);
}

TEST(DecimalRounding, ReadsNumbers) {
  auto read = [](std::string_view in, int32_t precision, int32_t scale) -> std::string {
    std::optional<DecimalReading> reading = read_decimal(in, precision, scale);
    if (!reading) return "none";
    return text(reading->value, scale) + (reading->exact ? "" : "~");
  };
  EXPECT_EQ(read("1e-5", 10, 5), "0.00001");
  EXPECT_EQ(read("-.5E+1", 3, 1), "-5.0");
  EXPECT_EQ(read("1.005", 9, 2), "1.01~");
  EXPECT_EQ(read("0.0049", 9, 2), "0.00~");
  EXPECT_EQ(read("0.005", 9, 2), "0.01~");
  EXPECT_EQ(read("99.995", 4, 2), "none");
  EXPECT_EQ(read("0e99999999999999999999", 4, 2), "0.00");
  EXPECT_EQ(read("1e99999999999999999999", 4, 2), "none");
  EXPECT_EQ(read("1e-99999999999999999999", 4, 2), "0.00~");
  EXPECT_EQ(read("000123.4500", 5, 2), "123.45");
  EXPECT_EQ(read("99999999999999999999999999999999999999", 38, 0),
            "99999999999999999999999999999999999999");
  EXPECT_EQ(read("99999999999999999999999999999999999999.5", 38, 0), "none");
  for (const char* wrong : {"", ".", "-", "1e", "1e+", "e5", "1.2.3", "0x1", "1_0", "nan", " 1"}) {
    EXPECT_EQ(read(wrong, 38, 2), "none") << wrong;
  }
}

std::string text256(std::string_view in, int32_t precision, int32_t scale) {
  uint8_t bytes[32];
  if (!parse_decimal256(in, precision, scale, bytes)) return "none";
  std::string out;
  append_decimal256(out, bytes, scale);
  return out;
}

TEST(Decimal256, TextReadsBack) {
  EXPECT_EQ(text256("0", 76, 0), "0");
  EXPECT_EQ(text256("-12.5", 40, 2), "-12.50");
  EXPECT_EQ(text256("0.00", 40, 2), "0.00");
  EXPECT_EQ(text256("-0.01", 40, 2), "-0.01");
  EXPECT_EQ(text256(std::string(76, '9'), 76, 0), std::string(76, '9'));
  EXPECT_EQ(text256("-" + std::string(75, '9') + ".9", 76, 1), "-" + std::string(75, '9') + ".9");
  EXPECT_EQ(text256("0." + std::string(75, '0') + "1", 76, 76), "0." + std::string(75, '0') + "1");
  EXPECT_EQ(text256("10000000000000000000", 76, 0), "10000000000000000000");
  EXPECT_EQ(text256("10000000000000000000000000000000000000", 76, 3),
            "10000000000000000000000000000000000000.000");
}

TEST(Decimal256, RefusesWhatDoesNotFit) {
  EXPECT_EQ(text256(std::string(77, '9'), 76, 0), "none");
  EXPECT_EQ(text256("1", 2, 2), "none");
  EXPECT_EQ(text256("0.001", 10, 2), "none");
  EXPECT_EQ(text256("", 10, 2), "none");
  EXPECT_EQ(text256("-", 10, 2), "none");
  EXPECT_EQ(text256(".", 10, 2), "none");
  EXPECT_EQ(text256("1..2", 10, 2), "none");
  EXPECT_EQ(text256("1e5", 10, 2), "none");
}

std::string narrowed(std::string_view in, int32_t from, int32_t precision, int32_t scale) {
  uint8_t bytes[32];
  if (!parse_decimal256(in, 76, from, bytes)) return "none";
  std::optional<int128_t> value = narrow_decimal256(bytes, from, precision, scale);
  if (!value) return "does not fit";
  std::string out;
  append_decimal(out, *value, scale);
  return out;
}

TEST(Decimal256, NarrowsHalfAwayFromZero) {
  EXPECT_EQ(narrowed("1.005", 3, 38, 2), "1.01");
  EXPECT_EQ(narrowed("-1.005", 3, 38, 2), "-1.01");
  EXPECT_EQ(narrowed("-1.00499999999999999999999999999999999999999999", 44, 38, 2), "-1.00");
  EXPECT_EQ(narrowed("1.00500000000000000000000000000000000000000001", 44, 38, 2), "1.01");
  EXPECT_EQ(narrowed("99999999999999999999999999999999999999.4", 1, 38, 0),
            "99999999999999999999999999999999999999");
  EXPECT_EQ(narrowed("99999999999999999999999999999999999999.5", 1, 38, 0), "does not fit");
  EXPECT_EQ(narrowed("999.99", 2, 4, 1), "does not fit");
  EXPECT_EQ(narrowed("5", 0, 4, 3), "5.000");
  EXPECT_EQ(narrowed("50", 0, 4, 3), "does not fit");
  EXPECT_EQ(narrowed("7", 0, 38, 38), "does not fit");
  EXPECT_EQ(narrowed("0." + std::string(75, '0') + "5", 76, 38, 38), "0." + std::string(38, '0'));
}

// What fits 128 bits is rounded as decimals are.
TEST(Decimal256, NarrowsAsDecimalsDo) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 1000; ++i) {
    int128_t value = static_cast<int128_t>(random()) * static_cast<int64_t>(random() >> 6);
    auto from = static_cast<int32_t>(random() % 38);
    auto to = static_cast<int32_t>(random() % 38);
    std::string text;
    append_decimal(text, value, from);
    std::optional<int128_t> wanted = rescale(value, from, to);
    if (wanted && !fits_precision(*wanted, 38)) wanted.reset();
    std::string shown = "does not fit";
    if (wanted) append_decimal(shown = "", *wanted, to);
    EXPECT_EQ(narrowed(text, from, 38, to), shown) << text << " to " << to;
  }
}

TEST(Decimal256, PrintsTheLeastValue) {
  uint8_t bytes[32] = {};
  bytes[31] = 0x80;
  std::string out;
  append_decimal256(out, bytes, 0);
  EXPECT_EQ(out, "-57896044618658097711785492504343953926634992332820282019728792003956564819968");
}

}  // namespace
}  // namespace penstock
