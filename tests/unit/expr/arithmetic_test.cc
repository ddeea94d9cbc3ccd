#include "libcore/expr/arithmetic.h"

#include <gtest/gtest.h>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(Arithmetic, IntegersWidenToInt64) {
  for (std::string type : {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"}) {
    Batch batch = make_batch({{"a", type, {"100", "null", "3"}}, {"b", type, {"27", "1", "2"}}});
    EXPECT_EQ(typed("a + b", batch), "int64: 127 null 5") << type;
    EXPECT_EQ(typed("a * b", batch), "int64: 2700 null 6") << type;
    EXPECT_EQ(typed("b - a", batch), "int64: -73 null -1") << type;
    EXPECT_EQ(typed("a / b", batch), "float64: 3.7037037037037037 null 1.5") << type;
    EXPECT_EQ(typed("a % b", batch), "int64: 19 null 1") << type;
    EXPECT_EQ(typed("-a", batch), "int64: -100 null -3") << type;
    EXPECT_EQ(typed("+a", batch), "int64: 100 null 3") << type;
  }
}

TEST(Arithmetic, Uint64IsExact) {
  Batch batch = make_batch({{"u", "uint64", {"18446744073709551615", "0", "null"}}});
  EXPECT_EQ(typed("u + 1", batch), "decimal128(21,0): 18446744073709551616 1 null");
  EXPECT_EQ(typed("u - 1", batch), "decimal128(21,0): 18446744073709551614 -1 null");
  EXPECT_EQ(typed("u * u", batch),
            "error: decimal overflow: 18446744073709551615 * 18446744073709551615 has more than 38 "
            "digits");
}

TEST(Arithmetic, IntegerOverflowNamesTheRow) {
  Batch batch = make_batch({{"a", "int64", {"1", "9223372036854775807", "-9223372036854775808"}},
                            {"b", "int64", {"1", "null", "null"}}});
  EXPECT_EQ(error_of("a + 1", batch),
            "integer overflow: 9223372036854775807 + 1 is beyond int64\n  a + 1\n    ^");
  EXPECT_EQ(eval("a - 1", batch),
            "error: integer overflow: -9223372036854775808 - 1 is beyond int64");
  EXPECT_EQ(eval("a * 2", batch),
            "error: integer overflow: 9223372036854775807 * 2 is beyond int64");
  EXPECT_EQ(eval("-a", batch), "error: integer overflow: 0 - -9223372036854775808 is beyond int64");
  // Rows under a null hold anything and fail nothing.
  EXPECT_EQ(eval("(a + case when a = 1 then b end) * 2", batch), "4 null null");
  EXPECT_EQ(eval("a + b", batch), "2 null null");
  EXPECT_EQ(eval("9223372036854775807 + 0"), "9223372036854775807");
  EXPECT_EQ(eval("9223372036854775807 + 1"),
            "error: integer overflow: 9223372036854775807 + 1 is beyond int64");
}

TEST(Arithmetic, NegativeLiterals) {
  // The parser's JSON drops integers at or below zero; they are read from the text.
  EXPECT_EQ(eval("-5"), "-5");
  EXPECT_EQ(eval("- 5"), "-5");
  EXPECT_EQ(eval("-(5)"), "-5");
  EXPECT_EQ(eval("- - 5"), "5");
  EXPECT_EQ(eval("-(-(-5))"), "-5");
  EXPECT_EQ(eval("- /* 9 */ 5"), "-5");
  EXPECT_EQ(eval("0"), "0");
  EXPECT_EQ(eval("-0"), "0");
  EXPECT_EQ(eval("3 - 5"), "-2");
  EXPECT_EQ(eval("3 -5"), "-2");
  EXPECT_EQ(eval("3 * -5"), "-15");
  EXPECT_EQ(eval("-2147483648"), "-2147483648");
  EXPECT_EQ(eval("-9223372036854775808"), "-9223372036854775808");
}

TEST(Arithmetic, Decimals) {
  Batch batch = make_batch({{"p", "decimal(15,2)", {"901.00", "-0.01", "null"}},
                            {"d", "decimal(15,2)", {"0.05", "0.10", "0.00"}},
                            {"t", "decimal(15,2)", {"0.02", "0.08", "0.00"}}});
  EXPECT_EQ(typed("p * (1 - d)", batch), "decimal128(31,4): 855.9500 -0.0090 null");
  EXPECT_EQ(typed("p * (1 - d) * (1 + t)", batch), "decimal128(38,6): 873.069000 -0.009720 null");
  EXPECT_EQ(typed("p + d", batch), "decimal128(16,2): 901.05 0.09 null");
  EXPECT_EQ(typed("p + 1", batch), "decimal128(16,2): 902.00 0.99 null");
  EXPECT_EQ(typed("p / 2", batch), "float64: 450.5 -0.005 null");
  EXPECT_EQ(typed("p % 2", batch), "decimal128(15,2): 1.00 -0.01 null");
  EXPECT_EQ(typed("-p", batch), "decimal128(15,2): -901.00 0.01 null");
  EXPECT_EQ(typed("0.1 + 0.2"), "decimal128(2,1): 0.3");
  EXPECT_EQ(typed("1.5 * 2"), "decimal128(3,1): 3.0");
  EXPECT_EQ(typed("1e2 + 1"), "float64: 101");
}

TEST(Arithmetic, DecimalsBeyond64Bits) {
  Batch batch = make_batch(
      {{"a",
        "decimal(38,0)",
        {"12345678901234567890123456789", "-1", "99999999999999999999999999999999999999"}}});
  EXPECT_EQ(eval("a + 1", batch),
            "error: decimal overflow: 99999999999999999999999999999999999999 + 1 has more than 38 "
            "digits");
  EXPECT_EQ(eval("a - 1", batch),
            "12345678901234567890123456788 -2 99999999999999999999999999999999999998");
  EXPECT_EQ(eval("a * 10", batch),
            "error: decimal overflow: 99999999999999999999999999999999999999 * 10 has more than 38 "
            "digits");
  EXPECT_EQ(eval("a % 1000", batch), "789 -1 999");
  EXPECT_EQ(eval("0.0000000000000000000000001 * 0.00000000000001"),
            "error: the product of decimal128(25,25) and decimal128(14,14) has more than 38 digits "
            "after the point; cast one of them to fewer");
}

TEST(Arithmetic, Floats) {
  Batch batch = make_batch(
      {{"x", "float64", {"1.5", "0", "inf", "null"}}, {"f", "float32", {"0.5", "1", "2", "3"}}});
  EXPECT_EQ(typed("x + f", batch), "float64: 2 1 inf null");
  EXPECT_EQ(typed("f * f", batch), "float64: 0.25 1 4 9");
  EXPECT_EQ(typed("-x", batch), "float64: -1.5 -0 -inf null");
  EXPECT_EQ(typed("x / f", batch), "float64: 3 0 inf null");
  EXPECT_EQ(eval("f / x", batch), "error: division by zero");
  EXPECT_EQ(eval("1 / f", batch), "2 1 0.5 0.3333333333333333");
}

TEST(Arithmetic, WhatHasNoMeaning) {
  Batch batch = make_batch({{"s", "text", {"1"}}, {"b", "bool", {"true"}}});
  EXPECT_EQ(error_of("s + 1", batch),
            "there is no text + int64; cast the text, as in x::float64\n  s + 1\n    ^");
  EXPECT_EQ(eval("s + s", batch), "error: there is no text + text; texts are joined by ||");
  EXPECT_EQ(eval("b * 2", batch), "error: there is no bool * int64");
  EXPECT_EQ(eval("'3' + 4", batch), "7");
  EXPECT_EQ(eval("null + 4", batch), "null");
  EXPECT_EQ(eval("'x' + 4", batch), "error: 'x' is not a valid int64");
}

}  // namespace
}  // namespace penstock
