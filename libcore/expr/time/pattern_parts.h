// The parts of a time that a text has by its pattern, and the time that they make.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/expr/time/pattern.h"

namespace penstock {

struct TimeParts {
  std::optional<int64_t> year, century, month, day, day_of_year, iso_year, week, iso_week, iso_day;
  std::optional<int64_t> week_of_month, julian, hour, minute, second, second_of_day, epoch;
  int year_digits = 4;
  int64_t nanoseconds = 0;  // of the second
  int64_t zone_sign = 0;
  int64_t zone_seconds = 0;
  bool before_christ = false;
  bool half_day = false;  // the hour counts to 12
  std::optional<bool> afternoon;
};

// Returns the time. Throws Error for parts that do not exist (a month 13), and without a year.
ShownTime time_of(const TimeParts& parts);

// Returns the value, or `otherwise` when there is none. Throws Error when it is out of the range;
// `what` it is stands in the message.
int64_t in_range(std::optional<int64_t> value, int64_t otherwise, int64_t least, int64_t most,
                 std::string_view what);

// A year of one to three digits as the one nearest to 2020; others as they are.
int64_t whole_year(int64_t year);

}  // namespace penstock
