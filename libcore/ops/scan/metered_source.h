// Counts the bytes that are read of a source.
#pragma once

#include <cstdint>
#include <functional>

#include "libcore/os/byte_source.h"

namespace penstock {

// Returns a source that reads `below`, and calls `on_read` after each read with the number of
// bytes, in the thread that reads.
ByteSourcePtr metered_source(ByteSourcePtr below, std::function<void(int64_t)> on_read);

}  // namespace penstock
