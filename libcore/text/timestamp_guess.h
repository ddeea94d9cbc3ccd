// Finds the unit that holds all of some timestamps exactly.
#pragma once

#include <string_view>

#include "libcore/data/datetime.h"
#include "libcore/data/type.h"

namespace penstock {

class TimestampGuess {
 public:
  void see(const ParsedTimestamp& timestamp);

  // Returns timestamp[us]; or timestamp[ns] when some timestamp has digits below a microsecond; or
  // null when another one is then outside of the years 1677 to 2262, the range of nanoseconds. Such
  // a mixture stays text. `zone` is the zone of the type, empty for none.
  TypePtr type(std::string_view zone) const;

 private:
  bool fit_micro_ = true;
  bool fit_nano_ = true;
};

}  // namespace penstock
