#include <gtest/gtest.h>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(MathFunctions, Rounding) {
  EXPECT_EQ(typed("round(2.5)"), "decimal128(2,0): 3");
  EXPECT_EQ(typed("round(-2.5)"), "decimal128(2,0): -3");
  EXPECT_EQ(typed("round(2.345, 2)"), "decimal128(4,2): 2.35");
  EXPECT_EQ(typed("round(1234.5, -2)"), "decimal128(5,0): 1200");
  EXPECT_EQ(typed("trunc(-2.79, 1)"), "decimal128(3,1): -2.7");
  EXPECT_EQ(typed("ceil(2.01)"), "decimal128(2,0): 3");
  EXPECT_EQ(typed("floor(-2.01)"), "decimal128(2,0): -3");
  EXPECT_EQ(typed("round(2.5::float64)"), "float64: 2");
  EXPECT_EQ(typed("round(3.5::float64)"), "float64: 4");
  EXPECT_EQ(typed("round(2.345::float64, 1)"), "float64: 2.3");
  EXPECT_EQ(typed("round(1234.5::float64, -2)"), "float64: 1200");
  EXPECT_EQ(typed("ceil(1e300)"), "float64: 1e+300");
  EXPECT_EQ(typed("round(7)"), "int64: 7");
  EXPECT_EQ(typed("round(1250, -2)"), "decimal128(20,0): 1300");
  EXPECT_EQ(typed("round('x')"), "error: 'x' is not a valid float64");
}

TEST(MathFunctions, SignsAndPowers) {
  EXPECT_EQ(typed("abs(-7)"), "int64: 7");
  EXPECT_EQ(typed("abs(-1.5::decimal(3,1))"), "decimal128(3,1): 1.5");
  EXPECT_EQ(typed("abs(-1.5::float64)"), "float64: 1.5");
  EXPECT_EQ(eval("abs((-9223372036854775808)::int64)"),
            "error: integer overflow: abs(-9223372036854775808)");
  EXPECT_EQ(eval("sign(-3)"), "-1");
  EXPECT_EQ(eval("sqrt(9)"), "3");
  EXPECT_EQ(eval("sqrt(-1)"), "error: the square root of a negative number");
  EXPECT_EQ(eval("power(2, 10)"), "1024");
  EXPECT_EQ(eval("2 ^ 3"), "8");
  EXPECT_EQ(eval("power(0, -1)"), "error: division by zero: zero to a negative power");
  EXPECT_EQ(eval("power(-8, 0.5)"), "error: a negative number to a power that is not whole");
  EXPECT_EQ(eval("cbrt(8)"), "2");
}

TEST(MathFunctions, Logarithms) {
  EXPECT_EQ(eval("exp(0)"), "1");
  EXPECT_EQ(eval("ln(1)"), "0");
  EXPECT_EQ(eval("log(100)"), "2");
  EXPECT_EQ(eval("log(2, 8)"), "3");
  EXPECT_EQ(eval("ln(0)"), "error: the logarithm of a number that is not above zero");
  EXPECT_EQ(eval("log(1, 8)"), "error: division by zero: the logarithm to base 1");
  EXPECT_EQ(eval("ln(null)"), "null");
}

TEST(MathFunctions, Division) {
  EXPECT_EQ(typed("div(-7, 2)"), "int64: -3");
  EXPECT_EQ(typed("mod(-7, 2)"), "int64: -1");
  EXPECT_EQ(typed("7.5 % 2"), "decimal128(2,1): 1.5");
  EXPECT_EQ(typed("7.5::float64 % 2"), "float64: 1.5");
  EXPECT_EQ(typed("7 / 2"), "float64: 3.5");
  EXPECT_EQ(eval("7 / 0"), "error: division by zero");
  EXPECT_EQ(eval("7.5 / 0"), "error: division by zero");
  EXPECT_EQ(eval("7 % 0"), "error: division by zero");
  EXPECT_EQ(eval("7.5 % 0"), "error: division by zero");
  EXPECT_EQ(eval("div(7, 0)"), "error: division by zero");
  EXPECT_EQ(eval("(-9223372036854775808) % (-1)"), "0");
  EXPECT_EQ(eval("div(-9223372036854775808, -1)"),
            "error: integer overflow: -9223372036854775808 div -1");
  EXPECT_EQ(eval("div(7.5, 2)"), "error: div() divides whole numbers, not decimal128(2,1)");
}

}  // namespace
}  // namespace penstock
