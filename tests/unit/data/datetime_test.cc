#include "libcore/data/datetime.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

namespace penstock {
namespace {

std::string date_text(int64_t days) {
  std::string out;
  append_date(out, days);
  return out;
}

std::string timestamp_text(int64_t value, TimeUnit unit) {
  std::string out;
  append_timestamp(out, value, unit);
  return out;
}

// Every day of the years that text may hold, counted off one by one.
TEST(Date, EveryDayOfTheYears1To9999) {
  int64_t days = days_from_civil({1, 1, 1});
  EXPECT_EQ(days, -719162);
  char expected[16];
  for (int32_t year = 1; year <= 9999; ++year) {
    for (int32_t month = 1; month <= 12; ++month) {
      for (int32_t day = 1; day <= days_in_month(year, month); ++day, ++days) {
        CivilDate date = civil_from_days(days);
        ASSERT_TRUE(date.year == year && date.month == month && date.day == day) << days;
        ASSERT_EQ(days_from_civil(date), days);
        char* end = write_date(expected, days);
        ASSERT_EQ(end - expected, 10);
        ASSERT_EQ(parse_date({expected, 10}), days) << std::string(expected, 10);
      }
    }
  }
  EXPECT_EQ(days, 2932897);
}

TEST(Date, KnownDays) {
  EXPECT_EQ(parse_date("1970-01-01"), 0);
  EXPECT_EQ(parse_date("1969-12-31"), -1);
  EXPECT_EQ(parse_date("2000-02-29"), 11016);
  EXPECT_EQ(date_text(11016), "2000-02-29");
  EXPECT_EQ(days_in_month(1900, 2), 28);
  EXPECT_EQ(days_in_month(2000, 2), 29);
}

TEST(Date, YearsBeyondFourDigitsHaveASign) {
  EXPECT_EQ(date_text(2932896), "9999-12-31");
  EXPECT_EQ(date_text(2932897), "+10000-01-01");
  EXPECT_EQ(date_text(-719163), "+0000-12-31");
  EXPECT_EQ(date_text(days_from_civil({-44, 3, 15})), "-0044-03-15");
  EXPECT_EQ(date_text(std::numeric_limits<int32_t>::max()), "+5881580-07-11");
  EXPECT_EQ(date_text(std::numeric_limits<int32_t>::min()), "-5877641-06-23");
  for (int64_t days : {int64_t{729999999}, int64_t{730000000}, int64_t{-719468}, int64_t{-719469},
                       int64_t{106751991167300}, int64_t{-106751991167300}}) {
    EXPECT_EQ(days_from_civil(civil_from_days(days)), days);
  }
}

TEST(Date, RefusesWhatIsNoDate) {
  for (const char* bad :
       {"", "1996-3-13", "1996-03-1", "1996-03-130", "1996-13-01", "1996-00-01", "1996-01-00",
        "1996-01-32", "1996-04-31", "1995-02-29", "1900-02-29", "0000-01-01", "1996/03/13",
        "19960313", "1996-03-1x", " 996-03-13", "+996-03-13", "1996-03 13", "1996-03-13 "}) {
    EXPECT_FALSE(parse_date(bad)) << bad;
  }
}

TEST(Date, RefusesAnyOtherByteAnywhere) {
  const std::string date = "1996-03-13";
  for (size_t i = 0; i < date.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = date;
      text[i] = static_cast<char>(byte);
      bool digit = byte >= '0' && byte <= '9';
      bool fits = i == 4 || i == 7 ? byte == '-' : digit;
      if (!fits) {
        ASSERT_FALSE(parse_date(text)) << text;
      }
    }
  }
}

TEST(Timestamp, ParsesIso8601) {
  auto at = [](std::string_view text) { return parse_timestamp(text).value(); };
  EXPECT_EQ(at("1970-01-02T00:00").seconds, 86400);
  EXPECT_EQ(at("1970-01-01 01:02:03").seconds, 3723);
  EXPECT_EQ(at("1970-01-01T23:59:59.5").nanoseconds, 500000000);
  EXPECT_EQ(at("1970-01-01T23:59:59.123456789").nanoseconds, 123456789);
  EXPECT_FALSE(at("1970-01-01T00:00").offset_seconds);
  EXPECT_EQ(at("1970-01-01T00:00Z").offset_seconds, 0);
  EXPECT_EQ(at("1970-01-01T00:00:00.25+02:00").offset_seconds, 7200);
  EXPECT_EQ(at("1970-01-01T00:00:00-0530").offset_seconds, -19800);
  EXPECT_EQ(at("1970-01-01T00:00+14").offset_seconds, 50400);
}

TEST(Timestamp, RefusesAllElse) {
  for (const char* bad : {"",
                          "1970-01-01",
                          "1970-01-01T",
                          "1970-01-01T1:00",
                          "1970-01-01T24:00",
                          "1970-01-01T00:60",
                          "1970-01-01T00:00:60",
                          "1970-01-01T00:00:00.",
                          "1970-01-01T00:00:00.1234567890",
                          "1970-01-01t00:00",
                          "1970-01-01  00:00",
                          "1970-01-01T00:00:00z",
                          "1970-01-01T00:00ZZ",
                          "1970-01-01T00:00:00+2",
                          "1970-01-01T00:00:00+24:00",
                          "1970-01-01T00:00:00+02:60",
                          "1970-01-01T00:00:00 +02:00",
                          "1970-01-01T00:00:00+02:0",
                          "1970-01-01T00:00:0",
                          "1970-01-01T00:00:",
                          "1970-13-01T00:00",
                          "1970-01-01T00-00",
                          "1970-01-01T00:00.5"}) {
    EXPECT_FALSE(parse_timestamp(bad)) << bad;
  }
}

TEST(Timestamp, ToUnitLosesNothing) {
  ParsedTimestamp time{-1, 250'000'000, std::nullopt};
  EXPECT_EQ(to_unit(time, TimeUnit::kMilli), -750);
  EXPECT_EQ(to_unit(time, TimeUnit::kNano), -750'000'000);
  EXPECT_EQ(to_unit(time, TimeUnit::kSecond), std::nullopt);
  time = {3600, 0, 7200};
  EXPECT_EQ(to_unit(time, TimeUnit::kSecond), -3600);
  // The ends of 64 bits of nanoseconds.
  EXPECT_EQ(to_unit(*parse_timestamp("2262-04-11T23:47:16.854775807"), TimeUnit::kNano), INT64_MAX);
  EXPECT_EQ(to_unit(*parse_timestamp("2262-04-11T23:47:16.854775808"), TimeUnit::kNano),
            std::nullopt);
  EXPECT_EQ(to_unit(*parse_timestamp("1677-09-21T00:12:43.145224192"), TimeUnit::kNano), INT64_MIN);
  EXPECT_EQ(to_unit(*parse_timestamp("1677-09-21T00:12:43.145224191"), TimeUnit::kNano),
            std::nullopt);
}

TEST(Timestamp, PrintsTheShortestExactFraction) {
  EXPECT_EQ(timestamp_text(0, TimeUnit::kSecond), "1970-01-01T00:00:00");
  EXPECT_EQ(timestamp_text(-1, TimeUnit::kSecond), "1969-12-31T23:59:59");
  EXPECT_EQ(timestamp_text(-1, TimeUnit::kMilli), "1969-12-31T23:59:59.999");
  EXPECT_EQ(timestamp_text(1250, TimeUnit::kMilli), "1970-01-01T00:00:01.25");
  EXPECT_EQ(timestamp_text(1, TimeUnit::kNano), "1970-01-01T00:00:00.000000001");
  EXPECT_EQ(timestamp_text(INT64_MIN, TimeUnit::kNano), "1677-09-21T00:12:43.145224192");
  EXPECT_EQ(timestamp_text(INT64_MAX, TimeUnit::kMicro), "+294247-01-10T04:00:54.775807");
  EXPECT_EQ(timestamp_text(INT64_MAX, TimeUnit::kSecond), "+292277026596-12-04T15:30:07");
  EXPECT_EQ(timestamp_text(INT64_MIN, TimeUnit::kSecond), "-292277022657-01-27T08:29:52");
}

TEST(Timestamp, TextReadsBackInEveryUnit) {
  std::mt19937_64 random(1);
  for (TimeUnit unit : {TimeUnit::kSecond, TimeUnit::kMilli, TimeUnit::kMicro, TimeUnit::kNano}) {
    for (int i = 0; i < 20'000; ++i) {
      int64_t value = static_cast<int64_t>(random()) >> (random() & 63);
      int64_t seconds = floor_divide(value, units_per_second(unit));
      if (seconds < -62135596800 || seconds > 253402300799) continue;
      std::string text = timestamp_text(value, unit);
      std::optional<ParsedTimestamp> parsed = parse_timestamp(text);
      ASSERT_TRUE(parsed) << text;
      ASSERT_EQ(to_unit(*parsed, unit), value) << text;
    }
  }
}

TEST(TimeOfDay, TextAndBack) {
  auto text = [](int64_t value, TimeUnit unit) {
    std::string out;
    append_time(out, value, unit);
    return out;
  };
  EXPECT_EQ(text(3723, TimeUnit::kSecond), "01:02:03");
  EXPECT_EQ(text(3723250, TimeUnit::kMilli), "01:02:03.25");
  EXPECT_EQ(text(86399999999999, TimeUnit::kNano), "23:59:59.999999999");
  EXPECT_EQ(text(-1, TimeUnit::kSecond), "-00:00:01");
  EXPECT_EQ(text(86400, TimeUnit::kSecond), "24:00:00");
  EXPECT_EQ(text(INT64_MIN, TimeUnit::kMicro), "-2562047788:00:54.775808");
  EXPECT_EQ(parse_time("01:02:03.25"), 3723250000000);
  EXPECT_EQ(parse_time("00:00"), 0);
  for (const char* bad :
       {"", "1:00", "24:00", "00:00:60", "00:00Z", "00:00:00.", "00:00 ", "0000", "00:0"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(Duration, TextAndBack) {
  auto text = [](int64_t value, TimeUnit unit) {
    std::string out;
    append_duration(out, value, unit);
    return out;
  };
  EXPECT_EQ(text(0, TimeUnit::kSecond), "PT0S");
  EXPECT_EQ(text(90500, TimeUnit::kMilli), "PT90.5S");
  EXPECT_EQ(text(-90500, TimeUnit::kMilli), "PT-90.5S");
  for (TimeUnit unit : {TimeUnit::kSecond, TimeUnit::kMilli, TimeUnit::kMicro, TimeUnit::kNano}) {
    for (int64_t value :
         {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{1234567890123}, INT64_MAX, INT64_MIN}) {
      EXPECT_EQ(parse_duration(text(value, unit), unit), value);
    }
  }
  for (const char* bad :
       {"", "PT", "PTS", "P1D", "PT1", "1S", "PT1.S", "PT--1S", "PT1.5SS", "PT+1S",
        "PT9223372036854775808S", "PT99999999999999999999S", "PT0.0000000001S"}) {
    EXPECT_FALSE(parse_duration(bad, TimeUnit::kNano)) << bad;
  }
  EXPECT_FALSE(parse_duration("PT0.5S", TimeUnit::kSecond));
}

}  // namespace
}  // namespace penstock
