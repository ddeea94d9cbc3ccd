#include <gtest/gtest.h>

#include <string>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

std::string age(const std::string& a, const std::string& b) {
  return eval("age(timestamp '" + a + "', timestamp '" + b + "')::text");
}

TEST(Age, CountsByTheCalendar) {
  EXPECT_EQ(age("2001-04-10 00:00", "1957-06-13 00:00"), "'43 years 9 mons 27 days'");
  EXPECT_EQ(age("1957-06-13 00:00", "2001-04-10 00:00"), "'-43 years -9 mons -27 days'");
  EXPECT_EQ(age("2024-03-01 00:00", "2024-01-31 12:00"), "'1 mon 12:00:00'");
  EXPECT_EQ(age("2024-01-01 00:00", "2024-01-01 00:00"), "'00:00:00'");
  EXPECT_EQ(eval("age(date '2024-03-01', '2023-03-01')::text"), "'1 year'");
}

TEST(DateBin, CountsFromItsOrigin) {
  auto bin = [](const std::string& width, const std::string& time) {
    return eval("date_bin('" + width + "', timestamp '" + time + "', timestamp '2001-01-01')");
  };
  EXPECT_EQ(bin("15 minutes", "2020-02-11 15:44:17"), "2020-02-11T15:30:00");
  EXPECT_EQ(bin("1 day", "1999-12-31 15:44"), "1999-12-31T00:00:00");
  EXPECT_EQ(bin("1 day", "1999-12-31 00:00"), "1999-12-31T00:00:00");
  EXPECT_EQ(bin("1 month", "2020-02-11 15:44"),
            "error: times are not put into bins of months or years");
  EXPECT_EQ(bin("-1 day", "2020-02-11 15:44"), "error: the width of the bins must be above zero");
  EXPECT_EQ(eval("date_bin('1 second', date '2020-02-11', date '2001-01-01')"),
            "2020-02-11T00:00:00");
  EXPECT_EQ(eval("date_bin('0.5 seconds', t, t)",
                 make_batch({{"t", "timestamp[s]", {"2020-02-11 00:00:00"}}})),
            "error: the width of the bins is finer than the times");
}

TEST(MakeTime, RefusesWhatClocksDoNotShow) {
  EXPECT_EQ(eval("make_time(24, 0, 0)"), "error: there is no such time of the day");
  EXPECT_EQ(eval("make_time(23, 59, 59.999999)"), "23:59:59.999999");
}

TEST(MakeInterval, TakesSevenParts) {
  EXPECT_EQ(eval("make_interval(1)::text"), "'1 year'");
  EXPECT_EQ(eval("make_interval(1, 2, 3, 4, 5, 6, 7.5)::text"),
            "'1 year 2 mons 25 days 05:06:07.5'");
  EXPECT_EQ(eval("make_interval(0, 0, 0, 0, 0, 0, -0.5)::text"), "'-00:00:00.5'");
  EXPECT_EQ(eval("make_interval(200000000)"), "error: the interval is out of range");
  EXPECT_EQ(eval("make_interval(x, 1)", make_batch({{"x", "int64", {"null", "1"}}})), "null P13M");
}

}  // namespace
}  // namespace penstock
