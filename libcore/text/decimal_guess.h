// Finds the exact decimal that holds all of some numbers written as text; --decimals infers it
// instead of float64.
#pragma once

#include <cstddef>
#include <string_view>

#include "libcore/data/type.h"

namespace penstock {

class DecimalGuess {
 public:
  DecimalGuess() = default;
  // Begins as if it had seen the longest numbers that `decimal` holds. REQUIRES a type that type()
  // returned.
  explicit DecimalGuess(const Type& decimal);

  // Adds a number. REQUIRES digits with at most one sign in front, one point, and one exponent.
  void see(std::string_view number);

  // Returns decimal128(18,s), or decimal128(38,s) if 18 digits are too few, where s is the largest
  // number of digits after a point. Null if no number had a point, if one had an exponent, and
  // beyond 38 digits.
  TypePtr type() const;

 private:
  size_t whole_ = 0;
  size_t fraction_ = 0;
  bool has_exponent_ = false;
};

}  // namespace penstock
