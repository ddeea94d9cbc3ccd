// Names of the parts of dates, times and intervals.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock {

// From small to large as far as kMillennium: spans that times are cut to and intervals count in (of
// quarters they do not). What follows can only be extracted.
enum class TimeField : uint8_t {
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kDecade,
  kCentury,
  kMillennium,
  kDow,
  kIsodow,
  kDoy,
  kIsoyear,
  kEpoch,
  kJulian,
};

// A span by its name in any case, by PostgreSQL's list of them: "hour", "hours", "hr", "h". Only a
// word's first ten letters count. Empty when it is none.
std::optional<TimeField> find_span(std::string_view word);

// A span, or one of the fields that can only be extracted.
std::optional<TimeField> find_time_field(std::string_view word);

}  // namespace penstock
