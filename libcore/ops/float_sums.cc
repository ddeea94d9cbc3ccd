#include "libcore/ops/float_sums.h"

#include <algorithm>
#include <cmath>

namespace penstock {
namespace {

// Of the window's exponents, those below the greatest of the first values: prices and measurements
// are rarely written with more than 15 digits, and a sum of later, greater ones finds room above.
constexpr uint32_t kBelowGreatest = 50;

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
    add(group, term);
  sums_[group].values += values - static_cast<int64_t>(terms.size());
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
    // 2^127 is no int128_t, but what was rounded up to it is.
    rest = term == 0x1p127 ? rest - (int128_t{1} << 126) - (int128_t{1} << 126)
                           : rest - static_cast<int128_t>(term);
  }
}

}  // namespace penstock
