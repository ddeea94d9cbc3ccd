// Dates and timestamps into memory, as append_date() and append_timestamp() print them.
#pragma once

#include <cstdint>

#include "libcore/data/type.h"

namespace penstock {

// Room that a call may use, and the most that it writes.
inline constexpr int64_t kDateTextBytes = 32;
inline constexpr int64_t kTimestampTextBytes = 48;

// Each writes at `out`, without a terminating zero, and returns the end.
char* write_date(char* out, int64_t days);
char* write_timestamp(char* out, int64_t value, TimeUnit unit);

}  // namespace penstock
