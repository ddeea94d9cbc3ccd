// Sums of doubles in whole-number arithmetic, bit by bit: slow and obviously right.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace penstock::testing {

// A two's complement number of 2240 bits in units of 2^-1074: wide enough for 2^60 doubles.
class ExactReference {
 public:
  void add(double value) {
    int exponent = 0;
    // value == mantissa * 2^(exponent - 53)
    auto mantissa = static_cast<int64_t>(std::ldexp(std::frexp(value, &exponent), 53));
    int position = exponent - 53 + 1074;
    while (position < 0) {  // a subnormal has zeros there
      mantissa /= 2;
      ++position;
    }
    bool negative = mantissa < 0;
    auto magnitude = static_cast<uint64_t>(negative ? -mantissa : mantissa);
    for (int bit = 0; bit < 54; ++bit) {
      if ((magnitude >> bit & 1) != 0) add_bit(position + bit, negative);
    }
  }

  double rounded() const {
    std::array<uint8_t, kBits> bits = bits_;
    bool negative = bits[kBits - 1] != 0;
    if (negative) {
      for (uint8_t& bit : bits)
        bit = 1 - bit;
      for (size_t i = 0; i < kBits && ++bits[i] == 2; ++i)
        bits[i] = 0;
    }
    size_t length = kBits;
    while (length > 0 && bits[length - 1] == 0)
      --length;
    if (length == 0) return 0;
    size_t lowest = length > 53 ? length - 53 : 0;
    int64_t mantissa = 0;
    for (size_t i = length; i > lowest; --i)
      mantissa = mantissa * 2 + bits[i - 1];
    bool half = lowest > 0 && bits[lowest - 1] != 0;
    bool rest = false;
    for (size_t i = 0; i + 1 < lowest; ++i)
      rest |= bits[i] != 0;
    if (half && (rest || mantissa % 2 != 0)) ++mantissa;
    double result = std::ldexp(static_cast<double>(mantissa), static_cast<int>(lowest) - 1074);
    return negative ? -result : result;
  }

 private:
  static constexpr size_t kBits = 2240;

  void add_bit(int position, bool negative) {
    auto at = static_cast<size_t>(position);
    // Flip until a 0 becomes 1 (adding) or a 1 becomes 0 (taking away).
    for (; at < kBits; ++at) {
      bits_[at] ^= 1;
      if ((bits_[at] != 0) != negative) return;
    }
  }

  std::array<uint8_t, kBits> bits_{};
};

inline double exact_sum(const std::vector<double>& values) {
  ExactReference sum;
  for (double value : values)
    sum.add(value);
  return sum.rounded();
}

// Values whose exponents spread over `bits`, around 1; half of them taken away again.
inline std::vector<double> mixed_values(std::mt19937_64& random, size_t count, int bits) {
  std::vector<double> values;
  while (values.size() < count) {
    auto mantissa = static_cast<double>(static_cast<int64_t>(random())) * 0x1p-63;
    int exponent = bits == 0 ? 0 : static_cast<int>(random() % static_cast<uint64_t>(bits));
    values.push_back(std::ldexp(mantissa, exponent - bits / 2));
    if (random() % 2 == 0) values.push_back(-values[random() % values.size()]);
  }
  values.resize(count);
  return values;
}

}  // namespace penstock::testing
