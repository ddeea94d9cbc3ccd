#include "libcore/base/number_text.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "libcore/base/digits.h"

namespace penstock {
namespace {

char* write_word(char* out, const char* word) {
  size_t length = std::strlen(word);
  std::memcpy(out, word, length);
  return out + length;
}

// value / 10^Digits with at most Digits digits after the point, zeros at its end left out.
template <int64_t kPower, int kDigits>
char* write_scaled(char* out, int64_t value) {
  if (value < 0) {
    *out++ = '-';
    value = -value;
  }
  int64_t whole = value / kPower;
  int64_t rest = value % kPower;
  out = write_digits(out, static_cast<uint64_t>(whole));
  if (rest == 0) return out;
  *out++ = '.';
  out = write_padded_digits(out, static_cast<uint32_t>(rest), kDigits);
  while (out[-1] == '0')
    --out;
  return out;
}

// Writes doubles that are decimals of few digits (prices, measurements) in a third of to_chars'
// time. The result is exact. k / 10^d is rounded correctly when k and 10^d are exact doubles (IEEE
// division), and so is reading the text "k / 10^d"; when the quotient is `value`, the text reads
// back as it. No shorter text does: below 10^15, k has at most 15 digits, and different decimals of
// at most 15 digits are read as different doubles, so k without its trailing zeros is the only one
// of its length or shorter.
template <int64_t kPower, int kDigits>
char* try_scaled(char* out, double value) {
  auto scaled = static_cast<int64_t>(std::llrint(value * static_cast<double>(kPower)));
  if (static_cast<double>(scaled) / static_cast<double>(kPower) != value) return nullptr;
  return write_scaled<kPower, kDigits>(out, scaled);
}

template <typename Float>
char* write_shortest(char* out, Float value) {
  if (std::isnan(value)) return write_word(out, "nan");
  if (std::isinf(value)) return write_word(out, value < 0 ? "-inf" : "inf");
  Float size = std::fabs(value);
  constexpr auto kPlainBelow = sizeof(Float) == sizeof(double) ? Float(1e16) : Float(1e7);
  bool plain = size == 0 || (size >= Float(1e-4) && size < kPlainBelow);
  auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  return std::to_chars(out, out + kFloatTextBytes, value, format).ptr;
}

}  // namespace

char* write_int64(char* out, int64_t value) {
  auto size = static_cast<uint64_t>(value);
  if (value < 0) {
    *out++ = '-';
    size = 0 - size;
  }
  return write_digits(out, size);
}

char* write_uint64(char* out, uint64_t value) {
  return write_digits(out, value);
}

char* write_float64(char* out, double value) {
  // The comparison is false for nan; zeros go the long way because of their sign.
  double size = std::fabs(value);
  if (size >= 1e-2 && size < 1e9) {
    if (char* end = try_scaled<100, 2>(out, value)) return end;
    if (char* end = try_scaled<1'000'000, 6>(out, value)) return end;
  }
  return write_shortest(out, value);
}

char* write_float32(char* out, float value) {
  return write_shortest(out, value);
}

}  // namespace penstock
