// Bytes counted at the speed of memory.
#pragma once

#include <cstdint>

namespace penstock {

// How many of data[0, size) equal `byte`. Vectorized.
int64_t count_byte(const uint8_t* data, int64_t size, uint8_t byte);

}  // namespace penstock
