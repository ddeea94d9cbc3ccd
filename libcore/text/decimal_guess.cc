#include "libcore/text/decimal_guess.h"

#include <algorithm>
#include <cstdint>

namespace penstock {

DecimalGuess::DecimalGuess(const Type& decimal)
    : whole_(static_cast<size_t>(decimal.precision - decimal.scale)),
      fraction_(static_cast<size_t>(decimal.scale)) {}

void DecimalGuess::see(std::string_view number) {
  if (number.starts_with('-') || number.starts_with('+')) number.remove_prefix(1);
  if (number.find_first_of("eE") != number.npos) has_exponent_ = true;
  size_t point = std::min(number.find('.'), number.size());
  whole_ = std::max(whole_, point);
  if (point < number.size()) fraction_ = std::max(fraction_, number.size() - point - 1);
}

TypePtr DecimalGuess::type() const {
  // 18 digits fit 64 bits, and a product of two such decimals fits 38 digits.
  constexpr size_t kUsual = 18;
  constexpr size_t kMost = 38;
  if (has_exponent_ || fraction_ == 0 || whole_ + fraction_ > kMost) return nullptr;
  size_t precision = whole_ + fraction_ > kUsual ? kMost : kUsual;
  return decimal_type(static_cast<int32_t>(precision), static_cast<int32_t>(fraction_));
}

}  // namespace penstock
