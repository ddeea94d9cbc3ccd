#include "libcore/expr/comparison.h"

#include <gtest/gtest.h>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(Comparison, EveryOperatorOnEveryKindOfValue) {
  struct Case {
    std::string type;
    std::string low;
    std::string high;
  };
  for (const Case& c :
       std::vector<Case>{{"int8", "-128", "127"},
                         {"int16", "-5", "5"},
                         {"int32", "-2147483648", "2147483647"},
                         {"int64", "-9223372036854775808", "9223372036854775807"},
                         {"uint8", "0", "255"},
                         {"uint16", "1", "65535"},
                         {"uint32", "1", "4294967295"},
                         {"uint64", "1", "18446744073709551615"},
                         {"float32", "-1.5", "inf"},
                         {"float64", "-inf", "1e300"},
                         {"decimal(38,2)", "-1.25", "99999999999999999999.99"},
                         {"date", "1969-12-31", "1970-01-01"},
                         {"timestamp", "1969-12-31T00:00:00", "2024-01-01T00:00:00"},
                         {"time", "01:00", "02:00"},
                         {"bool", "false", "true"},
                         {"text", "a", "ab"},
                         {"binary", "a", "ab"}}) {
    SCOPED_TRACE(c.type);
    Batch batch = make_batch({{"a", c.type, {c.low, c.high, c.low, "null"}},
                              {"b", c.type, {c.high, c.low, c.low, c.low}}});
    EXPECT_EQ(eval("a = b", batch), "false false true null");
    EXPECT_EQ(eval("a <> b", batch), "true true false null");
    EXPECT_EQ(eval("a < b", batch), "true false false null");
    EXPECT_EQ(eval("a <= b", batch), "true false true null");
    EXPECT_EQ(eval("a > b", batch), "false true false null");
    EXPECT_EQ(eval("a >= b", batch), "false true true null");
    std::string low = "'" + c.low + "'";
    EXPECT_EQ(eval("a = " + low, batch), "true false true null");
    EXPECT_EQ(eval("a > " + low, batch), "false true false null");
    EXPECT_EQ(eval(low + " < a", batch), "false true false null");
    EXPECT_EQ(eval(low + " >= a", batch), "true false true null");
    EXPECT_EQ(eval("a in (" + low + ", '" + c.high + "', null)", batch), "true true true null");
    EXPECT_EQ(eval("greatest(a, b) = b", batch), "true false true true");
    EXPECT_EQ(eval("least(a, b) = b", batch), "false true true true");
  }
}

TEST(Comparison, NanIsEqualToItselfAndLast) {
  Batch batch = make_batch({{"x", "float64", {"nan", "1", "inf", "-0"}}});
  EXPECT_EQ(eval("x = 'nan'", batch), "true false false false");
  EXPECT_EQ(eval("x > 'inf'", batch), "true false false false");
  EXPECT_EQ(eval("x <= 'nan'", batch), "true true true true");
  EXPECT_EQ(eval("x < 'nan'", batch), "false true true true");
  EXPECT_EQ(eval("x > 0.5", batch), "true true true false");
  EXPECT_EQ(eval("x < 0.5", batch), "false false false true");
  EXPECT_EQ(eval("x = x", batch), "true true true true");
  EXPECT_EQ(eval("x = 0", batch), "false false false true");
  EXPECT_EQ(eval("x in ('nan', 0, 7, 8, 9, 10, 11, 12)", batch), "true false false true");
}

TEST(Comparison, LiteralsTakeTheOtherSidesType) {
  Batch batch = make_batch({{"f", "float64", {"0.05", "0.07"}},
                            {"g", "float32", {"0.1", "0.5"}},
                            {"d", "decimal(15,2)", {"0.05", "24.00"}},
                            {"i", "int32", {"2", "3"}},
                            {"u", "uint64", {"1", "18446744073709551615"}},
                            {"t", "date", {"1994-12-31", "1995-01-01"}}});
  EXPECT_EQ(eval("f between 0.05 and 0.07", batch), "true true");
  EXPECT_EQ(eval("f = 0.05", batch), "true false");
  EXPECT_EQ(eval("g = 0.1", batch), "true false");
  EXPECT_EQ(eval("d < 24", batch), "true false");
  EXPECT_EQ(eval("d = 0.050", batch), "true false");
  EXPECT_EQ(eval("d > 0.055", batch), "false true");
  EXPECT_EQ(eval("i < 2.5", batch), "true false");
  EXPECT_EQ(eval("i < 3000000000", batch), "true true");
  EXPECT_EQ(eval("i = '3'", batch), "false true");
  EXPECT_EQ(eval("u > -1", batch), "true true");
  EXPECT_EQ(eval("u = 18446744073709551615", batch), "false true");
  EXPECT_EQ(eval("t <= '1994-12-31'", batch), "true false");
  EXPECT_EQ(eval("t < timestamp '1994-12-31 12:00:00'", batch), "true false");
  EXPECT_EQ(eval("u = i", batch), "false false");
  EXPECT_EQ(eval("f < i", batch), "true true");
  EXPECT_EQ(eval("d < i", batch), "true false");
}

TEST(Comparison, BetweenAndIn) {
  Batch batch = make_batch({{"x", "int64", {"1", "5", "9", "null"}}});
  EXPECT_EQ(eval("x between 1 and 5", batch), "true true false null");
  EXPECT_EQ(eval("x not between 1 and 5", batch), "false false true null");
  EXPECT_EQ(eval("x between 5 and 1", batch), "false false false null");
  EXPECT_EQ(eval("x between symmetric 5 and 1", batch), "true true false null");
  EXPECT_EQ(eval("x in (1)", batch), "true false false null");
  EXPECT_EQ(eval("x in (1, x)", batch), "true true true null");
  EXPECT_EQ(eval("x not in (1, 9)", batch), "false true false null");
  EXPECT_EQ(eval("x in (1, null)", batch), "true null null null");
  EXPECT_EQ(eval("x not in (1, null)", batch), "false null null null");
  std::string many = "x in (9";
  for (int i = 100; i < 1100; ++i)
    many += ", " + std::to_string(i);
  EXPECT_EQ(eval(many + ")", batch), "false false true null");
  Batch texts = make_batch({{"s", "text", {"AIR", "MAIL", "", "null"}}});
  EXPECT_EQ(eval("s in ('AIR', 'RAIL')", texts), "true false false null");
  EXPECT_EQ(eval("s in ('a','b','c','d','e','f','g','MAIL','')", texts), "false true true null");
}

TEST(Comparison, TypesWithoutOneInCommonAreAnError) {
  Batch batch = make_batch({{"s", "text", {"a"}},
                            {"i", "int64", {"1"}},
                            {"t", "timestamp", {"2024-01-01T00:00:00"}},
                            {"z", "timestamptz", {"2024-01-01T00:00:00Z"}}});
  EXPECT_EQ(error_of("i + 1 = s", batch),
            "cannot compare int64 and text; cast one of them, as in x::int64\n"
            "  i + 1 = s\n"
            "        ^");
  EXPECT_EQ(error_of("t < z", batch),
            "cannot compare timestamp[us] and timestamp[us, UTC]; name the time zone of the one "
            "without a zone, as in x at time zone 'UTC'\n  t < z\n    ^");
  EXPECT_EQ(error_of("i = 'x'", batch), "'x' is not a valid int64\n  i = 'x'\n      ^");
  EXPECT_EQ(eval("z > '2024-01-01'", batch),
            "error: '2024-01-01' is not a valid timestamp[us, UTC]: it needs a zone, as in "
            "2024-05-01T10:00Z");
}

}  // namespace
}  // namespace penstock
