#include "libcore/data/number/float16.h"

#include <bit>
#include <cmath>

namespace penstock {

float float_from_half(uint16_t bits) {
  uint32_t sign = (bits & 0x8000U) << 16;
  uint32_t exponent = (bits >> 10) & 0x1F;
  uint32_t fraction = bits & 0x3FFU;
  if (exponent == 0) {
    float size = std::ldexp(static_cast<float>(fraction), -24);
    return sign != 0 ? -size : size;
  }
  uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

std::optional<uint16_t> half_from_float(float value) {
  auto bits = std::bit_cast<uint32_t>(value);
  auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000U);
  if (std::isnan(value)) return static_cast<uint16_t>(sign | 0x7E00U);
  if (std::isinf(value)) return static_cast<uint16_t>(sign | 0x7C00U);
  float size = std::fabs(value);
  if (size >= 65520.0F) return std::nullopt;
  // In units of the last place of the half's binade; nearbyint rounds ties to even, and a carry
  // runs into the exponent as it should.
  int exponent = 0;
  std::frexp(size, &exponent);
  int place = size < 0x1p-14F ? -24 : exponent - 11;
  auto units = static_cast<uint32_t>(std::nearbyint(std::ldexp(size, -place)));
  uint32_t base = place == -24 ? 0 : static_cast<uint32_t>(place + 24) << 10;
  return static_cast<uint16_t>(sign | (base + units));
}

std::optional<uint16_t> half_from_double(double value) {
  auto narrow = static_cast<float>(value);
  if (std::isinf(narrow) && !std::isinf(value)) return std::nullopt;
  // Rounding to odd keeps a trace of the lost digits, so that the second rounding does not see a
  // tie where there is none.
  if (static_cast<double>(narrow) != value && (std::bit_cast<uint32_t>(narrow) & 1) == 0) {
    if (std::isnan(value)) return half_from_float(narrow);
    narrow = std::nextafter(narrow, value > static_cast<double>(narrow) ? INFINITY : -INFINITY);
  }
  return half_from_float(narrow);
}

}  // namespace penstock
