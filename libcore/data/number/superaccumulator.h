// Sums of doubles without rounding: the same whatever the order and the grouping of the values.
#pragma once

#include <cstdint>
#include <vector>

#include "libcore/data/column.h"

namespace penstock {

// A sum in fixed point, wide enough for every double (the small superaccumulator of Neal, "Fast
// exact summation using small and large superaccumulators", 2015): 64-bit chunks that overlap, so
// that carries are rare. It stores only the chunks between the least and the greatest exponent of
// its values: a sum of amounts of money takes 5 of the 67.
//
// Not thread-safe.
class Superaccumulator {
 public:
  // Adds a value. Infinities and NaN count as in IEEE arithmetic: both infinities, or a NaN, make
  // the sum NaN.
  void add(double value);
  // mantissa * 2^exponent. REQUIRES an exponent of at least kLeastExponent and at most 2000.
  void add(int128_t mantissa, int32_t exponent);
  void add(const Superaccumulator& other);

  // Returns the double nearest to the sum, ties to even; an infinity when the sum is beyond all
  // doubles; +0 when there were no values.
  double rounded() const;

  // Returns doubles whose exact sum is this sum, the nearest to the sum first: none for 0, and
  // usually two or three.
  std::vector<double> terms() const;

  int64_t bytes() const {
    return static_cast<int64_t>(sizeof(*this) + chunks_.capacity() * sizeof(int64_t));
  }

  // The exponent of the least double above 0.
  static constexpr int32_t kLeastExponent = -1074;

 private:
  void add_word(uint64_t word, int32_t position, bool negative);
  void cover(int32_t begin, int32_t end);
  void carry();

  // chunks_[i] counts units of 2^(32 * (first_ + i) + kLeastExponent).
  int32_t first_ = 0;
  uint32_t additions_ = 0;  // since carry()
  bool plus_infinity_ = false;
  bool minus_infinity_ = false;
  bool nan_ = false;
  std::vector<int64_t> chunks_;
};

}  // namespace penstock
