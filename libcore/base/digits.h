// Writes the decimal digits of integers into memory, for numbers, dates and times. Bounds are not
// checked; callers provide the room.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace penstock {

static_assert(std::endian::native == std::endian::little, "digits are packed low byte first");

inline constexpr std::array<char, 200> kDigitPairs = [] {
  std::array<char, 200> pairs{};
  for (size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// Writes exactly two digits of value < 100; returns the end.
inline char* write_two_digits(char* to, uint32_t value) {
  std::memcpy(to, &kDigitPairs[size_t{2} * value], 2);
  return to + 2;
}

// The eight digits of value < 10^8 as bytes 0..9, the first in the lowest: by halving into 4, 2 and
// 1 digits in lanes of one word, division by multiplication, no branch.
inline uint64_t eight_digits(uint32_t value) {
  uint64_t fours = (value / 10000) | (uint64_t{value % 10000} << 32);
  uint64_t hundreds = ((fours * 10486) >> 20) & 0x0000007F0000007FU;
  uint64_t twos = hundreds | ((fours - 100 * hundreds) << 16);
  uint64_t tens = ((twos * 103) >> 10) & 0x000F000F000F000FU;
  return tens | ((twos - 10 * tens) << 8);
}

inline constexpr uint64_t kAsciiZeros = 0x3030303030303030U;

// Writes the `count` last digits of value < 10^8; returns the end. REQUIRES 0 < count <= 8, and
// room for 8 bytes.
inline char* write_padded_digits(char* to, uint32_t value, int count) {
  uint64_t text = (eight_digits(value) | kAsciiZeros) >> (64 - 8 * count);
  std::memcpy(to, &text, sizeof text);
  return to + count;
}

// Room that write_digits() may use, and the most digits that it writes.
inline constexpr int kMaxUint64Digits = 20;

// Writes `value` at `to`; returns the end.
inline char* write_digits(char* to, uint64_t value) {
  constexpr uint64_t kEight = 100'000'000;
  if (value >= kEight) {
    to = write_digits(to, value / kEight);
    return write_padded_digits(to, static_cast<uint32_t>(value % kEight), 8);
  }
  uint64_t digits = eight_digits(static_cast<uint32_t>(value));
  // Whole bytes of zeros in front; the last digit stays.
  int zeros = std::countr_zero(digits | (uint64_t{1} << 56)) & ~7;
  digits = (digits | kAsciiZeros) >> zeros;
  std::memcpy(to, &digits, sizeof digits);
  return to + 8 - zeros / 8;
}

// Writes `value`, with leading zeros up to `width` digits, so that it ends before `end`; returns
// the first digit.
inline char* write_digits_before(char* end, uint64_t value, int width = 1) {
  char* stop = end - width;
  while (value >= 100) {
    end -= 2;
    std::memcpy(end, &kDigitPairs[2 * (value % 100)], 2);
    value /= 100;
  }
  if (value >= 10) {
    end -= 2;
    std::memcpy(end, &kDigitPairs[2 * value], 2);
  } else if (value > 0) {
    *--end = static_cast<char>('0' + value);
  }
  while (end > stop)
    *--end = '0';
  return end;
}

}  // namespace penstock
