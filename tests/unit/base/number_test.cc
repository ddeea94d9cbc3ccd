#include "libcore/base/number.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace penstock {
namespace {

TEST(ParseInteger, TakesWhatFits) {
  EXPECT_EQ(parse_int64("0"), 0);
  EXPECT_EQ(parse_int64("-0"), 0);
  EXPECT_EQ(parse_int64("+7"), 7);
  EXPECT_EQ(parse_int64("007"), 7);
  EXPECT_EQ(parse_int64("12345678"), 12345678);
  EXPECT_EQ(parse_int64("-1234567890123456"), -1234567890123456);
  EXPECT_EQ(parse_int64("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_int64("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(parse_int64("000000000000000000000000000042"), 42);
  EXPECT_EQ(parse_uint64("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parse_uint64("9999999999999999999"), 9999999999999999999U);
}

TEST(ParseInteger, RefusesAllElse) {
  for (const char* text :
       {"", "-", "+", "+-1", "--1", "++1", " 1", "1 ", "1.0", "1e3", "0x10", "12345a78", "1234567/",
        "1234567:", "12345678901234567-", "9223372036854775808", "-9223372036854775809",
        "99999999999999999999999"}) {
    EXPECT_FALSE(parse_int64(text)) << text;
  }
  EXPECT_FALSE(parse_uint64("-1"));
  EXPECT_FALSE(parse_uint64("-0"));
  EXPECT_FALSE(parse_uint64("18446744073709551616"));
  EXPECT_FALSE(parse_int64(std::string_view("12\0", 3)));
}

TEST(ParseInteger, RefusesAnyOtherByteAnywhere) {
  const std::string digits = "1234567890123456";
  for (size_t i = 0; i < digits.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      if (byte >= '0' && byte <= '9') continue;
      if (i == 0 && (byte == '-' || byte == '+')) continue;
      std::string text = digits;
      text[i] = static_cast<char>(byte);
      ASSERT_FALSE(parse_int64(text)) << text;
    }
  }
}

TEST(ParseInteger, AgreesWithToChars) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    auto value = static_cast<int64_t>(random()) >> (random() & 63);
    ASSERT_EQ(parse_int64(std::to_string(value)), value);
    auto size = static_cast<uint64_t>(value);
    ASSERT_EQ(parse_uint64(std::to_string(size)), size);
  }
}

void expect_as_strtod(const std::string& text) {
  std::optional<double> value = parse_float64(text);
  ASSERT_TRUE(value) << text;
  EXPECT_EQ(std::bit_cast<uint64_t>(*value),
            std::bit_cast<uint64_t>(std::strtod(text.c_str(), nullptr)))
      << text;
}

TEST(ParseFloat, TakesDecimalAndScientificNotation) {
  for (const char* text : {"0",
                           "-0",
                           "0.0",
                           "-0.0",
                           ".5",
                           "5.",
                           "-.5",
                           "17",
                           "0.1",
                           "1e3",
                           "1E3",
                           "1e+3",
                           "1e-3",
                           "1.5e22",
                           "9007199254740993",
                           "9007199254740992e22",
                           "123456789012345678",
                           "0.000000000000000000001",
                           "1e23",
                           "8.5e-23",
                           "179769313486231570e291",
                           "2.2250738585072014e-308",
                           "5e-324",
                           "0.1000000000000000055511151231257827",
                           "1.0000000000000000000000000000000000000000000001",
                           "000000000000000000000000000000001.5",
                           "0e999",
                           "1e0000000000000000000000003"}) {
    expect_as_strtod(text);
  }
  EXPECT_EQ(parse_float64("+1.5"), 1.5);
}

TEST(ParseFloat, TakesSpecialsInAnyCase) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(parse_float64("inf"), kInfinity);
  EXPECT_EQ(parse_float64("-Infinity"), -kInfinity);
  EXPECT_EQ(parse_float64("+INF"), kInfinity);
  EXPECT_TRUE(std::isnan(parse_float64("NaN").value()));
  EXPECT_TRUE(std::isnan(parse_float64("-nan").value()));
}

TEST(ParseFloat, RefusesAllElse) {
  for (const char* text : {"",      "-",   "+",     ".",   "-.",   "e5",    ".e5",    "1e",
                           "1e+",   "1e-", "1.2.3", " 1",  "1 ",   "0x1p3", "nan(1)", "nan()",
                           "infin", "1,5", "--1",   "+-1", "1e5x", "1f",    "1ee5"}) {
    EXPECT_FALSE(parse_float64(text)) << text;
    EXPECT_FALSE(parse_float32(text)) << text;
  }
}

TEST(ParseFloat, TooLargeIsEmptyAndTooSmallIsZero) {
  for (const char* text : {"1e309", "-1e309", "1.8e308", "1e5000", "1e99999999999999999999"}) {
    EXPECT_FALSE(parse_float64(text)) << text;
  }
  EXPECT_FALSE(parse_float64(std::string(400, '9')));
  EXPECT_FALSE(parse_float64("0" + std::string(400, '9') + "e0"));
  EXPECT_FALSE(parse_float64("0." + std::string(400, '0') + "1e800"));
  std::string tiny = "0." + std::string(5000, '0') + "1";
  for (const std::string& text :
       {std::string("1e-400"), std::string("1e-5000"), tiny, std::string("1e-99999999999999999999"),
        "1" + std::string(400, '0') + "e-800"}) {
    std::optional<double> value = parse_float64(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(std::bit_cast<uint64_t>(*value), 0U) << text;
    value = parse_float64("-" + text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(std::bit_cast<uint64_t>(*value), std::bit_cast<uint64_t>(-0.0)) << text;
  }
  EXPECT_FALSE(parse_float32("1e39"));
  EXPECT_EQ(parse_float32("1e-60"), 0.0F);
  EXPECT_EQ(parse_float32("3.4028235e38"), std::numeric_limits<float>::max());
  EXPECT_EQ(parse_float32("16777217"), 16777216.0F);
}

TEST(ParseFloat, IsTheNearestDoubleWhateverTheWay) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 200'000; ++i) {
    uint64_t digits = random() >> (random() & 63);
    std::string text = std::to_string(digits);
    size_t point = random() % (text.size() + 1);
    text.insert(point, ".");
    expect_as_strtod(text);
    expect_as_strtod("-" + text + "e" + std::to_string(static_cast<int>(random() % 60) - 30));
  }
}

TEST(ParseSize, TakesPowersOf1024) {
  EXPECT_EQ(parse_size("0"), 0);
  EXPECT_EQ(parse_size("100"), 100);
  EXPECT_EQ(parse_size("100B"), 100);
  EXPECT_EQ(parse_size("2K"), 2048);
  EXPECT_EQ(parse_size("2k"), 2048);
  EXPECT_EQ(parse_size("3MiB"), int64_t{3} << 20);
  EXPECT_EQ(parse_size("4GB"), int64_t{4} << 30);
  EXPECT_EQ(parse_size("1T"), int64_t{1} << 40);
  EXPECT_EQ(parse_size("8388607T"), int64_t{8388607} << 40);
}

TEST(ParseSize, RefusesAllElse) {
  for (const char* text : {"", "K", "B", "iB", "-1", "+1", "1.5G", "1X", "1KK", "1 K", "8388608T",
                           "5iB", "9223372036854775808"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

}  // namespace
}  // namespace penstock
