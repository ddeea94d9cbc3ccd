#include "libcore/expr/window/range.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "libcore/expr/bound_expression.h"
#include "libcore/expr/conditional.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/time/interval.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

using FrameBound = FrameShape::Bound;

constexpr const char* kNegativeOffset = "the offset of a frame must not be negative";

bool is_time_of_day(const Type& type) {
  return type.id == TypeId::kTime32 || type.id == TypeId::kTime64;
}

bool has_offset(FrameBound bound) {
  return bound == FrameBound::kPreceding || bound == FrameBound::kFollowing;
}

class RangeBinder {
 public:
  RangeBinder(Binder& rows, const WindowSyntax& over, int64_t location)
      : rows_(rows), over_(over), location_(location) {}

  void bind(WindowFrame& frame) {
    const FrameShape& shape = frame.shape;
    if (!has_offset(shape.start) && !has_offset(shape.end)) return;
    if (over_.order_by.size() != 1) {
      fail(location_, "range with an offset needs an order by of exactly one key");
    }
    Bound key = typed_value(rows_, rows_.bind(*over_.order_by[0].value));
    if (is_integer(key.type().id)) {
      // The bounds of the greatest integers are beyond these.
      key = rows_.cast(key, decimal_type(20, 0), key.location);
    }
    const bool is_clock = is_time_of_day(key.type());
    if (is_clock) key = nanoseconds_of_day(key);
    std::optional<Bound> start;
    std::optional<Bound> end;
    if (has_offset(shape.start))
      start = reached(key, is_clock, *over_.start_offset, shape.start == FrameBound::kPreceding);
    if (has_offset(shape.end))
      end = reached(key, is_clock, *over_.end_offset, shape.end == FrameBound::kPreceding);
    std::vector<Bound> all{key};
    if (start) all.push_back(*start);
    if (end) all.push_back(*end);
    TypePtr type = rows_.common_type(all, key.location, "the key and the bounds of a range are");
    auto expression = [&](const Bound& value) {
      return make_expression(rows_.coerce(value, type, "the bound of a range").node);
    };
    frame.key = expression(key);
    if (start) frame.start = expression(*start);
    if (end) frame.end = expression(*end);
  }

 private:
  [[noreturn]] void fail(int64_t location, const std::string& message) const {
    rows_.fail(location, message);
  }

  // A time of day in nanoseconds: the bounds of a range may lie beyond the day.
  Bound nanoseconds_of_day(const Bound& time) const {
    const int64_t scale = units_per_second(TimeUnit::kNano) / units_per_second(time.type().unit);
    const bool is_narrow = time.type().id == TypeId::kTime32;
    return rows_.call(
        int64_type(), {&time, 1},
        [scale, is_narrow](const KernelCall& call) {
          auto scaled = [scale](int64_t value) { return value * scale; };
          return is_narrow ? map_rows<int64_t, int32_t>(call, scaled)
                           : map_rows<int64_t, int64_t>(call, scaled);
        },
        {}, time.location);
  }

  // How far a range reaches from the key, before it or after it in the window's order. The key of a
  // time of day is in nanoseconds.
  Bound reached(const Bound& key, bool is_clock, const Syntax& written, bool before) const {
    const bool is_time =
        is_clock || key.type().id == TypeId::kTimestamp || key.type().id == TypeId::kDate32;
    if (!is_time && !is_numeric(key.type().id)) {
      fail(written.location,
           "range with an offset is not known for a key of type " + type_name(key.type()));
    }
    Bound offset = rows_.bind(written);
    if (is_time) offset = interval_of(offset);
    if (offset.literal == Bound::Literal::kNull ||
        (offset.node->constant() != nullptr && offset.node->constant()->null_count != 0)) {
      fail(written.location, "the offset of a frame must not be null");
    }
    if (!is_time) offset = number_of(offset, key);
    ColumnPtr constant = offset.node->constant();
    if (constant == nullptr) fail(written.location, "the offset of a frame must be a constant");
    if (is_clock) {
      offset = clock_time_of(constant->data<Interval>()[0], written.location);
    } else {
      require_positive(offset, written.location);
    }
    const bool down = before != over_.order_by[0].descending;
    if (is_infinite(*constant)) return infinite_bound(key, down);
    Syntax call;
    call.kind = Syntax::Kind::kCall;
    call.text = down ? "-" : "+";
    call.location = written.location;
    return penstock::bind_function(rows_, call, {key, offset});
  }

  Bound number_of(Bound offset, const Bound& key) const {
    if (is_numeric(offset.type().id)) return offset;
    if (offset.is_literal()) offset = rows_.coerce(offset, key.type_ptr(), "the offset");
    if (!is_numeric(offset.type().id)) {
      fail(offset.location, "the offset of a range over " + type_name(key.type()) +
                                " must be a number, not " + type_name(offset.type()));
    }
    return offset;
  }

  // As in PostgreSQL, months and days do not count for a time of day. A day reaches all of them.
  Bound clock_time_of(const Interval& interval, int64_t location) const {
    constexpr int64_t kDay = int64_t{86400} * 1'000'000'000;
    if (interval.nanoseconds < 0) fail(location, kNegativeOffset);
    Bound time;
    time.location = location;
    time.node = make_int64_constant(std::min(interval.nanoseconds, kDay));
    return time;
  }

  static bool is_infinite(const Column& constant) {
    if (constant.type->id == TypeId::kFloat32) return std::isinf(constant.data<float>()[0]);
    return constant.type->id == TypeId::kFloat64 && std::isinf(constant.data<double>()[0]);
  }

  // The range reaches all numbers on that side, also from an infinite key; NaN is not one.
  Bound infinite_bound(const Bound& key, bool down) const {
    const Bound number = rows_.coerce(key, float64_type(), "the key");
    auto constant = [&](double value) {
      Bound bound;
      bound.location = key.location;
      bound.node = make_float64_constant(value);
      return bound;
    };
    Syntax call;
    call.kind = Syntax::Kind::kCall;
    call.text = "<>";
    call.location = key.location;
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const Bound is_number = penstock::bind_function(
        rows_, call, {number, constant(std::numeric_limits<double>::quiet_NaN())});
    Bound bound;
    bound.location = key.location;
    bound.node = make_case(float64_type(), {is_number.node},
                           {constant(down ? -kInfinity : kInfinity).node, number.node});
    return bound;
  }

  Bound interval_of(const Bound& offset) const {
    if (offset.literal != Bound::Literal::kText &&
        offset.type().id != TypeId::kIntervalMonthDayNano) {
      fail(offset.location,
           "the offset of a range over dates and times is an interval, as in "
           "interval '1 day'");
    }
    TypeName type;
    type.name = "interval";
    return offset.literal == Bound::Literal::kText
               ? bind_interval_cast(rows_, offset, type, offset.location)
               : offset;
  }

  void require_positive(const Bound& offset, int64_t location) const {
    bool negative = false;
    const Column& value = *offset.node->constant();
    if (value.type->id == TypeId::kIntervalMonthDayNano) {
      const auto interval = value.data<Interval>()[0];
      // As PostgreSQL compares intervals: a month has 30 days, a day 24 hours.
      constexpr int128_t kDay = int128_t{86400} * 1000000000;
      const int128_t whole =
          (int128_t{interval.months} * 30 + interval.days) * kDay + interval.nanoseconds;
      negative = whole < 0;
    } else {
      Syntax call;
      call.kind = Syntax::Kind::kCall;
      call.location = location;
      call.text = "<";
      Bound zero;
      zero.node = make_int64_constant(0);
      zero.literal = Bound::Literal::kInteger;
      zero.text = "0";
      ColumnPtr less = penstock::bind_function(rows_, call, {offset, zero}).node->constant();
      negative = less != nullptr && less->null_count == 0 && less->bool_at(0);
    }
    const bool is_nan =
        (value.type->id == TypeId::kFloat64 && std::isnan(value.data<double>()[0])) ||
        (value.type->id == TypeId::kFloat32 && std::isnan(value.data<float>()[0]));
    if (negative || is_nan) fail(location, kNegativeOffset);
  }

  Binder& rows_;
  const WindowSyntax& over_;
  int64_t location_;
};

}  // namespace

// A literal without a type is text, null too.
Bound typed_value(const Binder& rows, const Bound& value) {
  const bool untyped = value.literal == Bound::Literal::kNull || value.type().id == TypeId::kNull;
  return untyped ? rows.coerce(value, utf8_type(), "the value") : value;
}

void bind_range(Binder& rows, const WindowSyntax& over, int64_t location, WindowFrame& frame) {
  RangeBinder(rows, over, location).bind(frame);
}

}  // namespace penstock
