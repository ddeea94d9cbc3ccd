// Floats that are decimal numbers of few digits (prices, rates, measurements: what text mostly
// holds), as whole numbers in the same order: 60.132892 is 60132892 of a millionth. A number of
// 4 bytes is a shorter key than the 8 of a float. Afroozeh, Kuffo and Boncz, "ALP: Adaptive
// Lossless floating-Point Compression", SIGMOD 2023, section 3.1, find them in the same way.
#pragma once

#include <bit>
#include <cstdint>

#include "libcore/data/batch.h"

namespace penstock {

// Finds the least number of fractional digits with which all values that it observes can be
// written. Not thread-safe.
class DecimalScale {
 public:
  static constexpr int kMostDigits = 9;

  // Observes the values of a float64 column; nulls do not count.
  void observe(const Column& column);

  // Observes what `other` has observed.
  void merge(const DecimalScale& other);

  // Returns whether each value that was observed is a decimal number of that many digits, exactly:
  // whole(value) / 10^digits, computed in floating point, is the value. Then whole() keeps the
  // order of the values, and gives equal numbers for equal values alone (-0 equals 0): the quotient
  // never descends as the number ascends. False for NaN and infinities, and for numbers that are
  // so large that whole() would not be exact.
  bool fits() const { return fits_; }

  // REQUIRES fits() and a value that was observed.
  int64_t whole(double value) const { return to_whole(value, power_); }
  // The numbers of all values observed lie in [least(), greatest()], if there was one.
  int64_t least() const { return to_whole(least_, power_); }
  int64_t greatest() const { return to_whole(greatest_, power_); }

 private:
  // Added to a number below 2^51, it leaves the nearest whole number in the low bits: one addition
  // for what a conversion would cost, in as many lanes as the machine has.
  static constexpr double kRounding = 6755399441055744.0;   // 1.5 * 2^52
  static constexpr double kMostWhole = 1125899906842624.0;  // 2^50

  static int64_t to_whole(double value, double power) {
    return std::bit_cast<int64_t>(value * power + kRounding) - std::bit_cast<int64_t>(kRounding);
  }

  bool is_small_enough() const {
    return least_ * power_ > -kMostWhole && greatest_ * power_ < kMostWhole;
  }

  template <bool kHasNulls>
  bool is_scaled(const Column& column, int64_t begin, int64_t end) const;

  bool fits_ = true;
  int digits_ = 0;
  double power_ = 1;
  double least_ = 0;
  double greatest_ = 0;
  bool saw_value_ = false;
};

}  // namespace penstock
