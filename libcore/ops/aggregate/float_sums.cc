#include "libcore/ops/aggregate/float_sums.h"

#include <algorithm>
#include <cmath>

#include "libcore/ops/aggregate/loop.h"

namespace penstock {
namespace {

// The exponents of the window below the greatest of the first values: prices and measurements are
// rarely written with more than 15 digits, and later, greater values of a sum have room above.
constexpr uint32_t kBelowGreatest = 50;

constexpr int32_t kMantissaBits = 53;
constexpr uint32_t kGreatestExponent = 0x7FE;

}  // namespace

void FloatSums::choose_unit(uint32_t greatest) {
  if (greatest == 0) return;
  uint32_t least = greatest > kBelowGreatest ? greatest - kBelowGreatest : 1;
  least_ = std::min(least, kGreatestExponent - kWindowBits);
  scale_ = std::ldexp(1.0, unit());
}

void FloatSums::add_wide(size_t group, double value) {
  if (wide_.empty()) wide_.resize(sums_.size());
  std::unique_ptr<Superaccumulator>& wide = wide_[group];
  if (!wide) {
    wide = std::make_unique<Superaccumulator>();
    wide_bytes_ += wide->bytes();
  }
  int64_t before = wide->bytes();
  wide->add(value);
  wide_bytes_ += wide->bytes() - before;
}

void FloatSums::merge(size_t group, int64_t values, std::span<const double> terms) {
  begin(terms);
  for (double term : terms)
    add_term(group, term);
  add_count(sums_[group].values, values);
}

// The lower terms of a sum have few bits, but those are far below its first: they fit as a whole
// number of units where add() looks at their exponent only.
void FloatSums::add_term(size_t group, double term) {
  const auto bits = std::bit_cast<uint64_t>(term);
  const auto shift = static_cast<int32_t>(bits >> 52 & 0x7FF) - static_cast<int32_t>(least_);
  if (shift >= 0 || shift <= -kMantissaBits || !is_begun() || exponent_of(term) == 0) {
    add(group, term);
    --sums_[group].values;
    return;
  }
  const uint64_t mantissa = (bits & (kImplicitBit - 1)) | kImplicitBit;
  Sum& sum = sums_[group];
  int128_t total = sum.get();
  const int128_t units = mantissa >> -shift;
  if ((mantissa & ((uint64_t{1} << -shift) - 1)) != 0 ||
      __builtin_add_overflow(total, (bits >> 63) != 0 ? -units : units, &total)) {
    return add_wide(group, term);
  }
  sum.set(total);
}

ColumnPtr FloatSums::counts(int64_t begin, int64_t count) const {
  MutableBuffer counts;
  for (int64_t i = begin; i < begin + count; ++i)
    counts.push(values(static_cast<size_t>(i)));
  return make_column(int64_type(), count, counts.freeze());
}

Superaccumulator FloatSums::whole(size_t group) const {
  Superaccumulator sum;
  if (!wide_.empty() && wide_[group]) sum = *wide_[group];
  if (least_ != kNoUnit) sum.add(sums_[group].get(), unit());
  return sum;
}

double FloatSums::rounded(size_t group) const {
  if (!wide_.empty() && wide_[group]) return whole(group).rounded();
  // Scaling by a power of two is exact where the result is a double: a subnormal one has the few
  // bits that it needs, as no bit is below the least of all doubles.
  return static_cast<double>(sums_[group].get()) * scale_;
}

void FloatSums::append_terms(size_t group, std::vector<double>& terms) const {
  if (!wide_.empty() && wide_[group]) {
    std::vector<double> all = whole(group).terms();
    terms.insert(terms.end(), all.begin(), all.end());
    return;
  }
  int128_t rest = sums_[group].get();
  while (rest != 0) {
    auto term = static_cast<double>(rest);
    if (!std::isfinite(term * scale_)) {
      std::vector<double> all = whole(group).terms();
      terms.insert(terms.end(), all.begin(), all.end());
      return;
    }
    terms.push_back(term * scale_);
    // 2^127 does not fit int128_t, but the value that was rounded up to it does.
    rest = term == 0x1p127 ? rest - (int128_t{1} << 126) - (int128_t{1} << 126)
                           : rest - static_cast<int128_t>(term);
  }
}

}  // namespace penstock
