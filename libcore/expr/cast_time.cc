#include <optional>

#include "libcore/data/datetime.h"
#include "libcore/data/value_text.h"
#include "libcore/expr/cast.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// value counted in units of `from` a second, in units of `to`; digits below are cut towards the
// past. Empty on overflow.
std::optional<int64_t> change_unit(int64_t value, int64_t from, int64_t to) {
  if (to < from) return floor_divide(value, from / to);
  int64_t result = 0;
  if (__builtin_mul_overflow(value, to / from, &result)) return std::nullopt;
  return result;
}

template <typename From, typename To, typename Convert>
Cast time_cast(bool can_fail, Convert convert) {
  return {[convert](const KernelCall& call) {
            return map_rows<To, From>(call, [&](From value) {
              std::optional<To> result = convert(value);
              if (!result) call.fail("a time is out of range for " + type_name(*call.type()));
              return *result;
            });
          },
          can_fail};
}

Cast cast_timestamp_unit(const Type& from, const Type& to) {
  int64_t from_units = units_per_second(from.unit);
  int64_t to_units = units_per_second(to.unit);
  return time_cast<int64_t, int64_t>(to_units > from_units, [=](int64_t value) {
    return change_unit(value, from_units, to_units);
  });
}

// What clocks of the zone show at an instant, in the same unit.
int64_t to_wall_clock(int64_t value, const Type& type) {
  int64_t units = units_per_second(type.unit);
  return value + zone_offset(type.zone, floor_divide(value, units)) * units;
}

Cast cast_from_timestamp(const TypePtr& from, const TypePtr& to) {
  const bool zoned = !from->zone.empty() && from->zone != "UTC" && from->zone != "Z";
  auto wall = [from, zoned](int64_t value) { return zoned ? to_wall_clock(value, *from) : value; };
  int64_t units = units_per_second(from->unit);
  if (to->id == TypeId::kDate32) {
    return time_cast<int64_t, int32_t>(true, [=](int64_t value) -> std::optional<int32_t> {
      int64_t days = floor_divide(wall(value), units * kSecondsPerDay);
      if (days != static_cast<int32_t>(days)) return std::nullopt;
      return static_cast<int32_t>(days);
    });
  }
  int64_t to_units = units_per_second(to->unit);
  if (to->id == TypeId::kTimestamp && to->zone.empty()) {
    return time_cast<int64_t, int64_t>(
        true, [=](int64_t value) { return change_unit(wall(value), units, to_units); });
  }
  auto of_day = [=](int64_t value) {
    int64_t clock = wall(value);
    int64_t since_midnight =
        clock - floor_divide(clock, units * kSecondsPerDay) * units * kSecondsPerDay;
    return change_unit(since_midnight, units, to_units);
  };
  if (to->id == TypeId::kTime64) return time_cast<int64_t, int64_t>(false, of_day);
  if (to->id == TypeId::kTime32) {
    return time_cast<int64_t, int32_t>(false, [=](int64_t value) -> std::optional<int32_t> {
      return static_cast<int32_t>(*of_day(value));
    });
  }
  return {};
}

Cast cast_time_of_day(const Type& from, const Type& to) {
  int64_t from_units = units_per_second(from.unit);
  int64_t to_units = units_per_second(to.unit);
  auto convert = [=](int64_t value) {
    return change_unit(value, from_units, to_units).value_or(0);
  };
  using Wide = int64_t;
  using Narrow = int32_t;
  bool from_narrow = from.id == TypeId::kTime32;
  if (to.id == TypeId::kTime64) {
    if (from_narrow) {
      return time_cast<Narrow, Wide>(
          false, [=](Narrow value) { return std::optional<Wide>(convert(value)); });
    }
    return time_cast<Wide, Wide>(false,
                                 [=](Wide value) { return std::optional<Wide>(convert(value)); });
  }
  auto narrow_result = [=](int64_t value) {
    return std::optional<Narrow>(static_cast<Narrow>(convert(value)));
  };
  if (from_narrow) return time_cast<Narrow, Narrow>(false, narrow_result);
  return time_cast<Wide, Narrow>(false, narrow_result);
}

Cast cast_from_date(const TypePtr& from, const TypePtr& to) {
  if (from->id == TypeId::kDate64 && to->id == TypeId::kDate32) {
    return time_cast<int64_t, int32_t>(false, [](int64_t milliseconds) {
      return std::optional<int32_t>(
          static_cast<int32_t>(floor_divide(milliseconds, kSecondsPerDay * 1000)));
    });
  }
  if (from->id != TypeId::kDate32 || to->id != TypeId::kTimestamp || !to->zone.empty()) return {};
  int64_t units = units_per_second(to->unit);
  // Only for nanoseconds the range is smaller than that of days.
  return time_cast<int32_t, int64_t>(units > 1'000'000,
                                     [=](int32_t days) -> std::optional<int64_t> {
                                       return change_unit(days * kSecondsPerDay, 1, units);
                                     });
}

}  // namespace

Cast find_time_cast(const TypePtr& from, const TypePtr& to) {
  bool from_time = from->id == TypeId::kTime32 || from->id == TypeId::kTime64;
  bool to_time = to->id == TypeId::kTime32 || to->id == TypeId::kTime64;
  if (from_time && to_time) return cast_time_of_day(*from, *to);
  if (from->id == TypeId::kTimestamp) {
    bool same_kind = to->id == TypeId::kTimestamp && from->zone.empty() == to->zone.empty();
    if (same_kind) return cast_timestamp_unit(*from, *to);
    return cast_from_timestamp(from, to);
  }
  return cast_from_date(from, to);
}

}  // namespace penstock
