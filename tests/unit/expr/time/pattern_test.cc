#include "libcore/expr/time/pattern.h"

#include <gtest/gtest.h>

#include <string>

#include "libcore/expr/time/pattern_parts.h"
#include "libcore/expr/time/pattern_text.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

std::string to_char(const std::string& time, const std::string& pattern) {
  return eval("to_char(timestamp '" + time + "', '" + pattern + "')");
}
std::string to_date(const std::string& text, const std::string& pattern) {
  return eval("to_date('" + text + "', '" + pattern + "')");
}
std::string to_time(const std::string& text, const std::string& pattern) {
  return eval("to_timestamp('" + text + "', '" + pattern + "')");
}
TEST(Pattern, WritesEachPart) {
  const std::string time = "2024-05-01 14:05:09.123456";
  EXPECT_EQ(to_char(time, "YYYY-MM-DD HH24:MI:SS.US"), "'2024-05-01 14:05:09.123456'");
  EXPECT_EQ(to_char(time, "HH12:MI AM HH p.m."), "'02:05 PM 02 p.m.'");
  EXPECT_EQ(to_char(time, "FMHH12:FMMI"), "'2:5'");
  EXPECT_EQ(to_char(time, "|Month|FMMonth|MON|mon|"), "'|May      |May|MAY|may|'");
  EXPECT_EQ(to_char(time, "|Day|FMday|DY|D|ID|"), "'|Wednesday|wednesday|WED|4|3|'");
  EXPECT_EQ(to_char(time, "Q CC WW IW W J DDD IDDD"), "'2 21 18 18 1 2460432 122 122'");
  EXPECT_EQ(to_char(time, "Y,YYY YYY YY Y"), "'2,024 024 24 4'");
  EXPECT_EQ(to_char(time, "FMDDth DDTH"), "'1st 01ST'");
  EXPECT_EQ(to_char(time, "SSSS FF1 FF3 MS"), "'50709 1 123 123'");
  EXPECT_EQ(to_char(time, "|RM|rm|FMRM|"), "'|V   |v   |V|'");
  EXPECT_EQ(to_char(time, "\"YYYY is\" YYYY AD b.c."), "'YYYY is 2024 AD a.d.'");
}

TEST(Pattern, ReadsLooselyAsPostgresDoes) {
  EXPECT_EQ(to_date("2024-05-01", "YYYY-MM-DD"), "2024-05-01");
  EXPECT_EQ(to_date("  2024/5/1 ", "YYYY-MM-DD"), "2024-05-01");
  EXPECT_EQ(to_date("20240501", "YYYYMMDD"), "2024-05-01");
  EXPECT_EQ(to_date("1 MAY 2024", "DD Mon YYYY"), "2024-05-01");
  EXPECT_EQ(to_date("Wednesday, 1 May 2024", "Day, DD Month YYYY"), "2024-05-01");
  EXPECT_EQ(to_date("70-1-2", "YY-MM-DD"), "1970-01-02");
  EXPECT_EQ(to_date("69-1-2", "YY-MM-DD"), "2069-01-02");
  EXPECT_EQ(to_date("2024 122", "YYYY DDD"), "2024-05-01");
  EXPECT_EQ(to_date("2024-18-3", "IYYY-IW-ID"), "2024-05-01");
  EXPECT_EQ(to_date("2460432", "J"), "2024-05-01");
  EXPECT_EQ(to_date("2024", "YYYY-MM-DD"), "2024-01-01");
  EXPECT_EQ(to_date("1st V 2024", "DDth RM YYYY"), "2024-05-01");
  EXPECT_EQ(to_time("2024-05-01 12:30 AM", "YYYY-MM-DD HH12:MI AM"), "2024-05-01T00:30:00Z");
  EXPECT_EQ(to_time("2024-05-01 12:30 -05:30", "YYYY-MM-DD HH24:MI TZH:TZM"),
            "2024-05-01T18:00:00Z");
  EXPECT_EQ(to_time("2024-05-01 1.25", "YYYY-MM-DD SS.MS"), "2024-05-01T00:00:01.25Z");
}

TEST(Pattern, SaysWhatATextLacks) {
  auto wrong = [](const std::string& text, const std::string& why) {
    return "error: '" + text + "' does not have the form of the pattern: " + why;
  };
  EXPECT_EQ(to_date("2024-13-01", "YYYY-MM-DD"), wrong("2024-13-01", "there is no month 13"));
  EXPECT_EQ(to_date("2023-02-29", "YYYY-MM-DD"),
            wrong("2023-02-29", "February 2023 has no day 29"));
  EXPECT_EQ(to_date("2024-05-01x", "YYYY-MM-DD"), wrong("2024-05-01x", "'x' is left over"));
  EXPECT_EQ(to_date("05", "MM"), wrong("05", "the text ends before its year"));
  EXPECT_EQ(to_date("", "YYYY"), wrong("", "the text ends before its year"));
  EXPECT_EQ(to_date("99999999999999", "YYYY"),
            wrong("99999999999999", "there is no part of a time that is 99999999999999"));
  EXPECT_EQ(to_date("10000", "YYYY"), wrong("10000", "there is no year 10000"));
  EXPECT_EQ(to_date("x", "YYYY"), wrong("x", "'x' should begin with a number"));
  EXPECT_EQ(to_date("1 Mai 2024", "DD Mon YYYY"),
            wrong("1 Mai 2024", "'Mai 2024' should begin with the name of a month"));
  EXPECT_EQ(to_time("2024 13 AM", "YYYY HH12 AM"),
            wrong("2024 13 AM", "there is no hour of a clock of twelve 13"));
  EXPECT_EQ(eval("to_date('2024', 'YYYY TZ')"),
            "error: the pattern 'TZ' is not known; there are TZH, TZM and OF for the offset of a "
            "zone");
}

// What is written is read back.
TEST(Pattern, GoesThereAndBack) {
  for (const char* text :
       {"YYYY-MM-DD HH24:MI:SS.US", "FMDay, FMDDth FMMonth YYYY HH12:MI:SS.US AM",
        "YYYYMMDDHH24MISSUS", "J SSSS US", "IYYY-IW-ID SSSS.FF6"}) {
    const TimePattern pattern = TimePattern::from_postgres(text);
    for (int64_t days = -700'000; days < 2'900'000; days += 7919) {
      const ShownTime time{days, (days + 800'000) * 12'345'000 % 86'400'000'000'000 / 1000 * 1000,
                           0};
      std::string written;
      pattern.write(time, written);
      const ShownTime read = pattern.read(written);
      ASSERT_EQ(read.days, time.days) << text << ": " << written;
      ASSERT_EQ(read.nanoseconds, time.nanoseconds) << text << ": " << written;
    }
  }
}

}  // namespace
}  // namespace penstock
