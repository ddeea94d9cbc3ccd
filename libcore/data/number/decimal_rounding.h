// Decimals out of floats and out of text, rounded by PostgreSQL's rules: what a cast gives and what
// round() and trunc() give at a number of places are one thing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/data/column.h"

namespace penstock {

// Significant digits that count when a float is taken as a decimal: 2.675 is 2.675, although the
// float64 nearest to it is smaller. So float64s are rounded to 15 digits, by their exact value, and
// float32s to 6.
inline constexpr int kFloat64Digits = 15;
inline constexpr int kFloat32Digits = 6;

// Rounds the float's first `digits` significant digits at `scale`, half away from zero. Empty for
// inf and nan, and when the result does not fit `precision`. REQUIRES 1 <= digits <= 15, 0 <= scale
// <= 38.
std::optional<int128_t> decimal_from_double(double value, int32_t precision, int32_t scale,
                                            int digits = kFloat64Digits);

// Rounds the same digits half away from zero, or cuts them, `places` after the point (before it
// where `places` is negative), and returns the nearest float64. Never returns -0; inf and nan do
// not change. REQUIRES 1 <= digits <= 15.
double round_at_places(double value, int64_t places, int digits = kFloat64Digits);
double cut_at_places(double value, int64_t places, int digits = kFloat64Digits);

// The number in a text: digits with at most one point among them, after an optional sign, and
// perhaps with an exponent ("12.50", ".5", "-1e-5"). `value` is rounded at the scale, half away
// from zero.
struct DecimalReading {
  int128_t value = 0;
  bool exact = false;  // nothing but zeros was cut off
};

// Empty when the text is not such a number, or does not fit `precision` once it is rounded.
// REQUIRES 0 <= scale <= precision <= 38.
std::optional<DecimalReading> read_decimal(std::string_view text, int32_t precision, int32_t scale);

}  // namespace penstock
