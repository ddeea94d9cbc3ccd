// Exact decimals: 128-bit integers scaled by a power of ten.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/column.h"

namespace penstock {

inline constexpr int32_t kMaxDecimalPrecision = 38;
inline constexpr int32_t kMaxDecimal256Precision = 76;

// 10^n. REQUIRES 0 <= n <= 38.
int128_t power_of_ten(int32_t n);

// Whether |value| < 10^precision.
bool fits_precision(int128_t value, int32_t precision);

// Parses digits with at most one point among them ("12.50", ".5", "5."), after an optional sign; an
// exponent is not allowed. Empty for other text, for digits other than 0 beyond `scale` places
// after the point (nothing is rounded silently), and for a number that does not fit `precision`.
std::optional<int128_t> parse_decimal(std::string_view text, int32_t precision, int32_t scale);

// The same for decimal256: writes 32 bytes, little-endian, to `bytes` when it returns true.
bool parse_decimal256(std::string_view text, int32_t precision, int32_t scale, uint8_t* bytes);

// Writes all `scale` digits (12.50 at scale 2 is "12.50") and returns the end.
// REQUIRES 0 <= scale <= 38, room for kMaxDecimalChars.
inline constexpr int64_t kMaxDecimalChars = 64;
char* write_decimal(char* to, int128_t value, int32_t scale);
void append_decimal(std::string& out, int128_t value, int32_t scale);
// The same for decimal256. REQUIRES 0 <= scale <= 76.
void append_decimal256(std::string& out, const uint8_t* bytes, int32_t scale);

// Returns value * 10^(to - from); empty on overflow. When to < from, rounds the quotient half away
// from zero, as SQL's casts do. REQUIRES scales in 0..38.
std::optional<int128_t> rescale(int128_t value, int32_t from, int32_t to);

// Converts a decimal256 of scale `from` to a decimal128, rounded half away from zero. Empty when it
// does not fit `precision`. REQUIRES 0 <= from <= 76, scale in 0..38.
std::optional<int128_t> narrow_decimal256(const uint8_t* bytes, int32_t from, int32_t precision,
                                          int32_t scale);

// The double nearest to value / 10^scale.
double to_double(int128_t value, int32_t scale);

}  // namespace penstock
