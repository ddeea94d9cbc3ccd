// Dates and times of the proleptic Gregorian calendar, and ISO 8601 text for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/type.h"

namespace penstock {

struct CivilDate {
  int64_t year;
  int32_t month;  // 1..12
  int32_t day;    // 1..31
};

// Days since 1970-01-01 and back (Hinnant, "chrono-compatible low-level date algorithms").
int64_t days_from_civil(CivilDate date);
CivilDate civil_from_days(int64_t days);
int32_t days_in_month(int64_t year, int32_t month);

// YYYY-MM-DD exactly (years 0001 to 9999), a real date. Inline in the CSV reader's hot path.
std::optional<int32_t> parse_date(std::string_view text);

// A timestamp as text has it. `offset_seconds` is present when the text named a zone: Z, ±HH,
// ±HHMM, ±HH:MM. Form: date, 'T' or one space, HH:MM[:SS[.fraction of 1..9 digits]]. A date alone
// is no timestamp. Leap seconds (":60") are refused.
struct ParsedTimestamp {
  int64_t seconds = 0;      // since 1970-01-01 of the wall clock as written
  int32_t nanoseconds = 0;  // 0..999999999
  std::optional<int32_t> offset_seconds;
};
std::optional<ParsedTimestamp> parse_timestamp(std::string_view text);

// HH:MM[:SS[.fraction]]; nanoseconds since midnight.
std::optional<int64_t> parse_time(std::string_view text);

// A parsed timestamp in a unit, the offset subtracted. Empty when digits below the unit would be
// lost or it does not fit 64 bits.
std::optional<int64_t> to_unit(const ParsedTimestamp& timestamp, TimeUnit unit);

// "1996-03-13"; years beyond 9999 or before 1 with sign.
void append_date(std::string& out, int64_t days);
// "1996-03-13T01:02:03.250", fraction as short as is exact, none when zero; no zone.
void append_timestamp(std::string& out, int64_t value, TimeUnit unit);
void append_time(std::string& out, int64_t value, TimeUnit unit);
// ISO 8601: "PT90.5S"
void append_duration(std::string& out, int64_t value, TimeUnit unit);

// The offset from UTC in seconds, at an instant, of a zone that a timestamp type names: "UTC", "Z",
// "+02:00", or an IANA name by the system's zone database. Throws Error on an unknown zone.
int32_t zone_offset(const std::string& zone, int64_t utc_seconds);

}  // namespace penstock
