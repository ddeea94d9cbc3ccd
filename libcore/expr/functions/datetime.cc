// Fields of dates and times, truncation, and times made of numbers.
#include "libcore/data/datetime.h"

#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "libcore/expr/cast.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/prune/meaning.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/time/date_field.h"
#include "libcore/expr/time/field.h"
#include "libcore/expr/time/interval.h"
#include "libcore/expr/time/wall_clock.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

constexpr int64_t kSecondNanos = 1'000'000'000;

// A point in time in two parts: the day, and the time since its beginning.
struct Instant {
  int64_t days = 0;
  int64_t nanoseconds = 0;
};

Instant instant_of(int64_t wall, int64_t units) {
  const int64_t day = units * kSecondsPerDay;
  // Not by the difference to the beginning of the day, which may be before all that int64 holds.
  return {floor_divide(wall, day), floor_modulo(wall, day) * (kSecondNanos / units)};
}

int64_t clock_field(TimeField field, int64_t nanoseconds) {
  switch (field) {
    case TimeField::kMicrosecond:
      return nanoseconds % (60 * kSecondNanos) / 1000;
    case TimeField::kMinute:
      return nanoseconds / (60 * kSecondNanos) % 60;
    case TimeField::kHour:
      return nanoseconds / (3600 * kSecondNanos);
    default:
      return 0;
  }
}

// Seconds and milliseconds have fractions, and so has the epoch; of a timestamp the Julian day,
// too.
bool is_fractional(TimeField field, const Type& type) {
  return field == TimeField::kSecond || field == TimeField::kMillisecond ||
         field == TimeField::kEpoch ||
         (field == TimeField::kJulian && type.id == TypeId::kTimestamp);
}
bool is_of_clock(TimeField field) {
  return field <= TimeField::kHour;
}

double fraction_field(TimeField field, int64_t days, int64_t nanoseconds) {
  // Seconds and their fraction are added last: nanoseconds since 1970 have more digits than a
  // double.
  double second = static_cast<double>(kSecondNanos);
  if (field == TimeField::kEpoch) {
    return static_cast<double>(days * kSecondsPerDay + nanoseconds / kSecondNanos) +
           static_cast<double>(nanoseconds % kSecondNanos) / second;
  }
  if (field == TimeField::kJulian) {
    return static_cast<double>(date_field(field, days)) +
           static_cast<double>(nanoseconds) / (second * kSecondsPerDay);
  }
  double in_minute = static_cast<double>(nanoseconds % (60 * kSecondNanos));
  return field == TimeField::kSecond ? in_minute / second : in_minute / (second / 1000);
}

// Applies f to the column's values, split into their parts, whatever their type; f(instant) returns
// R.
template <typename R, typename F>
ColumnPtr map_instants(const KernelCall& call, F f) {
  const TypePtr& type = call.arguments[0].column->type;
  switch (type->id) {
    case TypeId::kDate32:
      return map_rows<R, int32_t>(call, [&](int32_t days) { return f(Instant{days, 0}); });
    case TypeId::kTime32:
      return map_rows<R, int32_t>(
          call, [&](int32_t value) { return f(instant_of(value, units_per_second(type->unit))); });
    case TypeId::kTime64:
      return map_rows<R, int64_t>(
          call, [&](int64_t value) { return f(instant_of(value, units_per_second(type->unit))); });
    // Fields are those that a clock in the timestamp's zone shows.
    default: {
      WallClock clock(*type);
      return map_rows<R, int64_t>(call, [&](int64_t value) {
        std::optional<int64_t> wall = clock.from_instant(value);
        if (!wall) call.fail(kNoClockShows);
        return f(instant_of(*wall, units_per_second(type->unit)));
      });
    }
  }
}

ColumnPtr interval_field(const KernelCall& call, TimeField field) {
  const bool fractional = is_fractional(field, *call.arguments[0].column->type);
  auto part = [field, fractional](const Interval& value) -> double {
    int64_t months = value.months;
    switch (field) {
      case TimeField::kYear:
        return static_cast<double>(months / 12);
      case TimeField::kQuarter:
        return static_cast<double>(months % 12 / 3 + 1);
      case TimeField::kMonth:
        return static_cast<double>(months % 12);
      case TimeField::kDecade:
        return static_cast<double>(months / 120);
      case TimeField::kCentury:
        return static_cast<double>(months / 1200);
      case TimeField::kMillennium:
        return static_cast<double>(months / 12000);
      case TimeField::kDay:
        return value.days;
      case TimeField::kEpoch:
        // PostgreSQL's: years of 365.25 days, months of 30.
        return static_cast<double>(months / 12) * 365.25 * 86400 +
               static_cast<double>(months % 12) * 30 * 86400 + value.days * 86400.0 +
               static_cast<double>(value.nanoseconds) / 1e9;
      default:
        return fractional ? fraction_field(field, 0, value.nanoseconds)
                          : static_cast<double>(clock_field(field, value.nanoseconds));
    }
  };
  if (fractional) return map_rows<double, Interval>(call, part);
  return map_rows<int64_t, Interval>(
      call, [&](const Interval& value) { return static_cast<int64_t>(part(value)); });
}

ColumnPtr extract_field(const KernelCall& call, TimeField field) {
  if (call.arguments[0].column->type->id == TypeId::kIntervalMonthDayNano) {
    return interval_field(call, field);
  }
  if (field == TimeField::kEpoch && call.arguments[0].column->type->id == TypeId::kTimestamp) {
    // Since 1970 in UTC, whatever clock the zone shows.
    double units = static_cast<double>(units_per_second(call.arguments[0].column->type->unit));
    return map_rows<double, int64_t>(
        call, [units](int64_t value) { return static_cast<double>(value) / units; });
  }
  if (is_fractional(field, *call.arguments[0].column->type)) {
    return map_instants<double>(call, [field](Instant instant) {
      return fraction_field(field, instant.days, instant.nanoseconds);
    });
  }
  if (is_of_clock(field)) {
    return map_instants<int64_t>(
        call, [field](Instant instant) { return clock_field(field, instant.nanoseconds); });
  }
  return map_instants<int64_t>(
      call, [field](Instant instant) { return date_field(field, instant.days); });
}

TimeField field_of(Binder& binder, const Bound& name) {
  if (name.literal != Bound::Literal::kText) {
    binder.fail(name.location,
                "the name of a field must be a constant, as in extract(year from d)");
  }
  if (std::optional<TimeField> known = find_time_field(name.text)) return *known;
  binder.fail(name.location,
              "unknown field '" + name.text + "' of a time; there are year, " +
                  "quarter, month, week, day, dow, doy, hour, minute, second, epoch");
}

bool is_time_of_day(const Type& type) {
  return type.id == TypeId::kTime32 || type.id == TypeId::kTime64;
}
bool is_any_time(const Type& type) {
  return type.id == TypeId::kDate32 || type.id == TypeId::kTimestamp || is_time_of_day(type) ||
         type.id == TypeId::kIntervalMonthDayNano;
}

Bound as_time(Binder& binder, const Bound& value, std::string_view what) {
  if (value.literal == Bound::Literal::kNull) {
    return binder.coerce(value, timestamp_type(TimeUnit::kMicro), what);
  }
  if (value.literal == Bound::Literal::kText) {
    // A literal has no type yet: the narrowest that reads it decides, so that extract(hour from
    // '2024-05-01') is refused as it is for a date.
    bool date = binder.can_coerce(value, *date_type());
    return binder.coerce(value, date ? date_type() : timestamp_type(TimeUnit::kMicro), what);
  }
  if (!is_any_time(value.type())) {
    binder.fail(value.location,
                std::string(what) + " takes dates and times, not " + type_name(value.type()));
  }
  return value;
}

// The clock of a zone goes back in autumn.
bool has_rising_fields(const Type& type) {
  return type.id == TypeId::kDate32 || (type.id == TypeId::kTimestamp && type.zone.empty());
}

Bound bind_extract(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TimeField field = field_of(binder, arguments[0]);
  Bound value = as_time(binder, arguments[1], call.text);
  // Refused when the expression is bound, as PostgreSQL does: an hour of 0 for every date would
  // hide a mistake.
  bool no_clock = value.type().id == TypeId::kDate32 && is_of_clock(field);
  bool no_date = is_time_of_day(value.type()) && !is_of_clock(field) && field != TimeField::kEpoch;
  bool no_calendar = value.type().id == TypeId::kIntervalMonthDayNano &&
                     (field == TimeField::kWeek || field >= TimeField::kDow) &&
                     field != TimeField::kEpoch;
  if (no_clock || no_date || no_calendar) {
    binder.fail(arguments[0].location, type_name(value.type()) + " has no " + arguments[0].text);
  }
  TypePtr type = is_fractional(field, value.type()) ? float64_type() : int64_type();
  const bool has_zone = value.type().id == TypeId::kTimestamp && !value.type().zone.empty();
  return binder.call(
      type, {&value, 1}, [field](const KernelCall& k) { return extract_field(k, field); },
      {.can_fail = has_zone}, call.location,
      rising_meaning(0, field == TimeField::kYear && has_rising_fields(value.type())
                            ? Rising::kWeakly
                            : Rising::kNo));
}

// The first day of the field's span that holds `days`.
int64_t truncated_days(TimeField field, int64_t days) {
  CivilDate date = civil_from_days(days);
  switch (field) {
    case TimeField::kWeek:
      return days - day_of_week(days);
    case TimeField::kMonth:
      return days - (date.day - 1);
    case TimeField::kQuarter:
      return days_from_civil({date.year, (date.month - 1) / 3 * 3 + 1, 1});
    case TimeField::kYear:
      return days_from_civil({date.year, 1, 1});
    case TimeField::kDecade:
      return days_from_civil({floor_divide(date.year, 10) * 10, 1, 1});
    case TimeField::kCentury:
      // Centuries and millennia begin with the year 1, decades with a year that ends in 0.
      return days_from_civil({floor_divide(date.year - 1, 100) * 100 + 1, 1, 1});
    case TimeField::kMillennium:
      return days_from_civil({floor_divide(date.year - 1, 1000) * 1000 + 1, 1, 1});
    default:
      return days;
  }
}

int64_t clock_span(TimeField field) {  // nanoseconds
  switch (field) {
    case TimeField::kMicrosecond:
      return 1000;
    case TimeField::kMillisecond:
      return 1'000'000;
    case TimeField::kSecond:
      return kSecondNanos;
    case TimeField::kMinute:
      return 60 * kSecondNanos;
    default:
      return 3600 * kSecondNanos;
  }
}

// The millennium of every timestamp of nanoseconds begins before 1677, where their range does.
constexpr std::string_view kTruncatedTooFar =
    "the first moment of this span is out of the type's range; cast to a coarser unit";

ColumnPtr truncate_times(const KernelCall& call, TimeField field) {
  const Type& type = *call.type();
  if (type.id == TypeId::kDate32) {
    return map_rows<int32_t, int32_t>(call, [&](int32_t days) {
      const int64_t first = truncated_days(field, days);
      if (!std::in_range<int32_t>(first)) call.fail(kTruncatedTooFar);
      return static_cast<int32_t>(first);
    });
  }
  WallClock clock(type);
  const int64_t units = units_per_second(type.unit);
  const int64_t span = std::max<int64_t>(clock_span(field) / (kSecondNanos / units), 1);
  return map_rows<int64_t, int64_t>(call, [&](int64_t value) {
    std::optional<int64_t> wall = clock.from_instant(value);
    if (!wall) call.fail(kNoClockShows);
    int64_t first = 0;
    if (is_of_clock(field)) {
      // Keeps the current offset: of an hour that clocks show twice, each has its own beginning.
      if (__builtin_sub_overflow(value, floor_modulo(*wall, span), &first)) {
        call.fail(kTruncatedTooFar);
      }
      return first;
    }
    int64_t day = truncated_days(field, floor_divide(*wall, units * kSecondsPerDay));
    if (__builtin_mul_overflow(day, units * kSecondsPerDay, &first)) call.fail(kTruncatedTooFar);
    std::optional<int64_t> instant = clock.to_instant(first);
    if (!instant) call.fail(kTruncatedTooFar);
    return *instant;
  });
}

Bound bind_date_trunc(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TimeField field = field_of(binder, arguments[0]);
  Bound value = as_time(binder, arguments[1], "date_trunc");
  bool known = value.type().id == TypeId::kDate32 || value.type().id == TypeId::kTimestamp;
  if (field >= TimeField::kDow) {
    binder.fail(arguments[0].location, "times are not cut to '" + arguments[0].text + "'");
  }
  if (!known) binder.fail(value.location, "date_trunc takes dates and timestamps");
  return binder.call(
      value.type_ptr(), {&value, 1},
      [field](const KernelCall& k) { return truncate_times(k, field); }, {.can_fail = true},
      call.location,
      rising_meaning(0, has_rising_fields(value.type()) ? Rising::kWeakly : Rising::kNo));
}

std::optional<int64_t> checked_days(int64_t year, int64_t month, int64_t day) {
  // Year 0 is refused, as in PostgreSQL.
  bool in_range = year >= -9999 && year <= 9999 && year != 0 && month >= 1 && month <= 12;
  if (!in_range || day < 1 || day > days_in_month(year, static_cast<int32_t>(month))) return {};
  return days_from_civil({year, static_cast<int32_t>(month), static_cast<int32_t>(day)});
}

ColumnPtr make_date(const KernelCall& call) {
  return map_rows<int32_t, int64_t, int64_t, int64_t>(
      call, [&](int64_t year, int64_t month, int64_t day) {
        std::optional<int64_t> days = checked_days(year, month, day);
        if (!days) {
          call.fail("there is no date " + std::to_string(year) + "-" + std::to_string(month) + "-" +
                    std::to_string(day));
        }
        return static_cast<int32_t>(*days);
      });
}

ColumnPtr make_timestamp(const KernelCall& call) {
  return map_rows<int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, double>(
      call,
      [&](int64_t year, int64_t month, int64_t day, int64_t hour, int64_t minute, double second) {
        std::optional<int64_t> days = checked_days(year, month, day);
        bool clock =
            hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
        if (!days || !clock) call.fail("there is no such date and time");
        int64_t seconds = *days * kSecondsPerDay + hour * 3600 + minute * 60;
        return seconds * 1'000'000 + static_cast<int64_t>(std::nearbyint(second * 1e6));
      });
}

ColumnPtr to_timestamp(const KernelCall& call) {
  return map_rows<int64_t, double>(call, [&](double seconds) {
    // Half to even, as PostgreSQL rounds.
    double microseconds = std::nearbyint(seconds * 1e6);
    if (!(std::fabs(microseconds) < 9.2e18)) call.fail("the timestamp is out of range");
    return static_cast<int64_t>(microseconds);
  });
}

Bound bind_date(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  return binder.cast(arguments[0], date_type(), call.location);
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): the table of functions has it so
Bound bind_now(Binder& binder, const Syntax& call, std::vector<Bound>) {
  binder.fail(call.location,
              call.text +
                  " is not known: it would differ from process to process; write the time "
                  "that you mean, as date '2024-05-01'");
}

constexpr Function kDatetimeFunctions[] = {
    {.name = "extract",
     .signature = "(text, any) -> number",
     .summary = "extract(year from d): a field of a date, time or interval; float64 for second, "
                "milliseconds, epoch and a timestamp's julian, else int64",
     .example = "extract(year from date '2024-05-01') → 2024",
     .bind = bind_extract},
    {.name = "date_part",
     .signature = "(text, any) -> number",
     .summary = "date_part('year', d): as extract",
     .example = "date_part('week', date '2024-05-01') → 18",
     .bind = bind_extract},
    {.name = "date_trunc",
     .signature = "(text, any) -> any",
     .summary = "date_trunc('month', d): the first moment of the month (or other span) of d",
     .example = "date_trunc('month', date '2024-05-17') → 2024-05-01",
     .bind = bind_date_trunc},
    {.name = "make_date",
     .signature = "(int64, int64, int64) -> date",
     .summary = "a date of year, month and day",
     .example = "make_date(2024, 2, 29) → 2024-02-29",
     .kernel = make_date,
     .traits = {.can_fail = true}},
    {.name = "make_timestamp",
     .signature = "(int64, int64, int64, int64, int64, float64) -> timestamp",
     .summary = "a timestamp of year, month, day, hour, minute and second",
     .example = "make_timestamp(2024, 2, 29, 12, 30, 1.5) → 2024-02-29T12:30:01.5",
     .kernel = make_timestamp,
     .traits = {.can_fail = true}},
    {.name = "to_timestamp",
     .signature = "(float64) -> timestamptz",
     .summary = "the instant so many seconds after 1970",
     .example = "to_timestamp(86400) → 1970-01-02T00:00:00Z",
     .kernel = to_timestamp,
     .traits = {.can_fail = true}},
    {.name = "date",
     .signature = "(any) -> date",
     .summary = "as a cast to date",
     .example = "date(timestamp '2024-05-01 12:00') → 2024-05-01",
     .bind = bind_date},
    {.name = "timezone",
     .signature = "(text, any) -> any",
     .summary = "t at time zone 'Europe/Prague': the instant at which a clock there shows t, or "
                "what it shows at an instant",
     .example =
         "timestamp '2024-05-01 12:00' at time zone 'Europe/Prague' → 2024-05-01T12:00:00+02:00",
     .bind = bind_time_zone},
    {.name = "now",
     .signature = "() -> any",
     .summary = "refused, with what to write instead",
     .example = "now() → refused",
     .bind = bind_now},
    {.name = "current_date",
     .signature = "() -> any",
     .summary = "refused, with what to write instead",
     .example = "current_date → refused",
     .bind = bind_now},
};

}  // namespace

std::span<const Function> datetime_functions() {
  return kDatetimeFunctions;
}

}  // namespace penstock
