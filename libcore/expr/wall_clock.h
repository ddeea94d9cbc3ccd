// What clocks of a zone show at an instant, and back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/expr/bind.h"

namespace penstock {

// For the values of one timestamp type; without a zone (or in UTC) both directions give the value.
class WallClock {
 public:
  explicit WallClock(const Type& type);
  WallClock(const std::string& zone, TimeUnit unit);

  int64_t from_instant(int64_t value) const;
  // Of a time that clocks skipped in spring, and of one that they showed twice in autumn, the
  // instant by the offset in force before the change.
  int64_t to_instant(int64_t wall) const;

 private:
  std::string zone_;  // empty for no shift
  int64_t units_;     // a second
};

// t at time zone 'zone'.
Bound bind_time_zone(Binder& binder, const Syntax& call, std::vector<Bound> arguments);

}  // namespace penstock
