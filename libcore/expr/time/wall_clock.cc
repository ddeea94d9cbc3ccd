#include "libcore/expr/time/wall_clock.h"

#include "libcore/data/datetime.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/time/interval.h"
#include "libcore/expr/types.h"

namespace penstock {
WallClock::WallClock(const Type& type) : WallClock(type.zone, type.unit) {}

WallClock::WallClock(const std::string& zone, TimeUnit unit)
    : zone_(zone == "UTC" || zone == "Z" ? std::string() : zone), units_(units_per_second(unit)) {}

int64_t WallClock::offset_at(int64_t seconds) const {
  if (seconds < span_.begin || seconds >= span_.end) span_ = zone_span(zone_, seconds);
  return span_.offset * units_;
}

int64_t WallClock::from_instant(int64_t value) const {
  if (zone_.empty()) return value;
  return value + offset_at(floor_divide(value, units_));
}

int64_t WallClock::to_instant(int64_t wall) const {
  if (zone_.empty()) return wall;
  // One day earlier and one day later, the offsets are those before and after a change, if one is
  // near.
  int64_t seconds = floor_divide(wall, units_);
  int64_t before = offset_at(seconds - kSecondsPerDay);
  int64_t after = offset_at(seconds + kSecondsPerDay);
  if (before == after) return wall - before;
  bool is_after = offset_at(floor_divide(wall - after, units_)) == after;
  return wall - (is_after ? after : before);
}

std::optional<int64_t> WallClock::add(int64_t value, const Interval& interval) const {
  const int64_t day = kSecondsPerDay * units_;
  int64_t moved = value;
  if (interval.months != 0) {
    int64_t wall = from_instant(moved);
    int64_t days = floor_divide(wall, day);
    std::optional<int64_t> target = add_months(days, interval.months);
    int64_t shift = 0;
    if (!target || __builtin_mul_overflow(*target - days, day, &shift) ||
        __builtin_add_overflow(wall, shift, &wall)) {
      return std::nullopt;
    }
    moved = to_instant(wall);
  }
  if (interval.days != 0) {
    int64_t wall = from_instant(moved);
    int64_t shift = 0;
    if (__builtin_mul_overflow(int64_t{interval.days}, day, &shift) ||
        __builtin_add_overflow(wall, shift, &wall)) {
      return std::nullopt;
    }
    moved = to_instant(wall);
  }
  // Digits below the unit are cut towards the past, as a clock of that unit would show them.
  int64_t below = 1'000'000'000 / units_;
  if (__builtin_add_overflow(moved, floor_divide(interval.nanoseconds, below), &moved)) {
    return std::nullopt;
  }
  return moved;
}

Bound bind_time_zone(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  ColumnPtr constant = binder.coerce(arguments[0], utf8_type(), "a zone").node->constant();
  if (constant == nullptr || constant->null_count != 0) {
    binder.fail(arguments[0].location, "the zone must be a constant, as 'Europe/Prague'");
  }
  std::string zone(constant->bytes_at(0));
  try {
    zone_offset(zone, 0);
  } catch (const Error& error) {
    binder.fail(arguments[0].location, error.message());
  }
  Bound value = arguments[1];
  if (value.is_literal() || value.type().id == TypeId::kDate32) {
    value = binder.coerce(value, timestamp_type(TimeUnit::kMicro), "the time");
  }
  const Type& type = value.type();
  if (type.id != TypeId::kTimestamp) {
    binder.fail(call.location, "at time zone takes a timestamp, not " + type_name(type));
  }
  WallClock prototype(zone, type.unit);
  bool to_instant = type.zone.empty();
  return binder.call(
      timestamp_type(type.unit, to_instant ? zone : std::string()), {&value, 1},
      [prototype, to_instant](const KernelCall& k) {
        WallClock clock = prototype;
        return map_rows<int64_t, int64_t>(k, [&](int64_t time) {
          return to_instant ? clock.to_instant(time) : clock.from_instant(time);
        });
      },
      {}, call.location);
}

}  // namespace penstock
