// Dates and times of the proleptic Gregorian calendar, and ISO 8601 text for them.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
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

inline constexpr int64_t kSecondsPerDay = 86400;

// Days since 1970-01-01 and back (Hinnant, "chrono-compatible low-level date algorithms"; near our
// time back by Neri and Schneider, "Euclidean affine functions and their application to calendar
// algorithms", 2022). REQUIRES a year within ±2^53.
int64_t days_from_civil(CivilDate date);
CivilDate civil_from_days(int64_t days);
int32_t days_in_month(int64_t year, int32_t month);

// a / b rounded down, and the remainder, in 0..b-1. REQUIRES b > 0.
constexpr int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}
constexpr int64_t floor_modulo(int64_t a, int64_t b) {
  return a % b + (a % b < 0 ? b : 0);
}

// Parses exactly YYYY-MM-DD (years 0001 to 9999). Empty for other text, and for a date that does
// not exist. Inline, because it is called in the CSV reader's loop.
inline std::optional<int32_t> parse_date(std::string_view text);

// A timestamp as text states it: a date, 'T' or one space, HH:MM[:SS[.fraction of 1..9 digits]],
// and perhaps a zone: Z, ±HH, ±HHMM, ±HH:MM. `offset_seconds` is present when the text names a
// zone. A date alone is not a timestamp. Leap seconds (":60") are refused.
struct ParsedTimestamp {
  int64_t seconds = 0;      // since 1970-01-01, on the wall clock of the text
  int32_t nanoseconds = 0;  // 0..999999999
  std::optional<int32_t> offset_seconds;
};
std::optional<ParsedTimestamp> parse_timestamp(std::string_view text);

// Parses HH:MM[:SS[.fraction]] as nanoseconds since midnight. Empty for other text.
std::optional<int64_t> parse_time(std::string_view text);

// Parses the text of append_duration(): "PT90.5S", "PT-90.5S". Empty for other text, for a duration
// that does not fit 64 bits, and when digits below the unit would be lost.
std::optional<int64_t> parse_duration(std::string_view text, TimeUnit unit);

// Converts a parsed timestamp to a unit, with the offset subtracted. Empty when digits below the
// unit would be lost, or when the result does not fit 64 bits.
std::optional<int64_t> to_unit(const ParsedTimestamp& timestamp, TimeUnit unit);

// Each of these writes at `to`, at most kMaxTimeChars, and returns the end; append_…() appends to a
// string.
inline constexpr int64_t kMaxTimeChars = 64;

// "1996-03-13"; years after 9999 and before 1 with a sign: "+12000-01-01", "-0044-03-15".
char* write_date(char* to, int64_t days);
// "1996-03-13T01:02:03.25", without a zone. The fraction is as short as is exact, and left out when
// it is zero.
char* write_timestamp(char* to, int64_t value, TimeUnit unit);
// "01:02:03.25". A value outside of a day is written with a sign or more than 23 hours.
char* write_time(char* to, int64_t value, TimeUnit unit);
// ISO 8601 in seconds alone: "PT90.5S", "PT-90.5S".
char* write_duration(char* to, int64_t value, TimeUnit unit);

void append_date(std::string& out, int64_t days);
void append_timestamp(std::string& out, int64_t value, TimeUnit unit);
void append_time(std::string& out, int64_t value, TimeUnit unit);
void append_duration(std::string& out, int64_t value, TimeUnit unit);

// Writes a timestamp of a zone (as a timestamp type names it) with its offset: "…Z" for UTC,
// "…+02:00" for others. Writes "…Z" too where the offset has seconds (before standard time) or
// where the local time would not fit 64 bits. Throws Error on an unknown zone.
void append_zoned_timestamp(std::string& out, int64_t value, TimeUnit unit,
                            const std::string& zone);

// Returns the offset from UTC, in seconds, at an instant, of a zone that a timestamp type names:
// "UTC", "Z", "+02:00", or an IANA name from the system's zone database. Throws Error on an unknown
// zone.
int32_t zone_offset(const std::string& zone, int64_t utc_seconds);

// The months of the years that most dates have, kMonthsAYear apart. Each entry is the day before
// the first of the month, counted from 1970-01-01, times 32, plus the length of the month; 0 for
// numbers that are not a month.
inline constexpr uint32_t kFirstTableYear = 1900;
inline constexpr uint32_t kTableYears = 200;
inline constexpr uint32_t kMonthsAYear = 20;
extern const std::array<int32_t, size_t{kTableYears} * kMonthsAYear> kMonthTable;

// The same for any year; empty when the month or the day does not exist.
std::optional<int32_t> days_if_civil(uint32_t year, uint32_t month, uint32_t day);

inline std::optional<int32_t> parse_date(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  // All ten bytes at once: digits become 0..9 (the first digit of a month 0 or 1) and dashes 0; any
  // other byte sets a high bit.
  uint64_t head;
  uint16_t tail;
  std::memcpy(&head, text.data(), 8);
  std::memcpy(&tail, text.data() + 8, 2);
  head ^= 0x2D30302D30303030U;
  tail = static_cast<uint16_t>(tail ^ 0x3030U);
  uint64_t wrong = head | (head + 0x7F767E7F76767676U);
  uint32_t wrong_tail = tail | (tail + 0x7676U);
  if (((wrong & 0x8080808080808080U) | (wrong_tail & 0x8080U)) != 0) return std::nullopt;
  uint64_t pairs = head * 10 + (head >> 8);  // bytes 0, 2 and 5 are two digits' value
  auto year = static_cast<uint32_t>((pairs & 0xFF) * 100 + ((pairs >> 16) & 0xFF));
  auto month = static_cast<uint32_t>((pairs >> 40) & 0xFF);
  uint32_t day = (tail & 0xFU) * 10 + (tail >> 8);
  uint32_t table_year = year - kFirstTableYear;
  if (table_year >= kTableYears) [[unlikely]]
    return days_if_civil(year, month, day);
  int32_t entry = kMonthTable[table_year * kMonthsAYear + month];
  if (day - 1 >= static_cast<uint32_t>(entry & 31)) return std::nullopt;
  return (entry >> 5) + static_cast<int32_t>(day);
}

}  // namespace penstock
