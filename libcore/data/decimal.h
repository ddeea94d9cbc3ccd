// Exact decimals: 128-bit integers scaled by a power of ten.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/column.h"

namespace penstock {

inline constexpr int32_t kMaxDecimalPrecision = 38;

// 10^n, 0 <= n <= 38.
int128_t power_of_ten(int32_t n);

// Whether |value| < 10^precision.
bool fits_precision(int128_t value, int32_t precision);

// "-12.50", ".5", "1e3"? No exponent: digits, one point, a sign. Empty when it is no such text or
// has more than `scale` digits after the point that are not zero (nothing is rounded away
// silently) or does not fit `precision`.
std::optional<int128_t> parse_decimal(std::string_view text, int32_t precision, int32_t scale);

// All `scale` digits are printed: 12.50 at scale 2 is "12.50".
void append_decimal(std::string& out, int128_t value, int32_t scale);
// Little-endian 256-bit, for decimal256 passing through.
void append_decimal256(std::string& out, const uint8_t* bytes, int32_t scale);

// Value times 10^(to - from); empty on overflow. When to < from the quotient is rounded half away
// from zero, as SQL's casts do.
std::optional<int128_t> rescale(int128_t value, int32_t from, int32_t to);

// The nearest double, and the nearest decimal at a scale (half away from zero; empty on overflow,
// inf, nan).
double to_double(int128_t value, int32_t scale);
std::optional<int128_t> decimal_from_double(double value, int32_t precision, int32_t scale);

}  // namespace penstock
