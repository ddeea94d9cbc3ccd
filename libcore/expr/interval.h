// Intervals: months, days and nanoseconds, each kept apart, as PostgreSQL does (a month has no
// fixed number of days, a day no fixed number of hours).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/type.h"
#include "libcore/expr/types.h"

namespace penstock {

// PostgreSQL's words: '1 year 2 months', '90 days', '-3 hours', '1.5 s', '02:30:00', '1 day 02:30',
// units abbreviated as there (y, mon, w, d, h, m, s, ms, us), 'ago' at the end. Fractions of months
// and days are refused (they would be bent), of weeks to seconds exact. Empty when it is none.
// `unit` is what a bare number counts ("seconds" unless an interval literal says otherwise).
std::optional<Interval> parse_interval(std::string_view text, std::string_view unit = "second");

// The unit that `interval '90' day` names, from PostgreSQL's mask of fields; empty when it names a
// range of them (`day to second`) or none.
std::optional<std::string_view> interval_unit(int64_t field_mask);

// "1 year 2 mons 3 days 04:05:06.5", "00:00:00" for nothing.
void append_interval(std::string& out, const Interval& interval);

// Parts added or multiplied; empty on overflow.
std::optional<Interval> add(const Interval& a, const Interval& b);
std::optional<Interval> multiply(const Interval& interval, int64_t factor);

// `days` since 1970 moved by whole months: the day is cut to the month's length (January 31 and a
// month give February 28). Empty outside the calendar that fits 32 bits of days.
std::optional<int64_t> add_months(int64_t days, int64_t months);

// A timestamp plus an interval: months first, then days, then the rest. Empty on overflow.
std::optional<int64_t> add_to_timestamp(int64_t value, TimeUnit unit, const Interval& interval);

}  // namespace penstock
