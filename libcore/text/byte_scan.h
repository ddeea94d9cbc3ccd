// Bytes counted at the speed of memory.
#pragma once

#include <cstdint>

namespace penstock {

// How many of data[0, size) equal `byte`. Vectorized.
int64_t count_byte(const uint8_t* data, int64_t size, uint8_t byte);

// Whether data[0, size) has an odd number of '"'.
bool has_odd_quotes(const uint8_t* data, int64_t size);

// Whether some '\r' in data[0, size) is not part of CR LF or CR CR LF. data[size] and data[size +
// 1] may be read. Vectorized.
bool has_lone_return(const uint8_t* data, int64_t size);

}  // namespace penstock
