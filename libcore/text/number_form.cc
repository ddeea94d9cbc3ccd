#include "libcore/text/number_form.h"

#include <array>
#include <charconv>
#include <limits>

#include "libcore/base/number.h"

namespace penstock {
namespace {

constexpr int64_t kMostDigits = 17;  // that a float64 may need to differ from its neighbours
// From so many digits before the point on, floats may be further apart than the last digit.
constexpr size_t kSafeWhole = 15;
// A number whose first digit comes after this many places may be too small for a float's full
// precision.
constexpr size_t kSafePart = 300;
constexpr size_t kAlwaysFit = 18;  // digits, in an int64

size_t count_digits(std::string_view text, size_t from) {
  size_t i = from;
  while (i < text.size() && is_digit(text[i]))
    ++i;
  return i - from;
}

// Digits that carry information: without zeros in front, and without those at the end.
int64_t significant_digits(std::string_view mantissa) {
  int64_t count = 0;
  int64_t zeros = 0;
  for (char c : mantissa) {
    if (!is_digit(c)) continue;
    if (c == '0') {
      if (count > 0) ++zeros;
    } else {
      count += zeros + 1;
      zeros = 0;
    }
  }
  return count;
}

// Whether `value` written with as many digits as `mantissa` has is written with these digits.
// REQUIRES at most kMostDigits of them.
bool has_digits(double value, std::string_view mantissa) {
  int64_t count = significant_digits(mantissa);
  if (count == 0) return true;
  std::array<char, 40> text;
  auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), std::fabs(value),
                                    std::chars_format::scientific, static_cast<int>(count - 1));
  if (error != std::errc()) return false;
  const char* at = text.data();
  for (char c : mantissa) {
    if (!is_digit(c) || (c == '0' && at == text.data())) continue;
    if (count-- == 0) return true;
    if (*at == '.') ++at;
    if (at == end || *at++ != c) return false;
  }
  return true;
}

}  // namespace

NumberForm number_form(std::string_view text) {
  std::string_view number = text;
  if (number.starts_with('-')) number.remove_prefix(1);
  size_t whole = count_digits(number, 0);
  if (whole > 1 && number[0] == '0') return NumberForm::kNone;
  if (whole == number.size()) {
    if (whole == 0) return NumberForm::kNone;
    if (whole > kAlwaysFit && !parse_int64(text)) return NumberForm::kLong;
    return is_plain_integer(text) ? NumberForm::kInteger : NumberForm::kFloat;
  }
  size_t at = whole;
  bool point = number[at] == '.';
  size_t part = point ? count_digits(number, ++at) : 0;
  at += part;
  if (whole + part == 0) return NumberForm::kNone;
  std::string_view mantissa = number.substr(0, at);
  bool many = whole + part > size_t{kMostDigits} && significant_digits(mantissa) > kMostDigits;
  if (at == number.size()) {
    if (many) return NumberForm::kLong;
    if (whole <= kSafeWhole && part <= kSafePart) return NumberForm::kFloat;
    auto value = parse_float64(text);
    return value && has_digits(*value, mantissa) ? NumberForm::kFloat : NumberForm::kLong;
  }
  if (number[at] != 'e' && number[at] != 'E') return NumberForm::kNone;
  ++at;
  bool sign = at < number.size() && (number[at] == '+' || number[at] == '-');
  if (sign) ++at;
  size_t exponent = count_digits(number, at);
  if (exponent == 0 || at + exponent != number.size() || many) return NumberForm::kNone;
  auto value = parse_float64(text);
  if (!value) return NumberForm::kNone;
  bool small = std::fabs(*value) < std::numeric_limits<double>::min();
  if (small && !has_digits(*value, mantissa)) return NumberForm::kNone;
  return point || sign ? NumberForm::kFloat : NumberForm::kCode;
}

}  // namespace penstock
