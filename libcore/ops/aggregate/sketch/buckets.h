// The buckets in which numbers are counted for their quantiles; sketch/quantile.h has the idea.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "libcore/data/column.h"

namespace penstock {

// Returns one number for both zeros, and one for all NaNs.
inline double counted_number(double value) {
  if (value == 0) return 0;
  return std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
}

// Returns the number of a counted_number()'s bucket, from 0 to 2^20 - 1. Numbers of buckets are in
// the order of the values: NaN comes last.
inline int32_t bucket_of(double value) {
  constexpr int kDroppedBits = 44;  // of the 52 of a mantissa
  constexpr uint64_t kSign = uint64_t{1} << 63;
  const auto bits = std::bit_cast<uint64_t>(value);
  const uint64_t ordered = (bits & kSign) != 0 ? ~bits : bits | kSign;
  return static_cast<int32_t>(ordered >> kDroppedBits);
}

struct NumberBucket {
  int32_t number = 0;
  int64_t count = 0;
  double least = 0;
  double greatest = 0;
};

// The buckets of one group that have values, ascending.
class NumberBuckets {
 public:
  // Adds the values of a bucket. Throws Error when there are over 2^63 - 1 of them.
  void add(const NumberBucket& bucket);

  // How many values there are.
  int64_t total() const { return total_; }
  const std::vector<NumberBucket>& list() const { return buckets_; }

  // Returns the value at that fraction of the order, as percentile_disc has it, between the bounds
  // of its bucket. REQUIRES a total() that is not 0.
  double at(double fraction) const;

  // Memory in bytes, by capacity.
  int64_t held() const { return static_cast<int64_t>(buckets_.capacity() * sizeof(NumberBucket)); }

 private:
  std::vector<NumberBucket> buckets_;
  size_t last_ = 0;
  int64_t total_ = 0;
};

// Returns the buckets of each group as aggregate/STATE.md describes them: three columns of lists.
// Throws Error when there are over 2^31 - 1 of them.
std::vector<ColumnPtr> bucket_columns(std::span<const NumberBuckets> groups);
std::vector<Field> bucket_fields();

// Returns the buckets of one row of such columns, none for a null. Throws Error for what
// bucket_columns() cannot have given.
std::vector<NumberBucket> buckets_at(std::span<const ColumnPtr> columns, int64_t row);

}  // namespace penstock
