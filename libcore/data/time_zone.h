// Time zones by the system's database: TZif files (RFC 8536) under /usr/share/zoneinfo.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// "+02", "+0200", "+02:00" (or with '-') in seconds; up to 23:59. Empty for anything else.
std::optional<int32_t> parse_offset(std::string_view text);

// A rule of a POSIX TZ string for one of the year's two changes: "M3.5.0/2", "J60", "59/-1".
struct ZoneChange {
  enum class Kind { kMonthWeekDay, kJulian, kDayOfYear };
  Kind kind = Kind::kMonthWeekDay;
  int32_t month = 0;
  int32_t week = 0;        // 5: the last
  int32_t day = 0;         // of the week, from Sunday; or of the year
  int32_t seconds = 7200;  // of the local day, may be negative or past it
};

// What holds after the last recorded transition.
struct ZoneRule {
  int32_t standard_offset = 0;
  int32_t summer_offset = 0;
  bool has_summer = false;
  ZoneChange to_summer;
  ZoneChange to_standard;
};

// A stretch of time with one offset from UTC: instants in seconds from `begin` on and before `end`.
// As made it holds no instant.
struct ZoneSpan {
  int64_t begin = 0;
  int64_t end = 0;
  int32_t offset = 0;
};

// Immutable once made; shared by threads.
class TimeZone {
 public:
  // A zone by its IANA name. The first use of a name reads its file, later ones look it up; what is
  // returned lives as long as the process. Throws Error when the name is no zone's or its file is
  // damaged.
  static const TimeZone& find(const std::string& name);

  // From the bytes of a TZif file; `name` is for messages. Throws Error when they are none.
  static TimeZone parse(std::string_view bytes, const std::string& name);

  // The span that holds an instant; it may end where a change keeps the offset.
  ZoneSpan span_at(int64_t utc_seconds) const;

 private:
  std::vector<int64_t> transitions_;  // ascending instants
  std::vector<int32_t> offsets_;      // from each on
  int32_t first_offset_ = 0;          // before the first
  std::optional<ZoneRule> rule_;      // after the last
};

// A POSIX TZ string as TZif's footer has it ("CET-1CEST,M3.5.0,M10.5.0/3"); empty when it is none.
std::optional<ZoneRule> parse_zone_rule(std::string_view text);

// The rule's span that holds an instant.
ZoneSpan rule_span(const ZoneRule& rule, int64_t utc_seconds);

// The span, at an instant, of a zone that a timestamp type names, as zone_offset() takes it. Throws
// Error on an unknown zone.
ZoneSpan zone_span(const std::string& zone, int64_t utc_seconds);

}  // namespace penstock
