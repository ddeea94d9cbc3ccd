// Times made of numbers, put into bins, and the age between two.
#include <cmath>
#include <string>
#include <vector>

#include "libcore/data/datetime.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/time/interval.h"
#include "libcore/expr/time/wall_clock.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

constexpr int64_t kNanosOfOneSecond = 1'000'000'000;
constexpr int64_t kMicrosPerSecond = 1'000'000;

ColumnPtr make_time(const KernelCall& call) {
  return map_rows<int64_t, int64_t, int64_t, double>(
      call, [&](int64_t hour, int64_t minute, double second) {
        const bool known =
            hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
        if (!known) call.fail("there is no such time of the day");
        return (hour * 3600 + minute * 60) * kMicrosPerSecond +
               static_cast<int64_t>(std::nearbyint(second * 1e6));
      });
}

// Years, months, weeks, days, hours and minutes, then seconds; those left out are 0.
ColumnPtr make_interval(const KernelCall& call) {
  constexpr size_t kSeconds = 6;
  std::vector<Reader<int64_t>> readers;
  for (size_t i = 0; i < std::min(call.arguments.size(), kSeconds); ++i)
    readers.emplace_back(call.arguments[i]);
  MutableBuffer values(call.rows * static_cast<int64_t>(sizeof(Interval)));
  for (int64_t row = 0; row < call.rows; ++row) {
    Interval& made = values.as<Interval>()[row];
    made = Interval{};
    if (!call.is_valid(row)) continue;
    int128_t parts[kSeconds] = {};
    for (size_t i = 0; i < readers.size(); ++i)
      parts[i] = readers[i][row];
    double seconds = 0;
    if (call.arguments.size() > kSeconds) {
      seconds = std::nearbyint(Reader<double>(call.arguments[kSeconds])[row] * 1e6);
    }
    const int128_t months = parts[0] * 12 + parts[1];
    const int128_t days = parts[2] * 7 + parts[3];
    const bool fits = std::fabs(seconds) < 9e15;
    const int128_t nanoseconds = (parts[4] * 3600 + parts[5] * 60) * kNanosOfOneSecond +
                                 (fits ? static_cast<int128_t>(seconds) * 1000 : 0);
    if (!fits || months != static_cast<int32_t>(months) || days != static_cast<int32_t>(days) ||
        nanoseconds != static_cast<int64_t>(nanoseconds)) {
      call.fail("the interval is out of range");
    }
    made = {static_cast<int32_t>(months), static_cast<int32_t>(days),
            static_cast<int64_t>(nanoseconds)};
  }
  return fixed_result(call, std::move(values));
}

// Both as timestamps of one type; literals too.
void bind_two_times(Binder& binder, const Syntax& call, Bound& a, Bound& b) {
  const TypePtr timestamp = timestamp_type(TimeUnit::kMicro);
  for (Bound* value : {&a, &b}) {
    const bool other_is_typed = !(value == &a ? b : a).is_literal();
    if (value->is_literal() && !other_is_typed) {
      *value = binder.coerce(*value, timestamp, "an argument of " + call.text);
    }
  }
  Bound both[] = {a, b};
  TypePtr type = binder.common_type(both, call.location, call.text + " takes times, not");
  if (type->id == TypeId::kDate32) type = timestamp;
  if (type->id != TypeId::kTimestamp) {
    binder.fail(call.location, call.text + " takes dates and timestamps, not " + type_name(*type));
  }
  a = binder.coerce(a, type, "an argument of " + call.text);
  b = binder.coerce(b, type, "an argument of " + call.text);
}

ColumnPtr bin_times(const KernelCall& call) {
  const int64_t unit = kNanosOfOneSecond / units_per_second(call.type()->unit);
  return map_rows<int64_t, Interval, int64_t, int64_t>(
      call, [&](const Interval& stride, int64_t value, int64_t origin) {
        if (stride.months != 0) call.fail("times are not put into bins of months or years");
        const int128_t wide =
            int128_t{stride.days} * kSecondsPerDay * kNanosOfOneSecond + stride.nanoseconds;
        if (wide <= 0 || wide % unit != 0) {
          call.fail(wide <= 0 ? "the width of the bins must be above zero"
                              : "the width of the bins is finer than the times");
        }
        const int128_t width = wide / unit;
        const int128_t distance = int128_t{value} - origin;
        int128_t bin = distance / width;
        if (distance % width < 0) --bin;
        const int128_t result = origin + bin * width;
        if (result != static_cast<int64_t>(result)) call.fail("the timestamp is out of range");
        return static_cast<int64_t>(result);
      });
}

Bound bind_date_bin(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  arguments[0] = binder.coerce(arguments[0], interval_type(), "the width of the bins");
  bind_two_times(binder, call, arguments[1], arguments[2]);
  return binder.call(arguments[1].type_ptr(), arguments, bin_times, {.can_fail = true},
                     call.location);
}

// A clock's time in parts.
struct ClockParts {
  CivilDate date;
  int64_t nanoseconds;  // of the day
};

// PostgreSQL's: parts of the later less those of the earlier, borrowing days from the month of the
// earlier one.
Interval age_of(const ClockParts& later, const ClockParts& earlier, int32_t days_borrowed) {
  int64_t months =
      (later.date.year - earlier.date.year) * 12 + later.date.month - earlier.date.month;
  int32_t days = later.date.day - earlier.date.day;
  int64_t nanoseconds = later.nanoseconds - earlier.nanoseconds;
  if (nanoseconds < 0) {
    nanoseconds += kSecondsPerDay * kNanosOfOneSecond;
    --days;
  }
  while (days < 0) {
    days += days_borrowed;
    --months;
  }
  return {static_cast<int32_t>(months), days, nanoseconds};
}

ColumnPtr ages(const KernelCall& call) {
  const Type& type = *call.arguments[0].column->type;
  const int64_t units = units_per_second(type.unit);
  WallClock clock(type);
  auto parts = [&](int64_t value) {
    std::optional<int64_t> wall = clock.from_instant(value);
    if (!wall) call.fail(kNoClockShows);
    const int64_t day = units * kSecondsPerDay;
    return ClockParts{civil_from_days(floor_divide(*wall, day)),
                      floor_modulo(*wall, day) * (kNanosOfOneSecond / units)};
  };
  return map_rows<Interval, int64_t, int64_t>(call, [&](int64_t a, int64_t b) {
    const ClockParts first = parts(a);
    const ClockParts second = parts(b);
    const ClockParts& earlier = a < b ? first : second;
    const int32_t borrowed = days_in_month(earlier.date.year, earlier.date.month);
    const Interval age = age_of(a < b ? second : first, earlier, borrowed);
    return a < b ? Interval{-age.months, -age.days, -age.nanoseconds} : age;
  });
}

Bound bind_age(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  bind_two_times(binder, call, arguments[0], arguments[1]);
  return binder.call(interval_type(), arguments, ages, {.can_fail = true}, call.location);
}

constexpr Function kMadeTimeFunctions[] = {
    {.name = "date_bin",
     .signature = "(interval, any, any) -> any",
     .summary = "the beginning of the bin of a time, where bins of that width are counted from the "
                "third argument",
     .example = "date_bin('15 minutes', timestamp '2024-05-01 12:34', timestamp '2024-05-01') → "
                "2024-05-01T12:30:00",
     .bind = bind_date_bin},
    {.name = "age",
     .signature = "(any, any) -> interval",
     .summary = "years, months, days and the rest from the second time to the first, by the "
                "calendar",
     .example = "age(date '2024-05-01', date '1957-06-13')::text → '66 years 10 mons 18 days'",
     .bind = bind_age},
    {.name = "make_time",
     .signature = "(int64, int64, float64) -> time",
     .summary = "a time of hour, minute and second",
     .example = "make_time(8, 15, 23.5) → 08:15:23.5",
     .kernel = make_time,
     .traits = {.can_fail = true}},
    {.name = "make_interval",
     .signature = "(int64[, int64, int64, int64, int64, int64, float64]) -> interval",
     .summary = "an interval of years, months, weeks, days, hours, minutes and seconds",
     .example = "make_interval(0, 1, 0, 10)::text → '1 mon 10 days'",
     .kernel = make_interval,
     .traits = {.can_fail = true}},
};

}  // namespace

std::span<const Function> made_time_functions() {
  return kMadeTimeFunctions;
}

}  // namespace penstock
