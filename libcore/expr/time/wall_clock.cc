#include "libcore/expr/time/wall_clock.h"

#include <algorithm>
#include <limits>

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

std::optional<int64_t> WallClock::from_instant(int64_t value) const {
  if (zone_.empty()) return value;
  int64_t wall = 0;
  const int64_t offset = offset_at(floor_divide(value, units_));
  if (__builtin_add_overflow(value, offset, &wall)) return std::nullopt;
  return wall;
}

std::optional<int64_t> WallClock::to_instant(int64_t wall) const {
  if (zone_.empty()) return wall;
  // One day earlier and one day later, the offsets are those before and after a change, if one is
  // near.
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() - kSecondsPerDay;
  int64_t seconds = std::clamp(floor_divide(wall, units_), -kMost, kMost);
  int64_t before = offset_at(seconds - kSecondsPerDay);
  int64_t after = offset_at(seconds + kSecondsPerDay);
  int64_t instant = 0;
  if (__builtin_sub_overflow(wall, after, &instant)) return std::nullopt;
  if (before == after || offset_at(floor_divide(instant, units_)) == after) return instant;
  if (__builtin_sub_overflow(wall, before, &instant)) return std::nullopt;
  return instant;
}

std::optional<int64_t> WallClock::add(int64_t value, const Interval& interval) const {
  const int64_t day = kSecondsPerDay * units_;
  int64_t moved = value;
  // Moves what the clock shows by so many days.
  auto move_days = [&](int64_t wall, int64_t days) {
    int64_t shift = 0;
    if (__builtin_mul_overflow(days, day, &shift) || __builtin_add_overflow(wall, shift, &wall)) {
      return false;
    }
    std::optional<int64_t> instant = to_instant(wall);
    moved = instant.value_or(0);
    return instant.has_value();
  };
  if (interval.months != 0) {
    std::optional<int64_t> wall = from_instant(moved);
    if (!wall) return std::nullopt;
    int64_t days = floor_divide(*wall, day);
    std::optional<int64_t> target = add_months(days, interval.months);
    if (!target || !move_days(*wall, *target - days)) return std::nullopt;
  }
  if (interval.days != 0) {
    std::optional<int64_t> wall = from_instant(moved);
    if (!wall || !move_days(*wall, interval.days)) return std::nullopt;
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
          auto shifted = to_instant ? clock.to_instant(time) : clock.from_instant(time);
          if (!shifted) k.fail(kNoClockShows);
          return *shifted;
        });
      },
      {.can_fail = true}, call.location);
}

}  // namespace penstock
