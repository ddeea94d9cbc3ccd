// Names of the parts of dates, times and intervals.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock {

// From small to large up to kMillennium: spans to which times are truncated and in which intervals
// count (except quarters). The following ones can only be extracted.
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

// Returns a span by its name in any letter case, from PostgreSQL's list of names: "hour", "hours",
// "hr", "h". Only the first ten letters of a word count. Empty when the word is not a span.
std::optional<TimeField> find_span(std::string_view word);

// Returns a span, or one of the fields that can only be extracted; empty for other words.
std::optional<TimeField> find_time_field(std::string_view word);

}  // namespace penstock
