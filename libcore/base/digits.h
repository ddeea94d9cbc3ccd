// Decimal digits of integers written into memory, two at a time: what dates, times and decimals are
// printed with. No bounds are checked; callers bring room.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

namespace penstock {

inline constexpr std::array<char, 200> kDigitPairs = [] {
  std::array<char, 200> pairs{};
  for (size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// The most that write_digits() needs.
inline constexpr int kMaxUint64Digits = 20;

// Writes exactly two digits of value < 100; returns the end.
inline char* write_two_digits(char* to, uint32_t value) {
  std::memcpy(to, &kDigitPairs[size_t{2} * value], 2);
  return to + 2;
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

// Writes `value` at `to`; returns the end.
inline char* write_digits(char* to, uint64_t value) {
  char digits[kMaxUint64Digits];
  char* end = digits + sizeof digits;
  char* begin = write_digits_before(end, value);
  std::memcpy(to, begin, static_cast<size_t>(end - begin));
  return to + (end - begin);
}

}  // namespace penstock
