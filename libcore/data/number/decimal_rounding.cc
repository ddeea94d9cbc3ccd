#include "libcore/data/number/decimal_rounding.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "libcore/base/ascii.h"
#include "libcore/data/number/decimal.h"

namespace penstock {
namespace {

// Powers of ten that a double holds exactly.
constexpr int64_t kMostExactPower = 22;
constexpr double kExactPowersOfTen[kMostExactPower + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kMostDigits = 15;

// A float's significant digits: digits * 10^exponent, without the sign.
struct ShortDecimal {
  int64_t digits = 0;
  int64_t exponent = 0;
};

// REQUIRES size finite and >= 0.
ShortDecimal shortened(double size, int digits) {
  // "d.ddd…e±xxx"
  char text[32];
  char* end =
      std::to_chars(text, text + sizeof text, size, std::chars_format::scientific, digits - 1).ptr;
  ShortDecimal result;
  char* at = text;
  for (; *at != 'e'; ++at) {
    if (*at != '.') result.digits = result.digits * 10 + (*at - '0');
  }
  ++at;
  bool negative = *at++ == '-';
  for (; at != end; ++at)
    result.exponent = result.exponent * 10 + (*at - '0');
  if (negative) result.exponent = -result.exponent;
  result.exponent -= digits - 1;
  return result;
}

// digits * 10^shift for shift < 0, rounded half away from zero or cut.
int64_t shifted_down(int64_t digits, int64_t shift, bool cut) {
  if (shift < -kMostDigits - 1) return 0;
  auto unit = static_cast<int64_t>(power_of_ten(static_cast<int32_t>(-shift)));
  int64_t quotient = digits / unit;
  return !cut && digits % unit >= unit - unit / 2 ? quotient + 1 : quotient;
}

// The fast way: size * 10^places as a whole number, if a double decides it. The omitted digits
// change the product by less than half of 10^(1 - digits) of itself, and its own rounding changes
// it by far less: so a fraction that is farther from the edge is on the same side of it. Negative
// if that does not decide it.
double settled(double size, int64_t places, int digits, bool cut) {
  if (places > kMostExactPower || places < 0) return -1;
  double product = size * kExactPowersOfTen[places];
  double doubt = product * 0.6 / kExactPowersOfTen[digits - 1];
  double whole = std::trunc(product);
  double fraction = product - whole;
  if (cut) return fraction > doubt && 1 - fraction > doubt ? whole : -1;
  return std::fabs(fraction - 0.5) > doubt ? whole + (fraction > 0.5 ? 1 : 0) : -1;
}

double at_places(double value, int64_t places, int digits, bool cut) {
  if (!std::isfinite(value)) return value;
  double size = std::fabs(value);
  double whole = settled(size, places, digits, cut);
  double result = 0;
  if (whole >= 0) {
    // Both are exact, so that the division rounds once.
    result = whole / kExactPowersOfTen[places];
  } else {
    ShortDecimal number = shortened(size, digits);
    // Beyond any float's digits there is nothing to round, or nothing left.
    int64_t shift = number.exponent + std::clamp<int64_t>(places, -1000, 1000);
    if (shift < 0) {
      number.digits = shifted_down(number.digits, shift, cut);
      number.exponent -= shift;
    }
    if (number.digits == 0) return 0;
    char text[64];
    char* end = std::to_chars(text, text + sizeof text, number.digits).ptr;
    *end++ = 'e';
    end = std::to_chars(end, text + sizeof text, number.exponent).ptr;
    if (std::from_chars(text, end, result).ec != std::errc()) {
      // 1.8e308 rounded at its first digit is 2e308; values that are too small were cut off above.
      result = HUGE_VAL;
    }
  }
  if (result == 0) return 0;
  return value < 0 ? -result : result;
}

}  // namespace

std::optional<int128_t> decimal_from_double(double value, int32_t precision, int32_t scale,
                                            int digits) {
  if (!std::isfinite(value)) return std::nullopt;
  double size = std::fabs(value);
  int128_t result = 0;
  double whole = settled(size, scale, digits, false);
  if (whole >= 0) {
    result = static_cast<int128_t>(whole);
  } else {
    ShortDecimal number = shortened(size, digits);
    int64_t shift = number.exponent + scale;
    if (shift < 0) {
      result = shifted_down(number.digits, shift, false);
    } else if (number.digits != 0) {
      if (shift > kMaxDecimalPrecision) return std::nullopt;
      int128_t unit = power_of_ten(static_cast<int32_t>(shift));
      if (__builtin_mul_overflow(int128_t{number.digits}, unit, &result)) return std::nullopt;
    }
  }
  if (!fits_precision(result, precision)) return std::nullopt;
  return value < 0 ? -result : result;
}

double round_at_places(double value, int64_t places, int digits) {
  return at_places(value, places, digits, false);
}

double cut_at_places(double value, int64_t places, int digits) {
  return at_places(value, places, digits, true);
}

namespace {

// The parts of a number's text: its digits without the point, from the first that is not 0.
struct NumberText {
  bool negative = false;
  std::string_view whole;     // without zeros in front
  std::string_view fraction;  // likewise where `whole` is empty
  int64_t point = 0;          // digits in front of the point, fewer than none for 0.00x
};

// The digits of `text` from `at` on.
std::string_view digits_at(std::string_view text, size_t& at) {
  size_t begin = at;
  while (at < text.size() && is_digit(text[at]))
    ++at;
  return text.substr(begin, at - begin);
}

// More than any number of 38 digits moves its point.
constexpr int64_t kFarExponent = 1'000'000'000;

std::optional<int64_t> exponent_at(std::string_view text, size_t& at) {
  bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  std::string_view digits = digits_at(text, at);
  if (digits.empty()) return std::nullopt;
  int64_t exponent = 0;
  for (char c : digits)
    exponent = std::min(exponent * 10 + (c - '0'), kFarExponent);
  return negative ? -exponent : exponent;
}

std::optional<NumberText> take_apart(std::string_view text) {
  NumberText number;
  size_t at = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    number.negative = text[0] == '-';
    at = 1;
  }
  number.whole = digits_at(text, at);
  if (at < text.size() && text[at] == '.') number.fraction = digits_at(text, ++at);
  if (number.whole.empty() && number.fraction.empty()) return std::nullopt;
  int64_t exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::optional<int64_t> read = exponent_at(text, ++at);
    if (!read) return std::nullopt;
    exponent = *read;
  }
  if (at != text.size()) return std::nullopt;
  auto skip_zeros = [](std::string_view& digits) {
    size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
    digits.remove_prefix(zeros);
    return static_cast<int64_t>(zeros);
  };
  skip_zeros(number.whole);
  number.point = exponent + static_cast<int64_t>(number.whole.size());
  if (number.whole.empty()) number.point -= skip_zeros(number.fraction);
  return number;
}

}  // namespace

std::optional<DecimalReading> read_decimal(std::string_view text, int32_t precision,
                                           int32_t scale) {
  std::optional<NumberText> number = take_apart(text);
  if (!number) return std::nullopt;
  auto size = static_cast<int64_t>(number->whole.size() + number->fraction.size());
  if (size == 0) return DecimalReading{0, true};
  auto digit = [&](int64_t i) {
    auto at = static_cast<size_t>(i);
    if (i >= size) return 0;
    return (at < number->whole.size() ? number->whole[at]
                                      : number->fraction[at - number->whole.size()]) -
           '0';
  };
  // The number of digits at the scale or before it.
  int64_t kept = number->point + scale;
  DecimalReading reading{0, true};
  if (kept > kMaxDecimalPrecision) return std::nullopt;
  for (int64_t i = 0; i < kept; ++i)
    reading.value = reading.value * 10 + digit(i);
  for (int64_t i = std::max<int64_t>(kept, 0); i < size && reading.exact; ++i)
    reading.exact = digit(i) == 0;
  if (kept >= 0 && digit(kept) >= 5) ++reading.value;
  if (!fits_precision(reading.value, precision)) return std::nullopt;
  if (number->negative) reading.value = -reading.value;
  return reading;
}

}  // namespace penstock
