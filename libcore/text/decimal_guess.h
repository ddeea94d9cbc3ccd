// Which exact decimal holds all of some numbers written as text: what --decimals infers instead of
// float64.
#pragma once

#include <cstddef>
#include <string_view>

#include "libcore/data/type.h"

namespace penstock {

class DecimalGuess {
 public:
  DecimalGuess() = default;
  // One that has seen the longest numbers that `decimal` holds. REQUIRES a type that type() gave.
  explicit DecimalGuess(const Type& decimal);

  // REQUIRES digits with at most one sign in front, one point, and one exponent.
  void see(std::string_view number);

  // decimal128(18,s), or (38,s) where 18 digits are too few, s being the most digits that stood
  // behind a point; null when none did, for numbers with an exponent, and beyond 38 digits.
  TypePtr type() const;

 private:
  size_t whole_ = 0;
  size_t fraction_ = 0;
  bool has_exponent_ = false;
};

}  // namespace penstock
