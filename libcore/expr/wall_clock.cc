#include "libcore/expr/wall_clock.h"

#include "libcore/data/datetime.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

int64_t seconds_of(int64_t value, int64_t units) {
  return value / units - (value % units < 0 ? 1 : 0);
}

}  // namespace

WallClock::WallClock(const Type& type) : WallClock(type.zone, type.unit) {}

WallClock::WallClock(const std::string& zone, TimeUnit unit)
    : zone_(zone == "UTC" || zone == "Z" ? std::string() : zone), units_(units_per_second(unit)) {}

int64_t WallClock::from_instant(int64_t value) const {
  if (zone_.empty()) return value;
  return value + zone_offset(zone_, seconds_of(value, units_)) * units_;
}

int64_t WallClock::to_instant(int64_t wall) const {
  if (zone_.empty()) return wall;
  // The offset a day before is the one before a change, if there is one nearby.
  int64_t seconds = seconds_of(wall, units_);
  int64_t before = zone_offset(zone_, seconds - 86400);
  int64_t after = zone_offset(zone_, seconds + 86400);
  if (before == after) return wall - before * units_;
  int64_t at = seconds - before;
  int64_t offset = zone_offset(zone_, at);
  // Behind the change, unless the clock shows a time that was there before it as well.
  bool was_before = offset == before;
  return wall -
         (was_before || zone_offset(zone_, seconds - after) != after ? before : after) * units_;
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
  WallClock clock(zone, type.unit);
  bool to_instant = type.zone.empty();
  return binder.call(
      timestamp_type(type.unit, to_instant ? zone : std::string()), {&value, 1},
      [clock, to_instant](const KernelCall& k) {
        return map_rows<int64_t, int64_t>(k, [&](int64_t time) {
          return to_instant ? clock.to_instant(time) : clock.from_instant(time);
        });
      },
      {}, call.location);
}

}  // namespace penstock
