#include "libcore/expr/time/pattern_parts.h"

#include <string>

#include "libcore/base/error.h"
#include "libcore/data/datetime.h"
#include "libcore/expr/time/date_field.h"

namespace penstock {
namespace {

constexpr int64_t kNanosInOneSecond = 1'000'000'000;
constexpr int64_t kMostYear = 9999;
constexpr int64_t kDaysBeforeEpoch = 2'440'588;  // Julian

[[noreturn]] void fail_range(std::string_view what, int64_t value) {
  throw Error("there is no " + std::string(what) + " " + std::to_string(value));
}

int64_t year_of(const TimeParts& parts) {
  std::optional<int64_t> year = parts.year ? parts.year : parts.iso_year;
  if (parts.century && (!year || parts.year_digits <= 2)) {
    const int64_t first = (*parts.century - 1) * 100;
    year = year && *year % 100 != 0 ? first + *year % 100 : first + (year ? 100 : 1);
  }
  if (!year) throw Error("the text ends before its year");
  if (parts.before_christ) year = 1 - *year;
  if (*year < -kMostYear || *year > kMostYear) fail_range("year", *year);
  return *year;
}

int64_t days_of_iso_week(int64_t year, const TimeParts& parts) {
  const int64_t week = in_range(parts.iso_week, 1, 1, 53, "week");
  const int64_t january_4 = days_from_civil({year, 1, 4});
  const int64_t first_monday = january_4 - day_of_week(january_4);
  return first_monday + 7 * (week - 1) + in_range(parts.iso_day, 1, 1, 7, "day of the week") - 1;
}

int64_t days_of(const TimeParts& parts) {
  if (parts.julian) return *parts.julian - kDaysBeforeEpoch;
  const int64_t year = year_of(parts);
  if (parts.iso_year || parts.iso_week) {
    if (!parts.day_of_year) return days_of_iso_week(year, parts);
    const int64_t january_4 = days_from_civil({year, 1, 4});
    return january_4 - day_of_week(january_4) +
           in_range(parts.day_of_year, 1, 1, 371, "day of the year") - 1;
  }
  std::optional<int64_t> day_of_year = parts.day_of_year;
  if (parts.week) day_of_year = (in_range(parts.week, 1, 1, 53, "week") - 1) * 7 + 1;
  if (day_of_year && !parts.month && !parts.day) {
    const int64_t most = days_from_civil({year + 1, 1, 1}) - days_from_civil({year, 1, 1});
    return days_from_civil({year, 1, 1}) + in_range(day_of_year, 1, 1, most, "day of the year") - 1;
  }
  const auto month = static_cast<int32_t>(in_range(parts.month, 1, 1, 12, "month"));
  std::optional<int64_t> day = parts.day;
  if (parts.week_of_month) day = (in_range(parts.week_of_month, 1, 1, 5, "week") - 1) * 7 + 1;
  const int64_t number = in_range(day, 1, 1, 31, "day");
  if (number > days_in_month(year, month)) {
    throw Error(std::string(month_name(month)) + " " + std::to_string(year) + " has no day " +
                std::to_string(number));
  }
  return days_from_civil({year, month, static_cast<int32_t>(number)});
}

int64_t hour_of(const TimeParts& parts) {
  if (!parts.half_day && !parts.afternoon) return in_range(parts.hour, 0, 0, 23, "hour");
  const int64_t hour = in_range(parts.hour, 12, 1, 12, "hour of a clock of twelve");
  return hour % 12 + (parts.afternoon.value_or(false) ? 12 : 0);
}

}  // namespace

int64_t in_range(std::optional<int64_t> value, int64_t otherwise, int64_t least, int64_t most,
                 std::string_view what) {
  if (!value) return otherwise;
  if (*value < least || *value > most) fail_range(what, *value);
  return *value;
}

int64_t whole_year(int64_t year) {
  if (year < 70) return year + 2000;
  if (year < 100) return year + 1900;
  if (year < 520) return year + 2000;
  return year < 1000 ? year + 1000 : year;
}

ShownTime time_of(const TimeParts& parts) {
  ShownTime time;
  if (parts.epoch) {
    time.days = floor_divide(*parts.epoch, kSecondsPerDay);
    time.nanoseconds =
        floor_modulo(*parts.epoch, kSecondsPerDay) * kNanosInOneSecond + parts.nanoseconds;
    return time;
  }
  time.days = days_of(parts);
  int64_t seconds = hour_of(parts) * 3600 + in_range(parts.minute, 0, 0, 59, "minute") * 60 +
                    in_range(parts.second, 0, 0, 59, "second");
  if (parts.second_of_day) {
    seconds = in_range(parts.second_of_day, 0, 0, kSecondsPerDay - 1, "second of a day");
  }
  time.nanoseconds = seconds * kNanosInOneSecond + parts.nanoseconds;
  time.offset_seconds = parts.zone_seconds * (parts.zone_sign < 0 ? -1 : 1);
  return time;
}

}  // namespace penstock
