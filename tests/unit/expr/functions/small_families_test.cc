// bits, similar texts, try_cast.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(Bits, ShiftsStayWithinAnInteger) {
  EXPECT_EQ(eval("1 << 63"), "-9223372036854775808");
  EXPECT_EQ(eval("-1 >> 63"), "-1");
  EXPECT_EQ(eval("1 << 64"), "error: bits are shifted by 0 to 63 places, not by 64");
  EXPECT_EQ(eval("1 >> -1"), "error: bits are shifted by 0 to 63 places, not by -1");
  EXPECT_EQ(eval("(x & 12) | (x # 5)", make_batch({{"x", "int32", {"10", "null", "-1"}}})),
            "15 null -2");
}

TEST(WidthBucket, CountsFromEitherEnd) {
  auto bucket = [](const std::string& value) {
    return eval("width_bucket(" + value + ", 0, 10, 5)");
  };
  EXPECT_EQ(bucket("-0.1"), "0");
  EXPECT_EQ(bucket("0"), "1");
  EXPECT_EQ(bucket("9.99"), "5");
  EXPECT_EQ(bucket("10"), "6");
  EXPECT_EQ(eval("width_bucket(3, 10, 0, 5)"), "4");
  EXPECT_EQ(eval("width_bucket(0, -1e308, 1e308, 10)"), "6");
  EXPECT_EQ(eval("width_bucket(1, 2, 2, 5)"), "error: the bounds of width_bucket are equal");
  EXPECT_EQ(eval("width_bucket(1, 0, 2, 0)"), "error: width_bucket needs 1 to 2^31 - 1 buckets");
}

TEST(Levenshtein, CountsCharacters) {
  EXPECT_EQ(eval("levenshtein('', 'abc')"), "3");
  EXPECT_EQ(eval("levenshtein('žluť', 'zluť')"), "1");
  EXPECT_EQ(eval("levenshtein('ab', 'ba')"), "2");
  EXPECT_EQ(eval("levenshtein(repeat('a', 10000), 'a')"), "9999");
  EXPECT_EQ(eval("levenshtein(repeat('a', 10001), 'a')"),
            "error: levenshtein takes texts of at most 10,000 characters");
}

TEST(Unaccent, LeavesOtherScripts) {
  EXPECT_EQ(eval("unaccent('Łódź Ærø Þór œuvre ДЖ 東京')"), "'Lodz AEro THor oeuvre ДЖ 東京'");
  EXPECT_EQ(eval("unaccent(E'e\\u0301')"), "'e'");
}

TEST(TryCast, GivesNullWhereACastFails) {
  Batch rows = make_batch({{"x", "text", {"1", "a", "null", " 3 ", "1e400", "2024-02-30"}}});
  EXPECT_EQ(eval("try_cast(x, 'bigint')", rows), "1 null null 3 null null");
  EXPECT_EQ(eval("try_cast(x, 'decimal(4,1)')", rows), "1.0 null null 3.0 null null");
  EXPECT_EQ(eval("try_cast(x, 'date')", rows), "null null null null null null");
  EXPECT_EQ(eval("try_cast(x, 'bool')", rows), "true null null null null null");
  EXPECT_EQ(typed("try_cast(x, 'int8')", make_batch({{"x", "int64", {"1", "300", "null"}}})),
            "int8: 1 null null");
  EXPECT_EQ(eval("try_cast(300, 'int8')"), "null");
  EXPECT_EQ(eval("try_cast('1-2', 'interval')"), "P14M");
}

TEST(RegexpMatch, TellsEmptyGroupsFromThoseWithoutAMatch) {
  EXPECT_EQ(eval("regexp_match(x, '(a)?(b*)')", make_batch({{"x", "text", {"", "null", "abb"}}})),
            "[null,\"\"] null [\"a\",\"bb\"]");
  EXPECT_EQ(eval("regexp_match('abc', 'x')"), "null");
  EXPECT_EQ(eval("regexp_match('ABC', 'b', 'i')"), "[\"B\"]");
  EXPECT_EQ(eval("regexp_extract_all('a1b22', '[0-9]+')"), "[\"1\",\"22\"]");
  EXPECT_EQ(eval("regexp_extract_all('', 'x*')"), "[\"\"]");
  EXPECT_EQ(eval("regexp_extract_all('a', '(a)', 2)"),
            "error: the expression has no group of this number");
}

TEST(TryCast, NeedsAType) {
  EXPECT_EQ(eval("try_cast('1', 'bigintt')").substr(0, 7), "error: ");
  EXPECT_EQ(eval("try_cast('1', 'int + 1')"), "error: 'int + 1' is not a type");
  EXPECT_EQ(eval("try_cast('1', x)", make_batch({{"x", "text", {"int"}}})),
            "error: the type is a constant in quotes, as in try_cast(x, 'bigint')");
}

}  // namespace
}  // namespace penstock
