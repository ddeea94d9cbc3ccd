// Which unit holds all of some timestamps exactly.
#pragma once

#include <string_view>

#include "libcore/data/datetime.h"
#include "libcore/data/type.h"

namespace penstock {

class TimestampGuess {
 public:
  void see(const ParsedTimestamp& timestamp);

  // timestamp[us]; timestamp[ns] when some timestamp has digits below a microsecond; null when some
  // other one is then outside of the years 1677 to 2262, which are all that nanoseconds reach. Text
  // keeps such a mixture. `zone` is the type's, empty for none.
  TypePtr type(std::string_view zone) const;

 private:
  bool fit_micro_ = true;
  bool fit_nano_ = true;
};

}  // namespace penstock
