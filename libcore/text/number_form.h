// Decides which type holds a number as it is written: the one rule for numbers of CSV and JSON, for
// inferring types and for reading values of inferred types.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "libcore/base/ascii.h"

namespace penstock {

// The type that keeps everything a text says: not only the number's value, but its digits, leading
// zeros and sign.
enum class NumberForm {
  kNone,     // not a number, or one whose text says more than its value: 007, +49, 1e-400, 1e999
  kInteger,  // an int64
  kFloat,    // a float64, also -0
  kCode,     // "12e4": a float64, but in CSV as likely a code as a number
  kLong,     // digits and at most one point, too many for int64 and float64: for a decimal
};

// `text` must not be empty. A float64 holds up to 17 significant digits. A number with 16 or more
// digits before the point, or one near zero where floats have less precision, must be the float
// that is printed with these digits.
NumberForm number_form(std::string_view text);

// Returns whether a text that parse_int64() accepts is kInteger: no plus sign, no leading zero, not
// "-0".
inline bool is_plain_integer(std::string_view text) {
  size_t first = text[0] == '-' ? 1 : 0;
  return text[0] != '+' && (text[first] != '0' || text.size() == 1);
}

// Returns true only if number_form() is kInteger or kFloat, and for nearly all such texts: digits
// and a point, few enough. REQUIRES that `value` is what parse_float64() made of `text`.
inline bool is_plain_float(std::string_view text, double value) {
  constexpr double kMost = 1e15;
  if (text[0] == '-') text.remove_prefix(1);
  if (text[0] == '+' || text.size() > 19 || !(std::fabs(value) < kMost)) return false;
  bool zero = text[0] == '0';
  if (zero ? text.size() > 1 && is_digit(text[1]) : text.size() > 18) return false;
  uint64_t words[2] = {0, 0};
  uint32_t last = 0;
  if (text.size() >= 16) {
    std::memcpy(words, text.data(), 16);
    std::memcpy(&last, text.data() + text.size() - 4, 4);
  } else if (text.size() >= 8) {
    std::memcpy(&words[0], text.data(), 8);
    std::memcpy(&words[1], text.data() + text.size() - 8, 8);
  } else {
    std::memcpy(&words[0], text.data(), text.size());
  }
  constexpr uint64_t kLetters = 0x4040404040404040;  // of digits and points none has this bit
  return ((words[0] | words[1] | last) & kLetters) == 0;
}

}  // namespace penstock
