// Floats as text.
#include <charconv>
#include <cmath>
#include <cstring>

#include "libcore/base/digits.h"
#include "libcore/data/value_text.h"

namespace penstock {
namespace {

char* write_word(char* to, std::string_view word) {
  std::memcpy(to, word.data(), word.size());
  return to + word.size();
}

// units / 10^places with zeros at its end dropped; REQUIRES units > 0.
char* write_scaled(char* to, uint64_t units, uint64_t unit, int places) {
  to = write_digits(to, units / unit);
  uint64_t fraction = units % unit;
  if (fraction == 0) return to;
  *to = '.';
  to += places + 1;
  write_digits_before(to, fraction, places);
  while (to[-1] == '0')
    --to;
  return to;
}

// Whether `size` is exactly what a decimal of that many places and at most 15 digits reads as. Such
// a decimal is then the shortest: two of 15 digits never read as the same double. Most data is so,
// and this costs 5 ns where the general conversion takes 40.
template <int64_t kUnit, int kPlaces>
char* write_if_decimal(char* to, double size) {
  constexpr auto kScale = static_cast<double>(kUnit);
  double units = std::nearbyint(size * kScale);
  if (units >= 1e15 || units / kScale != size) return nullptr;
  return write_scaled(to, static_cast<uint64_t>(units), static_cast<uint64_t>(kUnit), kPlaces);
}

template <typename Float>
char* write_float(char* to, Float value, double plain_below) {
  if (std::isnan(value)) return write_word(to, "nan");
  if (std::signbit(value)) *to++ = '-';
  Float size = std::fabs(value);
  if (std::isinf(size)) return write_word(to, "inf");
  if (size == 0) return write_word(to, "0");
  auto wide = static_cast<double>(size);
  bool plain = wide >= 1e-4 && wide < plain_below;
  if (plain) {
    auto whole = static_cast<uint64_t>(size);
    if (static_cast<Float>(whole) == size) return write_digits(to, whole);
    if constexpr (sizeof(Float) == 8) {
      if (char* end = write_if_decimal<100, 2>(to, wide)) return end;
      if (char* end = write_if_decimal<10000, 4>(to, wide)) return end;
    }
  }
  return std::to_chars(to, to + kMaxFloatChars - 1, size,
                       plain ? std::chars_format::fixed : std::chars_format::scientific)
      .ptr;
}

}  // namespace

char* write_float64(char* to, double value) {
  return write_float(to, value, 1e15);
}
char* write_float32(char* to, float value) {
  return write_float(to, value, 1e7);
}

void append_float64(std::string& out, double value) {
  char text[kMaxFloatChars];
  out.append(text, static_cast<size_t>(write_float64(text, value) - text));
}

void append_float32(std::string& out, float value) {
  char text[kMaxFloatChars];
  out.append(text, static_cast<size_t>(write_float32(text, value) - text));
}

}  // namespace penstock
