// What PostgreSQL 15 gives (libcore/expr/number/pattern.cc, libcore/expr/number/pattern_write.cc,
// libcore/expr/number/pattern_read.cc and libcore/expr/number/functions.cc); the kind
// number_patterns of tests/generated asks it for many more.
#include "libcore/expr/number/pattern.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

std::string number_text(const std::string& call) {
  std::string text = eval(call);
  if (text.starts_with("'")) text = text.substr(1, text.size() - 2);
  return text;
}
std::string number_error(const std::string& call) {
  constexpr std::string_view kError = "error: ";
  const std::string text = typed(call, make_batch({{"a", "int64", {"1"}}}));
  return text.starts_with(kError) ? text.substr(kError.size()) : text;
}

TEST(NumberPattern, PlacesDigitsSignsAndCommas) {
  EXPECT_EQ(number_text("to_char(485, '9,999')"), "   485");
  EXPECT_EQ(number_text("to_char(1485, '9,999')"), " 1,485");
  EXPECT_EQ(number_text("to_char(-1234.5, '9G999D99')"), "-1,234.50");
  EXPECT_EQ(number_text("to_char(12.5, 'FM999.00')"), "12.50");
  EXPECT_EQ(number_text("to_char(12.5, 'FM999.99')"), "12.5");
  EXPECT_EQ(number_text("to_char(-0.1, '99.99')"), "  -.10");
  EXPECT_EQ(number_text("to_char(-0.1, 'FM9.99')"), "-.1");
  EXPECT_EQ(number_text("to_char(0.1, '0.9')"), " 0.1");
  EXPECT_EQ(number_text("to_char(12, '9990999.9')"), "    0012.0");
  EXPECT_EQ(number_text("to_char(-485, '999S')"), "485-");
  EXPECT_EQ(number_text("to_char(-485, 'SG999')"), "-485");
  EXPECT_EQ(number_text("to_char(-485, '9SG99')"), "4-85");
  EXPECT_EQ(number_text("to_char(485, 'PL999')"), "+ 485");
  EXPECT_EQ(number_text("to_char(-485, '999MI')"), "485-");
  EXPECT_EQ(number_text("to_char(-485, '999PR')"), "<485>");
  EXPECT_EQ(number_text("to_char(485, '\"Good number:\"999')"), "Good number: 485");
}

TEST(NumberPattern, WritesOrdinalsRomansExponentsAndShifts) {
  EXPECT_EQ(number_text("to_char(482, '999th')"), " 482nd");
  EXPECT_EQ(number_text("to_char(11, '99TH')"), " 11TH");
  EXPECT_EQ(number_text("to_char(485, 'RN')"), "        CDLXXXV");
  EXPECT_EQ(number_text("to_char(5.2, 'FMrn')"), "v");
  EXPECT_EQ(number_text("to_char(4000, 'FMRN')"), "###############");
  EXPECT_EQ(number_text("to_char(0.0004859, '9.99EEEE')"), " 4.86e-04");
  EXPECT_EQ(number_text("to_char(-12.5::float64, '9.9EEEE')"), "-1.2e+01");
  EXPECT_EQ(number_text("to_char(12.45, '99V9')"), " 125");
  EXPECT_EQ(number_text("to_char(12, '99V999')"), " 12000");
}

TEST(NumberPattern, ShowsWhatDoesNotFitAsSigns) {
  EXPECT_EQ(number_text("to_char(123, '99')"), " ##");
  EXPECT_EQ(number_text("to_char(123.4, '99.9')"), " ##.#");
  EXPECT_EQ(number_text("to_char('NaN'::float64, '9.9EEEE')"), " #.#####");
  EXPECT_EQ(number_text("to_char(123456789012345.678::float64, '999999999999999.999')"),
            " 123456789012346");
}

TEST(NumberPattern, ReadsNumbers) {
  EXPECT_EQ(number_text("to_number('12,454.8-', '99G999D9S')"), "-12454.8");
  EXPECT_EQ(number_text("to_number('$1,234.50', 'L9,999.99')"), "1234.50");
  EXPECT_EQ(number_text("to_number('<123>', '999PR')"), "-123");
  EXPECT_EQ(number_text("to_number('1a2', '999')"), "12");
  EXPECT_EQ(number_text("to_number('123', '99V9')"), "12.3");
  EXPECT_EQ(number_text("to_number('12', '')"), "null");
}

TEST(NumberPattern, RefusesWhatPostgresRefuses) {
  EXPECT_EQ(number_error("to_char(1, '9.9.9')"), "the pattern has two points");
  EXPECT_EQ(number_error("to_char(1, '9.9V9')"), "V cannot stand beside a point");
  EXPECT_EQ(number_error("to_char(1, '9V9.9')"), "V cannot stand beside a point");
  EXPECT_EQ(number_error("to_char(1, 'S9S')"), "the pattern has S twice");
  EXPECT_EQ(number_error("to_char(1, 'MI9S')"), "S cannot stand beside MI, PL, SG or PR");
  EXPECT_EQ(number_error("to_char(1, 'S9PL')"), "S cannot stand beside MI, PL or SG");
  EXPECT_EQ(number_error("to_char(1, 'SG9PR')"), "PR cannot stand beside S, MI, PL or SG");
  EXPECT_EQ(number_error("to_char(1, 'PR9')"), "PR must come behind all digits");
  EXPECT_EQ(number_error("to_char(1, '9EEEE9')"), "EEEE must be the last of the pattern");
  EXPECT_EQ(number_error("to_char(1, 'FM9EEEE')"), "EEEE can stand beside digits and a point only");
  EXPECT_EQ(number_error("to_char(1, a::text)"), "the pattern must be a constant");
  EXPECT_EQ(number_error("to_number('5', 'RN')"), "to_number does not read RN and EEEE");
  EXPECT_EQ(number_error("to_number('x', '99')"),
            "'x' does not have the form of the pattern: there is no number");
  EXPECT_EQ(number_error("to_number('1', repeat('9', 39))"),
            "the pattern has 39 digits; a decimal has at most 38");
  EXPECT_EQ(number_text("to_number('1', repeat('9', 38))"), "1");
  EXPECT_EQ(number_error("to_char(9223372036854775807, '9V9')"),
            "a number of V's digits is beyond int64");
}

}  // namespace
}  // namespace penstock
