// Intervals: months, days and nanoseconds, each kept apart as in PostgreSQL, because a month does
// not have a fixed number of days, nor a day a fixed number of hours.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libcore/expr/time/field.h"
#include "libcore/expr/types.h"

namespace penstock {

inline constexpr int64_t kMostIntervalDigits = 9;

// The fields that `interval '…' day to second(3)` names. They determine the unit of a last number
// without one, and what is cut from the value.
struct IntervalFields {
  TimeField last = TimeField::kSecond;   // the smallest named; one of year, month, day to second
  bool minutes_to_seconds = false;       // '1:30' is minutes and seconds
  int64_t digits = kMostIntervalDigits;  // of a second that are kept
};

// Reads PostgreSQL's modifiers of the type: a mask of fields, and the digits of a second.
IntervalFields interval_fields(std::span<const int64_t> modifiers);

// Sets everything smaller than the last field to zero, and rounds seconds, halves away from zero.
// Empty when the result does not fit.
std::optional<Interval> cut_interval(const Interval& interval, const IntervalFields& fields);

// Parses an interval in PostgreSQL 15's grammar: words ('1 year 2 months', '-3 hours', '1.5 d
// 02:30', '2 weeks ago'), the SQL standard's form ('1-2 3 4:05:06' is a year, two months, three
// days and the rest) and ISO 8601 ('P1Y2M3DT4H5M6S', 'P0001-02-03T04:05:06'). Fractions of years
// are rounded to months; fractions of months (of 30 days), weeks and days become days and a clock
// time in microseconds; hours and smaller units are exact, rounded below a nanosecond (PostgreSQL:
// below a microsecond). Empty for other text, and when a part does not fit 32 bits of months or
// days or 64 bits of nanoseconds.
std::optional<Interval> parse_interval(std::string_view text, const IntervalFields& fields = {});

// Appends an interval as PostgreSQL prints it: "1 year 2 mons 3 days 04:05:06.5", "-1 mons +2
// days", "00:00:00" for nothing.
void append_interval(std::string& out, const Interval& interval);

// Add or multiply the parts; empty on overflow.
std::optional<Interval> add(const Interval& a, const Interval& b);
std::optional<Interval> multiply(const Interval& interval, int64_t factor);

// Moves `days` since 1970 by whole months. The day is cut to the length of the month (January 31
// and a month give February 28). Empty when the result does not fit 32 bits of days.
std::optional<int64_t> add_months(int64_t days, int64_t months);

}  // namespace penstock
