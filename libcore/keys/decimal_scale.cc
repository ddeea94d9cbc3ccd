#include "libcore/keys/decimal_scale.h"

#include <algorithm>

namespace penstock {
namespace {

// As many values are looked at before it is known whether they all fit.
constexpr int64_t kPieceRows = 1024;

}  // namespace

// Without a branch for each value, so that it is done in lanes.
template <bool kHasNulls>
bool DecimalScale::is_scaled(const Column& column, int64_t begin, int64_t end) const {
  const double* values = column.data<double>();
  const double power = power_;
  int misses = 0;
  for (int64_t i = begin; i < end; ++i) {
    const double value = values[i];
    const double whole = (value * power + kRounding) - kRounding;
    // A comparison with NaN is false.
    const bool fits = (whole / power == value) & (whole < kMostWhole) & (whole > -kMostWhole);
    misses += static_cast<int>(kHasNulls ? !fits && !column.is_null(i) : !fits);
  }
  return misses == 0;
}

// A value that has been found to fit some digits fits more as well: its number is ten times the one
// before, and the quotient the same. Only its size may be too much then, which the least and the
// greatest value tell for all.
void DecimalScale::observe(const Column& column) {
  if (!fits_ || column.null_count == column.length) return;
  const bool has_nulls = column.null_count != 0;
  const double* values = column.data<double>();
  for (int64_t begin = 0; begin < column.length; begin += kPieceRows) {
    const int64_t end = std::min(begin + kPieceRows, column.length);
    while (
        !(has_nulls ? is_scaled<true>(column, begin, end) : is_scaled<false>(column, begin, end))) {
      fits_ = ++digits_ <= kMostDigits;
      if (!fits_) return;
      power_ *= 10;
    }
    for (int64_t i = begin; i < end; ++i) {
      if (has_nulls && column.is_null(i)) continue;
      least_ = saw_value_ ? std::min(least_, values[i]) : values[i];
      greatest_ = saw_value_ ? std::max(greatest_, values[i]) : values[i];
      saw_value_ = true;
    }
  }
  fits_ = is_small_enough();
}

void DecimalScale::merge(const DecimalScale& other) {
  if (!other.fits_) fits_ = false;
  if (!fits_ || !other.saw_value_) return;
  least_ = saw_value_ ? std::min(least_, other.least_) : other.least_;
  greatest_ = saw_value_ ? std::max(greatest_, other.greatest_) : other.greatest_;
  saw_value_ = true;
  digits_ = std::max(digits_, other.digits_);
  power_ = std::max(power_, other.power_);
  fits_ = is_small_enough();
}

}  // namespace penstock
