// Which type holds a number as it is written: the one rule for numbers of CSV and of JSON, for
// guessing types and for reading what was guessed.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "libcore/base/ascii.h"

namespace penstock {

// What a type would keep of a text beyond a number's value: digits, zeros in front, a sign.
enum class NumberForm {
  kNone,     // not a number, or one whose text says more than its value: 007, +49, 1e-400, 1e999
  kInteger,  // an int64
  kFloat,    // a float64, -0 among them
  kCode,     // "12e4": a float64, but in CSV as likely a code as a number
  kLong,     // digits alone and at most one point, too many for int64 and float64: for a decimal
};

// `text` is not empty. A float64 holds up to 17 significant digits; of a number with 16 or more
// digits before the point, and of one near zero where floats have less precision, it must be the
// float that prints as these digits.
NumberForm number_form(std::string_view text);

// Whether a text that parse_int64() took is kInteger: no plus sign, no zero in front, not "-0".
inline bool is_plain_integer(std::string_view text) {
  size_t first = text[0] == '-' ? 1 : 0;
  return text[0] != '+' && (text[first] != '0' || text.size() == 1);
}

// True only where number_form() says kInteger or kFloat, and for nearly all such texts: digits and
// a point, few enough. REQUIRES that parse_float64() made `value` of `text`.
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
