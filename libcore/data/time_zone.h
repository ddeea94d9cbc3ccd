// Time zones: offsets as text states them, and names from the system's database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/zone_database.h"

namespace penstock {

// Parses "+02", "+0200", "+02:00" (or with '-') as seconds, up to 23:59. Empty for other text.
std::optional<int32_t> parse_offset(std::string_view text);

// A stretch of time with one offset from UTC: the instants, in seconds, from `begin` on and before
// `end`. A default-constructed span contains no instant.
struct ZoneSpan {
  int64_t begin = 0;
  int64_t end = 0;
  int32_t offset = 0;
};

// Immutable; may be shared by threads.
class TimeZone {
 public:
  // Returns a zone by its IANA name. The first use of a name reads its file; later uses look it up.
  // The zone lives as long as the process. Throws Error when there is no zone of this name, when
  // its file is damaged, or when this machine does not have cctz.
  static const TimeZone& find(const std::string& name);

  explicit TimeZone(ZoneHistory history);

  // Returns the span that contains an instant. It may end at a change that keeps the offset.
  ZoneSpan span_at(int64_t utc_seconds) const;

 private:
  ZoneSpan recorded_span(int64_t utc_seconds) const;

  ZoneHistory history_;
};

// Returns the span, at an instant, of a zone that a timestamp type names, as for zone_offset().
// Throws Error on an unknown zone.
ZoneSpan zone_span(const std::string& zone, int64_t utc_seconds);

}  // namespace penstock
