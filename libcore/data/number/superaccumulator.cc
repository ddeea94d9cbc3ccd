#include "libcore/data/number/superaccumulator.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace penstock {
namespace {

constexpr int32_t kChunkBits = 32;
constexpr int64_t kChunkRadix = int64_t{1} << kChunkBits;
constexpr int32_t kMantissaBits = 53;

// Each addition changes a chunk by less than 2^32, so that this many keep it within 63 bits.
constexpr uint32_t kAdditions = uint32_t{1} << 30;

int32_t bit_length(uint128_t value) {
  auto high = static_cast<uint64_t>(value >> 64);
  return high != 0 ? 128 - std::countl_zero(high)
                   : 64 - std::countl_zero(static_cast<uint64_t>(value));
}

}  // namespace

void Superaccumulator::cover(int32_t begin, int32_t end) {
  if (chunks_.empty()) first_ = begin;
  if (begin < first_) {
    chunks_.insert(chunks_.begin(), static_cast<size_t>(first_ - begin), 0);
    first_ = begin;
  }
  auto wanted = static_cast<size_t>(end - first_);
  if (wanted > chunks_.size()) chunks_.resize(wanted);
}

// Brings every chunk but the highest into [0, 2^32); the highest one has the sum's sign.
void Superaccumulator::carry() {
  additions_ = 0;
  int64_t carried = 0;
  for (size_t i = 0; i < chunks_.size(); ++i) {
    int64_t chunk = chunks_[i] + carried;
    bool highest = i + 1 == chunks_.size();
    if (highest && chunk > -kChunkRadix && chunk < kChunkRadix) {
      chunks_[i] = chunk;
      return;
    }
    carried = chunk >> kChunkBits;
    chunks_[i] = chunk & (kChunkRadix - 1);
    if (highest) chunks_.push_back(0);
  }
}

void Superaccumulator::add_word(uint64_t word, int32_t position, bool negative) {
  const int32_t chunk = position / kChunkBits;
  uint128_t shifted = static_cast<uint128_t>(word) << (position % kChunkBits);
  if (chunk < first_ || chunks_.empty() ||
      static_cast<size_t>(chunk - first_ + 3) > chunks_.size()) {
    cover(chunk, chunk + 3);
  }
  int64_t* at = chunks_.data() + (chunk - first_);
  for (int32_t i = 0; i < 3; ++i) {
    auto part = static_cast<int64_t>(static_cast<uint64_t>(shifted) & (kChunkRadix - 1));
    at[i] += negative ? -part : part;
    shifted >>= kChunkBits;
  }
  if (++additions_ == kAdditions) carry();
}

void Superaccumulator::add(double value) {
  const auto bits = std::bit_cast<uint64_t>(value);
  const auto exponent = static_cast<int32_t>((bits >> 52) & 0x7FF);
  const bool negative = (bits >> 63) != 0;
  uint64_t mantissa = bits & ((uint64_t{1} << 52) - 1);
  if (exponent == 0x7FF) {
    nan_ |= mantissa != 0;
    plus_infinity_ |= mantissa == 0 && !negative;
    minus_infinity_ |= mantissa == 0 && negative;
    return;
  }
  if (exponent != 0) mantissa |= uint64_t{1} << 52;
  if (mantissa != 0) add_word(mantissa, std::max(exponent, 1) - 1, negative);
}

void Superaccumulator::add(int128_t mantissa, int32_t exponent) {
  if (mantissa == 0) return;
  bool negative = mantissa < 0;
  auto magnitude = static_cast<uint128_t>(mantissa);
  if (negative) magnitude = -magnitude;
  int32_t position = exponent - kLeastExponent;
  add_word(static_cast<uint64_t>(magnitude), position, negative);
  add_word(static_cast<uint64_t>(magnitude >> 64), position + 64, negative);
}

void Superaccumulator::add(const Superaccumulator& other) {
  plus_infinity_ |= other.plus_infinity_;
  minus_infinity_ |= other.minus_infinity_;
  nan_ |= other.nan_;
  for (size_t i = 0; i < other.chunks_.size(); ++i) {
    add(int128_t{other.chunks_[i]},
        kChunkBits * (other.first_ + static_cast<int32_t>(i)) + kLeastExponent);
  }
}

double Superaccumulator::rounded() const {
  if (nan_ || (plus_infinity_ && minus_infinity_)) return std::numeric_limits<double>::quiet_NaN();
  if (plus_infinity_) return std::numeric_limits<double>::infinity();
  if (minus_infinity_) return -std::numeric_limits<double>::infinity();
  Superaccumulator sum = *this;
  auto drop_zeros = [&sum] {
    sum.carry();
    while (!sum.chunks_.empty() && sum.chunks_.back() == 0)
      sum.chunks_.pop_back();
    return !sum.chunks_.empty();
  };
  if (!drop_zeros()) return 0;
  const bool negative = sum.chunks_.back() < 0;
  if (negative) {
    for (int64_t& chunk : sum.chunks_)
      chunk = -chunk;
    drop_zeros();
  }
  // The highest three chunks have at least 65 bits from the first that is set, of which 53 stay.
  uint128_t top = 0;
  for (size_t i = 0; i < 3; ++i) {
    size_t size = sum.chunks_.size();
    top = (top << kChunkBits) | static_cast<uint64_t>(i < size ? sum.chunks_[size - 1 - i] : 0);
  }
  bool rest = false;
  for (size_t i = 0; i + 3 < sum.chunks_.size(); ++i)
    rest |= sum.chunks_[i] != 0;
  const int32_t dropped = bit_length(top) - kMantissaBits;
  auto mantissa = static_cast<int64_t>(top >> dropped);
  const uint128_t below = top & ((uint128_t{1} << dropped) - 1);
  const uint128_t half = uint128_t{1} << (dropped - 1);
  if (below > half || (below == half && (rest || (mantissa & 1) != 0))) ++mantissa;
  int32_t lowest = sum.first_ + static_cast<int32_t>(sum.chunks_.size()) - 3;
  // What lies below the least double is 0, so that this is exact for subnormal results too.
  double result =
      std::ldexp(static_cast<double>(mantissa), kChunkBits * lowest + dropped + kLeastExponent);
  return negative ? -result : result;
}

std::vector<double> Superaccumulator::terms() const {
  std::vector<double> terms;
  if (nan_) terms.push_back(std::numeric_limits<double>::quiet_NaN());
  if (plus_infinity_) terms.push_back(std::numeric_limits<double>::infinity());
  if (minus_infinity_) terms.push_back(-std::numeric_limits<double>::infinity());
  Superaccumulator rest = *this;
  rest.nan_ = rest.plus_infinity_ = rest.minus_infinity_ = false;
  constexpr double kMost = std::numeric_limits<double>::max();
  for (;;) {
    double term = std::clamp(rest.rounded(), -kMost, kMost);
    if (term == 0) return terms;
    terms.push_back(term);
    rest.add(-term);
  }
}

}  // namespace penstock
