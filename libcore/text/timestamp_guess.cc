#include "libcore/text/timestamp_guess.h"

#include <string>

namespace penstock {

void TimestampGuess::see(const ParsedTimestamp& timestamp) {
  fit_micro_ = fit_micro_ && to_unit(timestamp, TimeUnit::kMicro).has_value();
  fit_nano_ = fit_nano_ && to_unit(timestamp, TimeUnit::kNano).has_value();
}

TypePtr TimestampGuess::type(std::string_view zone) const {
  if (fit_micro_) return timestamp_type(TimeUnit::kMicro, std::string(zone));
  if (fit_nano_) return timestamp_type(TimeUnit::kNano, std::string(zone));
  return nullptr;
}

}  // namespace penstock
