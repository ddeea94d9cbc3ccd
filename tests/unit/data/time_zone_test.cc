#include "libcore/data/time_zone.h"

#include <gtest/gtest.h>

#include <ctime>
#include <fstream>
#include <sstream>
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

TEST(ZoneFile, AnyCutOrFlippedByteIsAnErrorOrAZoneButNoCrash) {
  std::ifstream file("/usr/share/zoneinfo/Europe/Berlin", std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  std::string bytes = content.str();
  ASSERT_TRUE(bytes.starts_with("TZif"));
  EXPECT_EQ(TimeZone::parse(bytes, "x").span_at(0).offset, 3600);
  auto parse_any = [](const std::string& damaged) {
    try {
      TimeZone::parse(damaged, "x").span_at(1700000000);
      TimeZone::parse(damaged, "x").span_at(INT64_MAX);
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  for (size_t size = 0; size + 40 < bytes.size(); ++size) {
    ASSERT_FALSE(parse_any(bytes.substr(0, size))) << size;
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0xFF);
    parse_any(damaged);
  }
}

TEST(ZoneRule, ParsesPosixStrings) {
  auto rule = parse_zone_rule("CET-1CEST,M3.5.0,M10.5.0/3");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->standard_offset, 3600);
  EXPECT_EQ(rule->summer_offset, 7200);
  EXPECT_EQ(rule->to_standard.seconds, 3 * 3600);
  rule = parse_zone_rule("<-03>3");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->standard_offset, -10800);
  EXPECT_FALSE(rule->has_summer);
  // Day 60 of a Julian rule is the 1st of March in every year.
  rule = parse_zone_rule("AAA0BBB,J60/0,J61/0");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule_span(*rule, utc("2024-02-29T12:00")).offset, 0);
  EXPECT_EQ(rule_span(*rule, utc("2024-03-01T12:00")).offset, 3600);
  EXPECT_EQ(rule_span(*rule, utc("2023-03-01T12:00")).offset, 3600);
  for (const char* bad :
       {"", "A1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0x",
        "<CET-1", "CET-999"}) {
    EXPECT_FALSE(parse_zone_rule(bad)) << bad;
  }
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
