// to_char, to_date, to_timestamp, strftime and strptime.
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/utf8.h"
#include "libcore/data/datetime.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/number/functions.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/time/pattern.h"
#include "libcore/expr/time/wall_clock.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

constexpr int64_t kNanosOfSecond = 1'000'000'000;

using PatternPtr = std::shared_ptr<const TimePattern>;

enum class Notation : uint8_t { kPostgres, kStrftime };

PatternPtr bind_pattern(Binder& binder, const Bound& value, Notation notation) {
  ColumnPtr constant = binder.coerce(value, utf8_type(), "the pattern").node->constant();
  if (constant == nullptr || constant->null_count != 0) {
    binder.fail(value.location, "the pattern must be a constant");
  }
  try {
    return std::make_shared<const TimePattern>(
        notation == Notation::kPostgres ? TimePattern::from_postgres(constant->bytes_at(0))
                                        : TimePattern::from_strftime(constant->bytes_at(0)));
  } catch (const Error& error) {
    binder.fail(value.location, error.message());
  }
}

// Appends the times of an operand, whatever their type, as `write` does.
template <typename T, typename Show>
ColumnPtr write_times(const KernelCall& call, const TimePattern& pattern, Show show) {
  std::string made;
  return map_text<T>(call, [&](T value, TextOut& out) {
    made.clear();
    pattern.write(show(value), made);
    out.append(made);
  });
}

ShownTime of_clock(int64_t value, int64_t units) {
  const int64_t day = units * kSecondsPerDay;
  return {floor_divide(value, day), floor_modulo(value, day) * (kNanosOfSecond / units), 0};
}

ColumnPtr write_by_pattern(const KernelCall& call, const TimePattern& pattern) {
  const Type& type = *call.arguments[0].column->type;
  const int64_t units = type.id == TypeId::kDate32 ? 1 : units_per_second(type.unit);
  if (type.id == TypeId::kDate32) {
    return write_times<int32_t>(call, pattern, [](int32_t days) { return ShownTime{days, 0, 0}; });
  }
  if (type.id == TypeId::kTime32) {
    return write_times<int32_t>(call, pattern,
                                [&](int32_t value) { return of_clock(value, units); });
  }
  if (type.id == TypeId::kTime64) {
    return write_times<int64_t>(call, pattern,
                                [&](int64_t value) { return of_clock(value, units); });
  }
  WallClock clock(type);
  return write_times<int64_t>(call, pattern, [&](int64_t value) {
    std::optional<int64_t> wall = clock.from_instant(value);
    if (!wall) call.fail(kNoClockShows);
    ShownTime time = of_clock(*wall, units);
    time.offset_seconds = (*wall - value) / units;
    return time;
  });
}

Bound bind_write(Binder& binder, const Syntax& call, std::vector<Bound> arguments,
                 Notation notation) {
  Bound value = arguments[0];
  if (value.literal == Bound::Literal::kNull || value.literal == Bound::Literal::kText) {
    const bool date = binder.can_coerce(value, *date_type());
    value = binder.coerce(value, date ? date_type() : timestamp_type(TimeUnit::kMicro),
                          "the argument of " + call.text);
  }
  const TypeId id = value.type().id;
  if (id != TypeId::kDate32 && id != TypeId::kTimestamp && id != TypeId::kTime32 &&
      id != TypeId::kTime64) {
    const bool knows_numbers = notation == Notation::kPostgres;
    binder.fail(value.location, call.text +
                                    (knows_numbers ? " takes dates, times and numbers, not "
                                                   : " takes dates and times, not ") +
                                    type_name(value.type()) +
                                    (is_numeric(value.type().id) ? "; numbers have to_char" : ""));
  }
  PatternPtr pattern = bind_pattern(binder, arguments[1], notation);
  return binder.call(
      utf8_type(), {&value, 1},
      [pattern](const KernelCall& k) { return write_by_pattern(k, *pattern); }, {.can_fail = true},
      call.location);
}

Bound bind_to_char(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  if (is_numeric(arguments[0].type().id))
    return bind_number_to_char(binder, call, std::move(arguments));
  return bind_write(binder, call, std::move(arguments), Notation::kPostgres);
}
Bound bind_strftime(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  return bind_write(binder, call, std::move(arguments), Notation::kStrftime);
}

// Reads a text by the pattern; what is wrong is said with the text.
ShownTime read_by_pattern(const KernelCall& call, const TimePattern& pattern,
                          std::string_view text) {
  try {
    return pattern.read(text);
  } catch (const Error& error) {
    call.fail("'" + printable(text) +
              "' does not have the form of the pattern: " + error.message());
  }
}

ColumnPtr read_dates(const KernelCall& call, const TimePattern& pattern) {
  return map_rows<int32_t, std::string_view>(call, [&](std::string_view text) {
    return static_cast<int32_t>(read_by_pattern(call, pattern, text).days);
  });
}

// In microseconds, rounded; an instant, or what the clock of the text shows where it has no zone.
ColumnPtr read_timestamps(const KernelCall& call, const TimePattern& pattern) {
  return map_rows<int64_t, std::string_view>(call, [&](std::string_view text) {
    const ShownTime time = read_by_pattern(call, pattern, text);
    const int64_t seconds = time.days * kSecondsPerDay - time.offset_seconds;
    return seconds * 1'000'000 + (time.nanoseconds + 500) / 1000;
  });
}

Bound bind_to_date(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  PatternPtr pattern = bind_pattern(binder, arguments[1], Notation::kPostgres);
  Bound text = binder.coerce(arguments[0], utf8_type(), "the text");
  return binder.call(
      date_type(), {&text, 1}, [pattern](const KernelCall& k) { return read_dates(k, *pattern); },
      {.can_fail = true}, call.location);
}

Bound bind_read(Binder& binder, const Syntax& call, const Bound& value, const PatternPtr& pattern,
                bool zoned) {
  Bound text = binder.coerce(value, utf8_type(), "the text");
  return binder.call(
      timestamp_type(TimeUnit::kMicro, zoned ? "UTC" : ""), {&text, 1},
      [pattern](const KernelCall& k) { return read_timestamps(k, *pattern); }, {.can_fail = true},
      call.location);
}

Bound bind_read_timestamp(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  PatternPtr pattern = bind_pattern(binder, arguments[1], Notation::kPostgres);
  return bind_read(binder, call, arguments[0], pattern, true);
}

Bound bind_strptime(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  PatternPtr pattern = bind_pattern(binder, arguments[1], Notation::kStrftime);
  return bind_read(binder, call, arguments[0], pattern, pattern->has_zone());
}

constexpr Function kPatternTimeFunctions[] = {
    {.name = "to_char",
     .signature = "(any, text) -> text",
     .summary =
         "a date or time in PostgreSQL's pattern: YYYY MM DD HH24 MI SS MS US, Month Mon Day "
         "Dy, DDD IW Q, AM, TZH:TZM; FM does not fill, TH is an ordinal, \"text\" stands "
         "for itself",
     .example = "to_char(date '2024-05-01', 'FMDay, DD Mon YYYY') → 'Wednesday, 01 May 2024'",
     .bind = bind_to_char},
    {.name = "to_date",
     .signature = "(text, text) -> date",
     .summary = "a date in that pattern; blanks are skipped, and nothing may be left over",
     .example = "to_date('1 May 2024', 'DD Mon YYYY') → 2024-05-01",
     .bind = bind_to_date},
    {.name = "to_timestamp",
     .signature = "(text, text) -> timestamptz",
     .summary = "a time in that pattern, in UTC unless it has TZH",
     .example = "to_timestamp('05/01/24 2:30 PM', 'MM/DD/YY HH12:MI AM') → 2024-05-01T14:30:00Z",
     .bind = bind_read_timestamp},
    {.name = "strftime",
     .signature = "(any, text) -> text",
     .summary = "a date or time by directives: %Y %m %d %H %M %S %f %B %b %A %a %j %p %I %y %z %F "
                "%T %V %G %u %s, %-d without zeros",
     .example = "strftime(date '2024-05-01', '%-d.%-m.%Y') → '1.5.2024'",
     .bind = bind_strftime},
    {.name = "strptime",
     .signature = "(text, text) -> timestamp",
     .summary = "a time read by such directives, exactly; an instant if it has %z or %s",
     .example = "strptime('1/May/2024:14:30', '%d/%b/%Y:%H:%M') → 2024-05-01T14:30:00",
     .bind = bind_strptime},
};

}  // namespace

std::span<const Function> pattern_time_functions() {
  return kPatternTimeFunctions;
}

}  // namespace penstock
