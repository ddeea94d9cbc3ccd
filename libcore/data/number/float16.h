// IEEE half-precision floats, represented by their 16 bits.
#pragma once

#include <cstdint>
#include <optional>

namespace penstock {

float float_from_half(uint16_t bits);

// Returns the nearest half (ties to even); empty when the value is finite and too large for a half.
std::optional<uint16_t> half_from_float(float value);
std::optional<uint16_t> half_from_double(double value);

}  // namespace penstock
