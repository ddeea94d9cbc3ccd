// Converts between instants and the time that clocks of a zone show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/time_zone.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/types.h"

namespace penstock {

// For the values of one timestamp type; without a zone (or in UTC) both directions return the
// value. Not thread-safe, because it remembers the offset of the last instant: make one for each
// call of a kernel.
class WallClock {
 public:
  explicit WallClock(const Type& type);
  WallClock(const std::string& zone, TimeUnit unit);

  // Both are empty where the result is beyond int64, which only the first and last hours of a
  // type's range are.
  std::optional<int64_t> from_instant(int64_t value) const;
  // Follows PostgreSQL: a time that clocks skip in spring is converted with the offset before the
  // change, and one that they show twice in autumn with the offset after it.
  std::optional<int64_t> to_instant(int64_t wall) const;

  // Adds an interval to an instant: months first, then days, both by what the clock shows, then the
  // rest, which is elapsed time. Empty on overflow.
  std::optional<int64_t> add(int64_t value, const Interval& interval) const;

 private:
  int64_t offset_at(int64_t seconds) const;  // in units

  std::string zone_;  // empty for no shift
  int64_t units_;     // a second
  mutable ZoneSpan span_;
};

// The message where a WallClock has no result.
inline constexpr std::string_view kNoClockShows =
    "a clock of this zone shows a time that is out of the type's range; cast to a coarser unit";

// t at time zone 'zone'.
Bound bind_time_zone(Binder& binder, const Syntax& call, std::vector<Bound> arguments);

}  // namespace penstock
