// Time zones: offsets as they are written, and names by the system's database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/zone_database.h"

namespace penstock {

// "+02", "+0200", "+02:00" (or with '-') in seconds; up to 23:59. Empty for anything else.
std::optional<int32_t> parse_offset(std::string_view text);

// A stretch of time with one offset from UTC: instants in seconds from `begin` on and before `end`.
// As made it holds no instant.
struct ZoneSpan {
  int64_t begin = 0;
  int64_t end = 0;
  int32_t offset = 0;
};

// Immutable once made; shared by threads.
class TimeZone {
 public:
  // A zone by its IANA name. The first use of a name reads its file, later ones look it up; what is
  // returned lives as long as the process. Throws Error when the name is not a zone's, when its
  // file is damaged, or when this machine has no cctz.
  static const TimeZone& find(const std::string& name);

  explicit TimeZone(ZoneHistory history);

  // The span that holds an instant; it may end where a change keeps the offset.
  ZoneSpan span_at(int64_t utc_seconds) const;

 private:
  ZoneSpan recorded_span(int64_t utc_seconds) const;

  ZoneHistory history_;
};

// The span, at an instant, of a zone that a timestamp type names, as zone_offset() takes it. Throws
// Error on an unknown zone.
ZoneSpan zone_span(const std::string& zone, int64_t utc_seconds);

}  // namespace penstock
