#include "libcore/text/csv/value_style.h"

#include <gtest/gtest.h>

#include "tests/unit/text/csv/test_input.h"

namespace penstock {
namespace {

ValueStyle german() {
  ValueStyle style;
  style.decimal_comma = true;
  style.thousands = ".";
  return style;
}

std::string usual(const ValueStyle& style, std::string_view text) {
  std::string scratch;
  return std::string(style.usual_number(text, scratch).value_or("none"));
}

TEST(ValueStyle, UsualNumbers) {
  const ValueStyle style = german();
  EXPECT_EQ(usual(style, "1.234.567,89"), "1234567.89");
  EXPECT_EQ(usual(style, "-1234567,89"), "-1234567.89");
  EXPECT_EQ(usual(style, "1.234e5"), "1234e5");
  EXPECT_EQ(usual(style, ",5"), ".5");
  EXPECT_EQ(usual(style, "NaN"), "NaN");
  EXPECT_EQ(usual(style, "-inf"), "-inf");
  for (std::string_view text : {"1.23", "1234.567", "1.2345", ".123", "0.123", "1,2.3", "1,234.567",
                                "1..234", "1.234.", "1,2,3"}) {
    EXPECT_EQ(usual(style, text), "none") << text;
  }
  ValueStyle narrow;
  narrow.thousands = "\xE2\x80\xAF";
  EXPECT_EQ(usual(narrow,
                  "12\xE2\x80\xAF"
                  "345.5"),
            "12345.5");
  EXPECT_EQ(usual(narrow, "12,5"), "none");
}

TEST(ValueStyle, GuessAndReadingAgree) {
  CsvReadOptions options;
  options.delimiter = ";";
  options.style = german();
  EXPECT_EQ(schema_of("a;b;c;d\n1.234;1,5;007;1.5\n2;2;1;2\n", options),
            "a: int64, b: float64, c: utf8, d: utf8");
  EXPECT_EQ(read_rows("a;b\n1.234;-1.234,5\n;NaN\n", options),
            (std::vector<TextRow>{{"1234", "-1234.5"}, {std::nullopt, "nan"}}));
  options.decimals = true;
  EXPECT_EQ(schema_of("a\n1.234,50\n", options), "a: decimal128(18,2)");
  options.decimals = false;
  options.types = {{"a", int64_type()}};
  EXPECT_EQ(error_of("a\n12.5\n", options),
            "t.csv:2: column 'a': '12.5' is not an integer; use --types a=text or --on-error=null");
  EXPECT_EQ(error_of("a\n12,5\n", options),
            "t.csv:2: column 'a': '12,5' is not an integer; use --types a=float64 or "
            "--on-error=null");
}

TEST(ValueStyle, Nulls) {
  ValueStyle style;
  EXPECT_TRUE(style.is_null(""));
  EXPECT_FALSE(style.is_null("NA"));
  style.nulls = {"NA", "-"};
  EXPECT_TRUE(style.is_null("NA"));
  EXPECT_FALSE(style.is_null("na"));
  EXPECT_FALSE(style.nulls_may_be_values());
  style.nulls.emplace_back("-9");
  EXPECT_TRUE(style.nulls_may_be_values());
}

}  // namespace
}  // namespace penstock
