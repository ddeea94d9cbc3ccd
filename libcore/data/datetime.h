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

// a / b rounded down, and what is left, in 0..b-1; REQUIRES b > 0.
constexpr int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}
constexpr int64_t floor_modulo(int64_t a, int64_t b) {
  return a % b + (a % b < 0 ? b : 0);
}

// YYYY-MM-DD exactly (years 0001 to 9999), a real date. Inline: it stands in the CSV reader's loop.
inline std::optional<int32_t> parse_date(std::string_view text);

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

// What append_duration prints: "PT90.5S", "PT-90.5S". Empty when it is none, does not fit, or has
// digits below the unit.
std::optional<int64_t> parse_duration(std::string_view text, TimeUnit unit);

// A parsed timestamp in a unit, the offset subtracted. Empty when digits below the unit would be
// lost or it does not fit 64 bits.
std::optional<int64_t> to_unit(const ParsedTimestamp& timestamp, TimeUnit unit);

// Each writes at `to`, at most kMaxTimeChars, and returns the end; append_… does so to a string.
inline constexpr int64_t kMaxTimeChars = 64;

// "1996-03-13"; years beyond 9999 or before 1 with a sign: "+12000-01-01", "-0044-03-15".
char* write_date(char* to, int64_t days);
// "1996-03-13T01:02:03.25", the fraction as short as is exact, none when zero; no zone.
char* write_timestamp(char* to, int64_t value, TimeUnit unit);
// "01:02:03.25"; what is no time of day prints with a sign or more than 23 hours.
char* write_time(char* to, int64_t value, TimeUnit unit);
// ISO 8601 in seconds alone: "PT90.5S", "PT-90.5S".
char* write_duration(char* to, int64_t value, TimeUnit unit);

void append_date(std::string& out, int64_t days);
void append_timestamp(std::string& out, int64_t value, TimeUnit unit);
void append_time(std::string& out, int64_t value, TimeUnit unit);
void append_duration(std::string& out, int64_t value, TimeUnit unit);

// A timestamp of a zone (as a timestamp type names it), with its offset: "…Z" for UTC, "…+02:00"
// for others, and "…Z" too where the offset has seconds (before standard time) or local time would
// not fit 64 bits. Throws Error on an unknown zone.
void append_zoned_timestamp(std::string& out, int64_t value, TimeUnit unit,
                            const std::string& zone);

// The offset from UTC in seconds, at an instant, of a zone that a timestamp type names: "UTC", "Z",
// "+02:00", or an IANA name by the system's zone database. Throws Error on an unknown zone.
int32_t zone_offset(const std::string& zone, int64_t utc_seconds);

// Months of the years that most dates are of, kMonthsAYear apart, each as the day before its first,
// counted from 1970-01-01, times 32, and its length; 0 for what is no month.
inline constexpr uint32_t kFirstTableYear = 1900;
inline constexpr uint32_t kTableYears = 200;
inline constexpr uint32_t kMonthsAYear = 20;
extern const std::array<int32_t, size_t{kTableYears} * kMonthsAYear> kMonthTable;

// The same for any year; empty for what is no month or day.
std::optional<int32_t> days_if_civil(uint32_t year, uint32_t month, uint32_t day);

inline std::optional<int32_t> parse_date(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  // All ten bytes at once: digits become 0..9 (a month's first 0 or 1) and dashes 0; whatever else
  // sets a high bit.
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
