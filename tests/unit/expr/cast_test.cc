#include "libcore/expr/cast.h"

#include <gtest/gtest.h>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(Cast, TypesByTheirNames) {
  EXPECT_EQ(typed("1::int"), "int32: 1");
  EXPECT_EQ(typed("1::int4"), "int32: 1");
  EXPECT_EQ(typed("1::bigint"), "int64: 1");
  EXPECT_EQ(typed("1::int8"), "int8: 1");  // Arrow's name, not PostgreSQL's
  EXPECT_EQ(typed("1::uint8"), "uint8: 1");
  EXPECT_EQ(typed("1::smallint"), "int16: 1");
  EXPECT_EQ(typed("1::real"), "float32: 1");
  EXPECT_EQ(typed("1::double precision"), "float64: 1");
  EXPECT_EQ(typed("1::decimal(5,2)"), "decimal128(5,2): 1.00");
  EXPECT_EQ(typed("1::numeric(5)"), "decimal128(5,0): 1");
  EXPECT_EQ(typed("1::text"), "utf8: '1'");
  EXPECT_EQ(typed("cast('2024-01-02' as date)"), "date32: 2024-01-02");
  EXPECT_EQ(typed("'2024-01-02'::timestamp"), "timestamp[us]: 2024-01-02T00:00:00");
  EXPECT_EQ(typed("'2024-01-02 03:04'::timestamp(0)"), "timestamp[s]: 2024-01-02T03:04:00");
  EXPECT_EQ(typed("'t'::bool"), "bool: true");
  EXPECT_EQ(eval("1::numeric"), "error: a decimal needs its digits, as in decimal(18,2)");
  EXPECT_EQ(eval("1::decimal(39,0)"),
            "error: a decimal has 1 to 38 digits, of which 0 to all are after the point");
  EXPECT_EQ(eval("1::varchar(3)"), "error: text has no length; cut it with left(x, n)");
  EXPECT_EQ(eval("1::wrong").substr(0, 6), "error:");
}

TEST(Cast, FloatsRoundHalfToEven) {
  Batch batch = make_batch({{"x", "float64", {"0.5", "1.5", "2.5", "-0.5", "null"}}});
  EXPECT_EQ(typed("x::int64", batch), "int64: 0 2 2 0 null");
  EXPECT_EQ(eval("'nan'::float64::int64"), "error: nan is out of range for int64");
  EXPECT_EQ(eval("9223372036854775807.0::float64::int64").substr(0, 30),
            "error: 9.223372036854776e+18 i");
  EXPECT_EQ(eval("(-9223372036854775808.0)::float64::int64"), "-9223372036854775808");
  EXPECT_EQ(eval("1e300::float32"), "error: 1e+300 is out of range for float32");
  EXPECT_EQ(eval("254.6::float64::uint8"), "255");
  EXPECT_EQ(eval("255.6::float64::uint8"), "error: 255.6 is out of range for uint8");
  EXPECT_EQ(eval("(-0.4)::float64::uint8"), "0");
}

TEST(Cast, IntegersOutOfRange) {
  Batch batch = make_batch({{"x", "int64", {"127", "128", "null"}}});
  EXPECT_EQ(error_of("x::int8", batch), "128 is out of range for int8\n  x::int8\n   ^");
  EXPECT_EQ(eval("case when x < 128 then x end::int8", batch), "127 null null");
  EXPECT_EQ(eval("(-1)::uint64"), "error: -1 is out of range for uint64");
  EXPECT_EQ(eval("18446744073709551615::uint64"), "18446744073709551615");
}

TEST(Cast, Decimals) {
  Batch batch = make_batch({{"d", "decimal(10,3)", {"1.235", "-1.235", "2.500", "null"}}});
  EXPECT_EQ(typed("d::decimal(10,2)", batch), "decimal128(10,2): 1.24 -1.24 2.50 null");
  EXPECT_EQ(typed("d::int64", batch), "int64: 1 -1 3 null");
  EXPECT_EQ(typed("d::float64", batch), "float64: 1.235 -1.235 2.5 null");
  EXPECT_EQ(eval("d::decimal(3,3)", batch), "error: 1.235 is out of range for decimal128(3,3)");
  EXPECT_EQ(typed("0.1::float64::decimal(5,3)"), "decimal128(5,3): 0.100");
  EXPECT_EQ(eval("1e10::decimal(5,3)"), "error: 1e10 is out of range for decimal128(5,3)");
  EXPECT_EQ(eval("'12.345'::decimal(5,2)"), "12.35");
  EXPECT_EQ(eval("' 1e-5 '::decimal(10,5)"), "0.00001");
  EXPECT_EQ(eval("'1e'::decimal(10,5)"), "error: '1e' is not a valid decimal128(10,5)");
  EXPECT_EQ(eval("12345678901234567890.25e0::decimal(22,1)"), "12345678901234567890.3");
  // Beside a decimal a text is exact or none.
  EXPECT_EQ(eval("1.50::decimal(3,2) = '1.5e0'"), "true");
  EXPECT_EQ(eval("1.50::decimal(3,2) = '1.501'").substr(0, 6), "error:");
}

// Of decimal256 nothing is computed but what a cast makes a number of.
TEST(Cast, WideDecimals) {
  Batch batch =
      make_batch({{"v",
                   "decimal256(50,3)",
                   {"-7.625", "12345678901234567890123456789012345678901234567.125", "null"}},
                  {"i", "int64", {"1", "2", "3"}}});
  EXPECT_EQ(eval("v::text", batch),
            "'-7.625' '12345678901234567890123456789012345678901234567.125' null");
  EXPECT_EQ(typed("v::float64", batch), "float64: -7.625 1.2345678901234568e+46 null");
  EXPECT_EQ(typed("v / 2", batch), "float64: -3.8125 6.172839450617284e+45 null");
  EXPECT_EQ(typed("case when v < 1 then v::decimal(10,2) end", batch),
            "decimal128(10,2): -7.63 null null");
  EXPECT_EQ(typed("case when v < 1 then v::int end", batch), "int32: -8 null null");
  EXPECT_EQ(eval("v::decimal(38,0)", batch),
            "error: 12345678901234567890123456789012345678901234567.125 is out of range for "
            "decimal128(38,0)");
  EXPECT_EQ(eval("v = -7.625", batch), "true false null");
  for (std::string_view sum : {"v + 1", "1 - v", "v * v", "v % 2", "v + 1.5", "i + v"}) {
    EXPECT_EQ(eval(sum, batch).substr(0, 16), "error: there is ") << sum;
  }
  EXPECT_EQ(eval("v + 1", batch),
            "error: there is no decimal256(50,3) + int64; cast the decimal256, as in "
            "x::decimal(38,9) or x::float64");
  EXPECT_EQ(eval("-v", batch),
            "error: there is no -decimal256(50,3); cast the decimal256, as in x::decimal(38,9) or "
            "x::float64");
  EXPECT_EQ(eval("abs(v)", batch).substr(0, 31), "error: there is no abs of decim");
  EXPECT_EQ(eval("round(v, 1)", batch).substr(0, 33), "error: there is no round of decim");
}

TEST(Cast, HalfFloats) {
  Batch batch = make_batch({{"h", "float16", {"1.5", "-0.1", "nan", "null"}},
                            {"d", "float64", {"2049.0000001", "1e-9", "inf", "70000"}}});
  EXPECT_EQ(typed("h::float64", batch), "float64: 1.5 -0.0999755859375 nan null");
  EXPECT_EQ(typed("h + 1", batch), "float64: 2.5 0.9000244140625 nan null");
  EXPECT_EQ(typed("abs(h)", batch), "float64: 1.5 0.0999755859375 nan null");
  EXPECT_EQ(typed("case when h > 0 and h < 2 then h::int end", batch), "int32: 2 null null null");
  // Above the middle between 2048 and 2050, though the nearest float32 is not.
  EXPECT_EQ(typed("case when d < 70000 then d::float16 end", batch), "float16: 2050 0 null null");
  EXPECT_EQ(eval("d::float16", batch), "error: 70000 is out of range for float16");
}

TEST(Cast, TextBothWays) {
  Batch batch =
      make_batch({{"s", "text", {" 12 ", "-3", "null"}}, {"b", "bool", {"true", "false", "null"}}});
  EXPECT_EQ(typed("s::int64", batch), "int64: 12 -3 null");
  EXPECT_EQ(typed("b::text", batch), "utf8: 'true' 'false' null");
  EXPECT_EQ(typed("b::int", batch), "int32: 1 0 null");
  EXPECT_EQ(typed("(s::int64 + 3)::bool", batch), "bool: true false null");
  EXPECT_EQ(error_of("s::date", batch),
            "' 12 ' is not a valid date32; a date is written as in 2024-02-29\n  s::date\n   ^");
  EXPECT_EQ(error_of("'12x'::int", batch), "'12x' is not a valid int32\n  '12x'::int\n  ^");
  EXPECT_EQ(eval("0.1::float64::text || 1.50::text || date '2024-01-02'::text"),
            "'0.11.502024-01-02'");
  EXPECT_EQ(eval("'yes'::bool and not 'off'::bool"), "true");
  EXPECT_EQ(eval("'maybe'::bool"), "error: 'maybe' is not a valid bool");
}

TEST(Cast, Times) {
  EXPECT_EQ(typed("timestamp '1969-12-31 23:00:00'::date"), "date32: 1969-12-31");
  EXPECT_EQ(typed("timestamp '2024-01-02 03:04:05.678'::timestamp(0)"),
            "timestamp[s]: 2024-01-02T03:04:05");
  EXPECT_EQ(typed("timestamp '2024-01-02 03:04:05'::time"), "time64[us]: 03:04:05");
  EXPECT_EQ(typed("date '2024-01-02'::timestamp"), "timestamp[us]: 2024-01-02T00:00:00");
  EXPECT_EQ(typed("timestamptz '2024-01-02T03:04:05+01:00'::timestamp"),
            "timestamp[us]: 2024-01-02T02:04:05");
  EXPECT_EQ(eval("timestamp '2024-01-02 03:04:05'::timestamptz"),
            "error: there is no cast from timestamp[us] to timestamp[us, UTC]; name its time zone, "
            "as in x at time zone 'UTC'");
  EXPECT_EQ(eval("date '2024-01-02'::int"), "error: there is no cast from date32 to int32");
  EXPECT_EQ(eval("'3000-01-01'::date::timestamp(9)"),
            "error: a time is out of range for timestamp[ns]");
}

TEST(Cast, NullIsNullOfEveryType) {
  EXPECT_EQ(typed("null::int"), "int32: null");
  EXPECT_EQ(typed("null::text"), "utf8: null");
  EXPECT_EQ(typed("null::date"), "date32: null");
  EXPECT_EQ(typed("null"), "utf8: null");
}

}  // namespace
}  // namespace penstock
