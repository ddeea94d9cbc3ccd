// Decimals out of floats and out of text, rounded by PostgreSQL's rules: what a cast gives and what
// round() and trunc() give at a number of places are one thing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/data/column.h"

namespace penstock {

// Significant digits for which a float stands where it is taken as a decimal: 2.675 is 2.675,
// though the float64 nearest to it lies below. So float64s are cut to 15 digits, halves by their
// exact value, and float32s to 6.
inline constexpr int kFloat64Digits = 15;
inline constexpr int kFloat32Digits = 6;

// The float's `digits` significant digits, rounded at `scale` half away from zero. Empty for inf
// and nan, and when it does not fit `precision`. REQUIRES 1 <= digits <= 15, 0 <= scale <= 38.
std::optional<int128_t> decimal_from_double(double value, int32_t precision, int32_t scale,
                                            int digits = kFloat64Digits);

// The same digits rounded half away from zero, or cut, `places` behind the point (before it where
// `places` is negative), as the nearest float64. Never -0; inf and nan stay.
// REQUIRES 1 <= digits <= 15.
double round_at_places(double value, int64_t places, int digits = kFloat64Digits);
double cut_at_places(double value, int64_t places, int digits = kFloat64Digits);

// A number's text: digits with at most one point among them, after an optional sign, and perhaps an
// exponent ("12.50", ".5", "-1e-5"). `value` is rounded at the scale, half away from zero.
struct DecimalReading {
  int128_t value = 0;
  bool exact = false;  // nothing but zeros was cut off
};

// Empty when the text is no such number, or does not fit `precision` once it is rounded.
// REQUIRES 0 <= scale <= precision <= 38.
std::optional<DecimalReading> read_decimal(std::string_view text, int32_t precision, int32_t scale);

}  // namespace penstock
