#include <gtest/gtest.h>

#include <string>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

std::string strptime(const std::string& text, const std::string& pattern) {
  return eval("strptime('" + text + "', '" + pattern + "')");
}

TEST(PatternFunctions, WritesOtherTypes) {
  EXPECT_EQ(eval("to_char(time '08:15:30', 'HH12:MI')"), "'08:15'");
  EXPECT_EQ(eval("to_char(date '2024-05-01', 'HH24')"), "'00'");
  EXPECT_EQ(eval("to_char(timestamp '2024-05-01 12:00' at time zone 'Europe/Prague', "
                 "'HH24 TZH:TZM OF')"),
            "'12 +02:00 +02'");
  EXPECT_EQ(eval("to_char(true, 'HH24')"),
            "error: to_char takes dates, times and numbers, not bool");
  EXPECT_EQ(eval("strftime(5, '%Y')"),
            "error: strftime takes dates and times, not int64; numbers have to_char");
}

TEST(PatternFunctions, DirectivesOfStrftime) {
  EXPECT_EQ(
      eval("strftime(timestamp '2024-05-01 14:05:09.5', "
           "'%Y-%m-%d %H:%M:%S.%f %y %e %-d %j %a %A %b %B %p %I %u %w %V %G %F %T %R %D %%')"),
      "'2024-05-01 14:05:09.500000 24  1 1 122 Wed Wednesday May May PM 02 3 3 18 2024 "
      "2024-05-01 14:05:09 14:05 05/01/24 %'");
  EXPECT_EQ(eval("strftime(timestamp '2024-05-01 12:00' at time zone 'Europe/Prague', '%H%z %s')"),
            "'12+0200 1714557600'");
  EXPECT_EQ(strptime("2024-05-01 14:05:09.25", "%F %T.%f"), "2024-05-01T14:05:09.25");
  EXPECT_EQ(strptime("01/May/2024:14:05:09 +0200", "%d/%b/%Y:%T %z"), "2024-05-01T12:05:09Z");
  EXPECT_EQ(strptime("1714557600", "%s"), "2024-05-01T10:00:00Z");
  EXPECT_EQ(strptime("Wednesday 5/1/24 2 pm", "%A %m/%d/%y %I %p"), "2024-05-01T14:00:00");
  EXPECT_EQ(strptime("69", "%y"), "1969-01-01T00:00:00");
  EXPECT_EQ(strptime("68", "%y"), "2068-01-01T00:00:00");
}

TEST(PatternFunctions, StrptimeIsExact) {
  auto wrong = [](const std::string& text, const std::string& why) {
    return "error: '" + text + "' does not have the form of the pattern: " + why;
  };
  EXPECT_EQ(strptime("2024/05/01", "%Y-%m-%d"),
            wrong("2024/05/01", "'/05/01' should begin with '-'"));
  EXPECT_EQ(strptime("2024-05", "%Y-%m-%d"), wrong("2024-05", "'' should begin with '-'"));
  EXPECT_EQ(strptime("2024-05-011", "%Y-%m-%d"), wrong("2024-05-011", "'1' is left over"));
  EXPECT_EQ(strptime("2024-05--1", "%Y-%m-%d"),
            wrong("2024-05--1", "'-1' should begin with a number"));
  EXPECT_EQ(strptime("2024", "%Q").substr(0, 35), "error: '%Q' is not a known directiv");
  EXPECT_EQ(strptime("2024", "%").substr(0, 34), "error: '%' is not a known directiv");
}

}  // namespace
}  // namespace penstock
