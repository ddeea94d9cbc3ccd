// Dates, timestamps and intervals added and subtracted.
#include "libcore/expr/arithmetic.h"

#include "libcore/data/datetime.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/time/interval.h"
#include "libcore/expr/time/wall_clock.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

using Literal = Bound::Literal;

constexpr int64_t kDayNanoseconds = int64_t{86400} * 1'000'000'000;

bool is_date(const Bound& value) {
  return value.type().id == TypeId::kDate32;
}
bool is_timestamp(const Bound& value) {
  return value.type().id == TypeId::kTimestamp;
}
bool is_interval(const Bound& value) {
  return value.type().id == TypeId::kIntervalMonthDayNano;
}
bool is_whole(const Bound& value) {
  return is_integer(value.type().id) || value.literal == Literal::kNull;
}

std::optional<Interval> negated(const Interval& interval) {
  return multiply(interval, -1);
}

// date ± days
template <int kSign>
ColumnPtr move_date(const KernelCall& call) {
  return map_rows<int32_t, int32_t, int64_t>(call, [&](int32_t date, int64_t days) {
    int64_t result = 0;
    if (__builtin_mul_overflow(days, kSign, &days) ||
        __builtin_add_overflow(int64_t{date}, days, &result) ||
        result != static_cast<int32_t>(result)) {
      call.fail("the date is out of range");
    }
    return static_cast<int32_t>(result);
  });
}

// date ± interval of whole days is a date: shipdate - interval '90' day compares as one.
template <int kSign>
ColumnPtr move_date_by_interval(const KernelCall& call) {
  return map_rows<int32_t, int32_t, Interval>(call, [&](int32_t date, const Interval& interval) {
    std::optional<int64_t> days = add_months(date, int64_t{kSign} * interval.months);
    int64_t result = days.value_or(INT64_MAX / 2) + int64_t{kSign} * interval.days;
    if (!days || result != static_cast<int32_t>(result)) call.fail("the date is out of range");
    return static_cast<int32_t>(result);
  });
}

template <int kSign>
ColumnPtr move_timestamp(const KernelCall& call) {
  WallClock clock(*call.type());
  return map_rows<int64_t, int64_t, Interval>(call, [&](int64_t value, const Interval& interval) {
    std::optional<Interval> moved = kSign > 0 ? interval : negated(interval);
    std::optional<int64_t> result;
    if (moved) result = clock.add(value, *moved);
    if (!result) call.fail("the timestamp is out of range");
    return *result;
  });
}

// timestamp - timestamp: days and the rest of a day, as PostgreSQL counts them.
ColumnPtr timestamp_difference(const KernelCall& call) {
  int64_t nanoseconds = 1'000'000'000 / units_per_second(call.arguments[0].column->type->unit);
  return map_rows<Interval, int64_t, int64_t>(call, [&](int64_t a, int64_t b) {
    int128_t difference = (int128_t{a} - b) * nanoseconds;
    int128_t days = difference / kDayNanoseconds;
    if (days != static_cast<int32_t>(days)) call.fail("the interval is out of range");
    return Interval{0, static_cast<int32_t>(days),
                    static_cast<int64_t>(difference % kDayNanoseconds)};
  });
}

ColumnPtr date_difference(const KernelCall& call) {
  return fixed_result(call, binary_loop<int64_t, int32_t, int32_t>(
                                call, [](int32_t a, int32_t b) { return int64_t{a} - b; }));
}

template <int kSign>
ColumnPtr add_intervals(const KernelCall& call) {
  return map_rows<Interval, Interval, Interval>(call, [&](const Interval& a, const Interval& b) {
    std::optional<Interval> other = kSign > 0 ? b : negated(b);
    std::optional<Interval> result;
    if (other) result = add(a, *other);
    if (!result) call.fail("the interval is out of range");
    return *result;
  });
}

ColumnPtr multiply_interval(const KernelCall& call) {
  return map_rows<Interval, Interval, int64_t>(call, [&](const Interval& a, int64_t factor) {
    std::optional<Interval> result = multiply(a, factor);
    if (!result) call.fail("the interval is out of range");
    return *result;
  });
}

// Reads a literal beside a date or a time: '1 day' after a plus, a date or a timestamp after a
// minus.
Bound read_literal(Binder& binder, std::string_view op, const Bound& value, const Bound& other) {
  if (value.literal != Literal::kText) return value;
  bool as_interval = is_interval(other) || parse_interval(value.text).has_value();
  if (op == "-" && !is_interval(other) && binder.can_coerce(value, other.type())) {
    as_interval = false;
  }
  return binder.coerce(value, as_interval ? interval_type() : other.type_ptr(), "an operand");
}

bool has_clock(const Bound& interval) {
  ColumnPtr constant = interval.node->constant();
  if (constant == nullptr || constant->null_count != 0) return true;
  return constant->data<Interval>()->nanoseconds != 0;
}

Bound call_moving(Binder& binder, bool minus, const Bound& time, const Bound& interval,
                  int64_t location) {
  // A date and an interval are a timestamp in PostgreSQL. A constant interval of whole days keeps
  // it a date here: that compares with dates at half the width.
  if (is_date(time) && !has_clock(interval)) {
    Bound operands[] = {time, interval};
    return binder.call(date_type(), operands,
                       minus ? move_date_by_interval<-1> : move_date_by_interval<1>,
                       {.can_fail = true}, location);
  }
  TypePtr type = is_date(time) ? timestamp_type(TimeUnit::kMicro) : time.type_ptr();
  Bound operands[] = {binder.coerce(time, type, "the operand"), interval};
  return binder.call(type, operands, minus ? move_timestamp<-1> : move_timestamp<1>,
                     {.can_fail = true}, location);
}

std::optional<Bound> subtract(Binder& binder, const Bound& a, const Bound& b, int64_t location) {
  if (is_date(a) && is_date(b)) {
    Bound operands[] = {a, b};
    return binder.call(int64_type(), operands, date_difference, {}, location);
  }
  bool times = (is_date(a) || is_timestamp(a)) && (is_date(b) || is_timestamp(b));
  if (!times) return std::nullopt;
  Bound operands[] = {a, b};
  TypePtr type = binder.common_type(operands, location, "cannot subtract");
  for (Bound& operand : operands)
    operand = binder.coerce(operand, type, "an operand");
  return binder.call(interval_type(), operands, timestamp_difference, {.can_fail = true}, location);
}

std::optional<Bound> add_or_subtract(Binder& binder, std::string_view op, Bound a, Bound b,
                                     int64_t location) {
  bool minus = op == "-";
  // The left operand may be the smaller part: interval '1 day' + d, 3 + d.
  if (!minus && (is_interval(a) || is_whole(a)) && (is_date(b) || is_timestamp(b))) std::swap(a, b);
  if (is_interval(a) && is_interval(b)) {
    Bound operands[] = {a, b};
    return binder.call(interval_type(), operands, minus ? add_intervals<-1> : add_intervals<1>,
                       {.can_fail = true}, location);
  }
  if ((is_date(a) || is_timestamp(a)) && is_interval(b)) {
    return call_moving(binder, minus, a, b, location);
  }
  if (is_date(a) && is_whole(b)) {
    Bound operands[] = {a, binder.coerce(b, int64_type(), "a number of days")};
    return binder.call(date_type(), operands, minus ? move_date<-1> : move_date<1>,
                       {.can_fail = true}, location);
  }
  return minus ? subtract(binder, a, b, location) : std::nullopt;
}

}  // namespace

std::optional<Bound> bind_time_arithmetic(Binder& binder, std::string_view op, const Bound& first,
                                          const Bound& second, int64_t location) {
  auto is_time = [](const Bound& value) {
    return is_date(value) || is_timestamp(value) || is_interval(value);
  };
  if (!is_time(first) && !is_time(second)) return std::nullopt;
  Bound a = is_time(second) ? read_literal(binder, op, first, second) : first;
  Bound b = is_time(first) ? read_literal(binder, op, second, first) : second;
  std::optional<Bound> result;
  if (op == "+" || op == "-") {
    result = add_or_subtract(binder, op, a, b, location);
  } else if (op == "*" && (is_interval(a) ? is_whole(b) : is_whole(a) && is_interval(b))) {
    if (!is_interval(a)) std::swap(a, b);
    Bound operands[] = {a, binder.coerce(b, int64_type(), "a factor")};
    result =
        binder.call(interval_type(), operands, multiply_interval, {.can_fail = true}, location);
  }
  if (!result) {
    binder.fail(location, "there is no " + type_name(a.type()) + " " + std::string(op) + " " +
                              type_name(b.type()));
  }
  return result;
}

}  // namespace penstock
