// Numbers to text, into the caller's memory. All writers print numbers in this way.
//
// Each function writes at `out`, without a terminating zero, and returns the end of the text.
#pragma once

#include <cstdint>

namespace penstock {

// Room in bytes that a call may use, which is also the most that it writes.
inline constexpr int64_t kIntegerTextBytes = 20;
inline constexpr int64_t kFloatTextBytes = 32;

char* write_int64(char* out, int64_t value);
char* write_uint64(char* out, uint64_t value);

// The fewest digits that read back as the same value: 0.1, 17, 1e+300, 5e-324, -0, nan, inf, -inf.
// Plain notation from 0.0001 up to below 1e16 (float32: 1e7, below which whole numbers are exact),
// scientific outside: 100000, 1e+16, 1e-05.
char* write_float64(char* out, double value);
char* write_float32(char* out, float value);

}  // namespace penstock
