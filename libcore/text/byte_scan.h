// Counts bytes at the speed of memory.
#pragma once

#include <cstdint>

namespace penstock {

// Returns how many bytes of data[0, size) equal `byte`. Vectorized.
int64_t count_byte(const uint8_t* data, int64_t size, uint8_t byte);

// Returns whether data[0, size) has an odd number of `quote`.
bool has_odd_quotes(const uint8_t* data, int64_t size, char quote = '"');

// Returns whether some '\r' in data[0, size) is not part of CR LF or CR CR LF. data[size] and
// data[size + 1] must be readable. Vectorized.
bool has_lone_return(const uint8_t* data, int64_t size);

}  // namespace penstock
