// Exact sums of floats, one for each group; sum, avg and variance of floats use them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libcore/data/growing_array.h"
#include "libcore/data/number/superaccumulator.h"

namespace penstock {

// The values of a column are usually of similar size. So a sum is a whole number of 128 bits in a
// unit that all groups share, which the first values determine. Values outside of its range, and
// sums that outgrow it, go to a Superaccumulator of the group. So a group costs 24 bytes, and 8
// more once any group has a Superaccumulator.
//
// Not thread-safe.
class FloatSums {
 public:
  void resize(size_t groups) {
    sums_.resize(groups);
    if (!wide_.empty()) wide_.resize(groups);
  }

  // Chooses the unit by `values`, unless it is chosen already. The sums are exact with any unit,
  // but quick only with a suitable one.
  template <typename Float>
  void begin(std::span<const Float> values) {
    if (is_begun()) return;
    uint32_t greatest = 0;
    for (Float value : values)
      greatest = std::max(greatest, exponent_of(static_cast<double>(value)));
    choose_unit(greatest);
  }

  bool is_begun() const { return least_ != kNoUnit; }

  // Counts the value and adds it. REQUIRES a group below the number given to resize().
  void add(size_t group, double value) {
    const auto bits = std::bit_cast<uint64_t>(value);
    const uint32_t shift = (static_cast<uint32_t>(bits >> 52) & 0x7FF) - least_;
    Sum& sum = sums_[group];
    ++sum.values;
    if (shift > kWindowBits) [[unlikely]] {
      if (value != 0) add_wide(group, value);
      return;
    }
    const uint64_t mantissa = (bits & (kImplicitBit - 1)) | kImplicitBit;
    const auto magnitude = static_cast<int128_t>(static_cast<uint128_t>(mantissa) << shift);
    const int128_t sign = static_cast<int64_t>(bits) >> 63;
    int128_t total = sum.get();
    if (__builtin_add_overflow(total, (magnitude ^ sign) - sign, &total)) [[unlikely]]
      return add_wide(group, value);
    sum.set(total);
  }

  int64_t values(size_t group) const { return sums_[group].values; }

  // Returns the counts of the groups [begin, begin + count), as an int64 column.
  ColumnPtr counts(int64_t begin, int64_t count) const;

  // Adds a sum that was made elsewhere: the number of its values, and doubles whose exact sum it
  // is.
  void merge(size_t group, int64_t values, std::span<const double> terms);

  // Returns the double nearest to the sum; +0 without values.
  double rounded(size_t group) const;
  // Appends doubles whose exact sum it is, usually as few as possible.
  void append_terms(size_t group, std::vector<double>& terms) const;

  int64_t bytes() const {
    return static_cast<int64_t>(sums_.capacity() * sizeof(Sum) +
                                wide_.capacity() * sizeof(wide_[0])) +
           wide_bytes_;
  }

  // The sum as two halves, because a whole one would be aligned to 16 bytes.
  struct Sum {
    uint64_t low = 0;
    int64_t high = 0;
    int64_t values = 0;
    int128_t get() const {
      return static_cast<int128_t>(static_cast<uint128_t>(static_cast<uint64_t>(high)) << 64 | low);
    }
    void set(int128_t sum) {
      low = static_cast<uint64_t>(sum);
      high = static_cast<int64_t>(sum >> 64);
    }
  };

  // The sums, by group.
  const GrowingArray<Sum>& sums() const { return sums_; }

 private:
  static constexpr uint64_t kImplicitBit = uint64_t{1} << 52;
  static constexpr uint32_t kNoUnit = 1 << 16;  // further than a window from every exponent
  // How far above the unit's an exponent may be: with 53 bits of mantissa that is 127 bits.
  static constexpr uint32_t kWindowBits = 74;

  // The biased exponent; 0 for values without one (0, infinities, NaN).
  static uint32_t exponent_of(double value) {
    uint32_t exponent = static_cast<uint32_t>(std::bit_cast<uint64_t>(value) >> 52) & 0x7FF;
    return exponent == 0x7FF ? 0 : exponent;
  }
  void choose_unit(uint32_t greatest);
  void add_term(size_t group, double term);
  void add_wide(size_t group, double value);
  Superaccumulator whole(size_t group) const;
  // The exponent of the lowest bit of a sum.
  int32_t unit() const {
    return static_cast<int32_t>(least_) - 1 + Superaccumulator::kLeastExponent;
  }

  uint32_t least_ = kNoUnit;  // the biased exponent of the least values that fit
  double scale_ = 0;          // 2^unit()
  GrowingArray<Sum> sums_;
  std::vector<std::unique_ptr<Superaccumulator>> wide_;
  int64_t wide_bytes_ = 0;
};

}  // namespace penstock
