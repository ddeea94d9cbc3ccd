// What clocks of a zone show at an instant, and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/time_zone.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/types.h"

namespace penstock {

// For the values of one timestamp type; without a zone (or in UTC) both directions give the value.
// Not thread-safe: it remembers the offset of the last instant. One for each call of a kernel.
class WallClock {
 public:
  explicit WallClock(const Type& type);
  WallClock(const std::string& zone, TimeUnit unit);

  int64_t from_instant(int64_t value) const;
  // As PostgreSQL has it: of a time that clocks skipped in spring, the instant by the offset in
  // force before the change; of one that they showed twice in autumn, by the one after it.
  int64_t to_instant(int64_t wall) const;

  // An instant plus an interval: months first, then days, both by what the clock shows, then the
  // rest, which is time that passes. Empty on overflow.
  std::optional<int64_t> add(int64_t value, const Interval& interval) const;

 private:
  int64_t offset_at(int64_t seconds) const;  // in units

  std::string zone_;  // empty for no shift
  int64_t units_;     // a second
  mutable ZoneSpan span_;
};

// t at time zone 'zone'.
Bound bind_time_zone(Binder& binder, const Syntax& call, std::vector<Bound> arguments);

}  // namespace penstock
