#include "libcore/expr/time/interval.h"

#include <algorithm>
#include <cstdint>

#include "libcore/data/column.h"
#include "libcore/data/datetime.h"

namespace penstock {
namespace {

constexpr int64_t kSecondNanoseconds = 1'000'000'000;

std::optional<Interval> checked(int128_t months, int128_t days, int128_t nanoseconds) {
  if (months != static_cast<int32_t>(months) || days != static_cast<int32_t>(days) ||
      nanoseconds != static_cast<int64_t>(nanoseconds)) {
    return std::nullopt;
  }
  return Interval{static_cast<int32_t>(months), static_cast<int32_t>(days),
                  static_cast<int64_t>(nanoseconds)};
}

}  // namespace

IntervalFields interval_fields(std::span<const int64_t> modifiers) {
  // PostgreSQL's numbers of fields, from the largest to the smallest. All 15 bits mean that no
  // field is named.
  struct Numbered {
    int64_t number;
    TimeField field;
  };
  constexpr Numbered kNumbers[] = {{2, TimeField::kYear},    {1, TimeField::kMonth},
                                   {3, TimeField::kDay},     {10, TimeField::kHour},
                                   {11, TimeField::kMinute}, {12, TimeField::kSecond}};
  constexpr int64_t kMinutesToSeconds = (1 << 11) | (1 << 12);
  constexpr int64_t kAll = 0x7FFF;
  IntervalFields fields;
  if (!modifiers.empty() && modifiers[0] != kAll) {
    for (const Numbered& known : kNumbers) {
      if ((modifiers[0] >> known.number & 1) != 0) fields.last = known.field;
    }
    fields.minutes_to_seconds = modifiers[0] == kMinutesToSeconds;
  }
  if (modifiers.size() > 1) fields.digits = modifiers[1];
  return fields;
}

std::optional<Interval> cut_interval(const Interval& interval, const IntervalFields& fields) {
  Interval cut = interval;
  if (fields.last >= TimeField::kDay) cut.nanoseconds = 0;
  if (fields.last >= TimeField::kMonth) cut.days = 0;
  if (fields.last == TimeField::kYear) cut.months -= cut.months % 12;
  if (fields.last == TimeField::kHour)
    cut.nanoseconds -= cut.nanoseconds % (3600 * kSecondNanoseconds);
  if (fields.last == TimeField::kMinute)
    cut.nanoseconds -= cut.nanoseconds % (60 * kSecondNanoseconds);
  if (fields.digits >= kMostIntervalDigits) return cut;
  int64_t unit = kSecondNanoseconds;
  for (int64_t i = 0; i < fields.digits; ++i)
    unit /= 10;
  int64_t rest = cut.nanoseconds % unit;
  int128_t rounded = int128_t{cut.nanoseconds} - rest;
  if (rest >= unit / 2) rounded += unit;
  if (rest <= -unit / 2) rounded -= unit;
  return checked(cut.months, cut.days, rounded);
}

void append_interval(std::string& out, const Interval& interval) {
  size_t begin = out.size();
  bool negative_before = false;
  auto append = [&](int64_t count, std::string_view unit) {
    if (count == 0) return;
    if (out.size() > begin) out += ' ';
    if (negative_before && count > 0) out += '+';
    negative_before = count < 0;
    out += std::to_string(count);
    out += ' ';
    out += unit;
    if (count != 1) out += 's';
  };
  append(interval.months / 12, "year");
  append(interval.months % 12, "mon");
  append(interval.days, "day");
  if (interval.nanoseconds == 0 && out.size() > begin) return;
  if (out.size() > begin) out += ' ';
  if (interval.nanoseconds < 0) {
    out += '-';
  } else if (negative_before) {
    out += '+';
  }
  uint64_t rest = static_cast<uint64_t>(interval.nanoseconds);
  if (interval.nanoseconds < 0) rest = 0 - rest;
  uint64_t seconds = rest / kSecondNanoseconds;
  std::string hours = std::to_string(seconds / 3600);
  if (hours.size() < 2) hours.insert(0, 1, '0');
  out += hours;
  append_time(out,
              static_cast<int64_t>(seconds % 3600) * kSecondNanoseconds +
                  static_cast<int64_t>(rest % kSecondNanoseconds),
              TimeUnit::kNano);
  // append_time wrote 00:MM:SS; the hours are ours.
  out.erase(out.find(':', begin) - 2, 2);
}

std::optional<Interval> add(const Interval& a, const Interval& b) {
  return checked(int128_t{a.months} + b.months, int128_t{a.days} + b.days,
                 int128_t{a.nanoseconds} + b.nanoseconds);
}

std::optional<Interval> multiply(const Interval& interval, int64_t factor) {
  return checked(int128_t{interval.months} * factor, int128_t{interval.days} * factor,
                 int128_t{interval.nanoseconds} * factor);
}

std::optional<int64_t> add_months(int64_t days, int64_t months) {
  if (months == 0) return days;
  if (days < INT32_MIN || days > INT32_MAX) return std::nullopt;
  CivilDate date = civil_from_days(days);
  int64_t month = date.year * 12 + (date.month - 1) + months;
  int64_t year = month >= 0 ? month / 12 : (month - 11) / 12;
  date.year = year;
  date.month = static_cast<int32_t>(month - year * 12 + 1);
  date.day = std::min(date.day, days_in_month(date.year, date.month));
  return days_from_civil(date);
}

}  // namespace penstock
