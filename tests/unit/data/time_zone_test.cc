#include "libcore/data/time_zone.h"

#include <gtest/gtest.h>

#include <array>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/datetime.h"

namespace penstock {
namespace {

int64_t utc(std::string_view text) {
  return parse_timestamp(text).value().seconds;
}

TEST(ZoneOffset, FixedOffsets) {
  EXPECT_EQ(zone_offset("UTC", 0), 0);
  EXPECT_EQ(zone_offset("Z", 0), 0);
  EXPECT_EQ(zone_offset("+02:00", 0), 7200);
  EXPECT_EQ(zone_offset("-0530", 0), -19800);
  EXPECT_EQ(zone_offset("+14", 0), 50400);
}

TEST(ZoneOffset, NamedZones) {
  EXPECT_EQ(zone_offset("Europe/Berlin", utc("2024-01-15T12:00")), 3600);
  EXPECT_EQ(zone_offset("Europe/Berlin", utc("2024-07-15T12:00")), 7200);
  // The very seconds of the changes.
  EXPECT_EQ(zone_offset("Europe/Berlin", utc("2024-03-31T00:59:59")), 3600);
  EXPECT_EQ(zone_offset("Europe/Berlin", utc("2024-03-31T01:00:00")), 7200);
  EXPECT_EQ(zone_offset("Europe/Berlin", utc("2024-10-27T00:59:59")), 7200);
  EXPECT_EQ(zone_offset("Europe/Berlin", utc("2024-10-27T01:00:00")), 3600);
  EXPECT_EQ(zone_offset("Asia/Kolkata", utc("2024-07-15T12:00")), 19800);
  EXPECT_EQ(zone_offset("America/New_York", utc("1800-01-01T00:00")), -17762);
}

TEST(ZoneOffset, PastTheLastTransitionTheRuleHolds) {
  EXPECT_EQ(zone_offset("Europe/Berlin", utc("2500-01-15T12:00")), 3600);
  EXPECT_EQ(zone_offset("Europe/Berlin", utc("2500-07-15T12:00")), 7200);
  // South of the equator summer spans the new year.
  EXPECT_EQ(zone_offset("Australia/Sydney", utc("2500-01-15T12:00")), 39600);
  EXPECT_EQ(zone_offset("Australia/Sydney", utc("2500-07-15T12:00")), 36000);
  EXPECT_EQ(zone_offset("Asia/Kolkata", utc("2500-07-15T12:00")), 19800);
  EXPECT_EQ(zone_offset("Europe/Berlin", INT64_MAX), zone_offset("Europe/Berlin", INT64_MAX - 1));
  EXPECT_EQ(zone_offset("Europe/Berlin", INT64_MIN), 3208);
}

// The C library reads the same files: agree with it around the year, in zones of all kinds.
TEST(ZoneOffset, AgreesWithTheCLibrary) {
  for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Tehran",
                           "Africa/Casablanca", "America/St_Johns", "Pacific/Apia", "Europe/Dublin",
                           "Asia/Gaza", "America/Santiago", "Antarctica/Troll"}) {
    setenv("TZ", name, 1);
    tzset();
    for (int64_t at = utc("1900-01-01T00:00"); at < utc("2120-01-01T00:00");
         at += 86400 * 3 + 3607) {
      std::time_t seconds = at;
      std::tm local{};
      localtime_r(&seconds, &local);
      ASSERT_EQ(zone_offset(name, at), local.tm_gmtoff) << name << " at " << at;
    }
  }
  unsetenv("TZ");
  tzset();
}

TEST(ZoneOffset, RefusesWhatIsNoZone) {
  for (const char* name :
       {"", "Mars/Olympus", "../../etc/passwd", "Europe", "/usr/share/zoneinfo/UTC",
        "Europe/../UTC", "Europe//Berlin", "tzdata.zi", "zone.tab", "+25:00", "+2"}) {
    try {
      zone_offset(name, 0);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.message().find("unknown time zone '" + std::string(name) + "'"), 0U);
    }
  }
}

TEST(ZoneOffset, DoesNotAskTheEnvironmentWhereZonesAre) {
  setenv("TZDIR", "/nowhere", 1);
  EXPECT_EQ(zone_offset("America/Caracas", 1700000000), -14400);
  unsetenv("TZDIR");
}

// Spans touch, hold one offset, and the C library changes it where they do, before the first change
// as well as in years that no table reaches.
TEST(ZoneSpan, TouchAndAgreeWithTheCLibraryAtTheirEnds) {
  for (const char* name :
       {"Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tokyo", "America/Nuuk",
        "Europe/Dublin", "EST5EDT", "Asia/Kathmandu"}) {
    setenv("TZ", name, 1);
    tzset();
    auto expected = [](int64_t at) {
      std::time_t seconds = at;
      std::tm local{};
      localtime_r(&seconds, &local);
      return local.tm_gmtoff;
    };
    for (const char* from : {"1890-01-01T00:00", "2036-06-01T00:00", "2390-01-01T00:00",
                             "2436-06-01T00:00", "9990-01-01T00:00"}) {
      int64_t at = utc(from);
      for (int i = 0; i < 60; ++i) {
        ZoneSpan span = zone_span(name, at);
        ASSERT_LE(span.begin, at) << name;
        ASSERT_GT(span.end, at) << name;
        ASSERT_EQ(span.offset, expected(at)) << name << " at " << at;
        if (span.end == INT64_MAX) break;
        ASSERT_EQ(span.offset, expected(span.end - 1)) << name << " before " << span.end;
        ASSERT_EQ(zone_span(name, span.end).begin, span.end) << name;
        at = span.end;
      }
    }
  }
  unsetenv("TZ");
  tzset();
}

TEST(ZoneSpan, RepeatsWhatIsRecordedEvery400Years) {
  const int64_t cycle = int64_t{146097} * kSecondsPerDay;
  ZoneHistory history{
      .first_offset = 60, .changes = {-cycle, 0, 1000, cycle}, .offsets = {1, 2, 3, 1}};
  EXPECT_EQ(TimeZone(history).span_at(INT64_MAX).begin, cycle);
  history.repeats = true;
  TimeZone zone(history);
  EXPECT_EQ(zone.span_at(INT64_MIN).offset, 60);
  for (int64_t round : {int64_t{1}, int64_t{2}, int64_t{25}, int64_t{700'000'000}}) {
    // The recorded years end with the change at one cycle; what follows it is what followed 0.
    for (auto [at, offset, begin, end] :
         {std::array<int64_t, 4>{0, 2, 0, 1000}, {999, 2, 0, 1000}, {1000, 3, 1000, cycle}}) {
      ZoneSpan span = zone.span_at(at + round * cycle);
      EXPECT_EQ(span.offset, offset);
      EXPECT_EQ(span.begin, begin + round * cycle);
      EXPECT_EQ(span.end, end + round * cycle);
    }
  }
  EXPECT_EQ(zone.span_at(INT64_MAX).end, INT64_MAX);
}

TEST(ZoneOffset, IsThreadSafe) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int round = 0; round < 200; ++round) {
        EXPECT_EQ(zone_offset("Asia/Tokyo", 0), 32400);
        EXPECT_EQ(zone_offset("America/Lima", 1700000000), -18000);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
}

TEST(ZonedTimestamp, PrintsItsOffset) {
  auto text = [](int64_t value, TimeUnit unit, const std::string& zone) {
    std::string out;
    append_zoned_timestamp(out, value, unit, zone);
    return out;
  };
  EXPECT_EQ(text(0, TimeUnit::kSecond, "UTC"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text(1250, TimeUnit::kMilli, "+02:00"), "1970-01-01T02:00:01.25+02:00");
  EXPECT_EQ(text(0, TimeUnit::kMicro, "-05:30"), "1969-12-31T18:30:00-05:30");
  EXPECT_EQ(text(0, TimeUnit::kSecond, "Europe/Berlin"), "1970-01-01T01:00:00+01:00");
  // Local mean time has seconds in its offset, which ISO 8601 has no form for.
  EXPECT_EQ(text(utc("1800-01-01T00:00"), TimeUnit::kSecond, "Europe/Berlin"),
            "1800-01-01T00:00:00Z");
  EXPECT_EQ(text(INT64_MAX, TimeUnit::kSecond, "+02:00"), "+292277026596-12-04T15:30:07Z");
}

}  // namespace
}  // namespace penstock
