// Parses numbers, as users type them and as data holds them. The locale does not matter. The whole
// text must be the number, without spaces around it; otherwise the result is empty.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace penstock {

// Parses the digits in [at, end). Empty when there are no bytes, or one that is not a digit. Inline
// and without a branch for each digit, for the loops of readers. REQUIRES at most 19 digits.
inline std::optional<uint64_t> parse_digits(const char* at, const char* end);

// Decimal digits with an optional '-' or '+'. Empty when out of range.
std::optional<int64_t> parse_int64(std::string_view text);
std::optional<uint64_t> parse_uint64(std::string_view text);

// Decimal or scientific notation, also inf, infinity and nan in any case, with an optional sign.
// Empty for values that are too large to represent; values that are too small become zero.
std::optional<double> parse_float64(std::string_view text);
std::optional<float> parse_float32(std::string_view text);

// A size in bytes: digits and one of K, M, G, T (powers of 1024) with an optional "iB" or "B".
// Empty for other text, and for a size beyond int64.
std::optional<int64_t> parse_size(std::string_view text);

// The value of eight bytes of ASCII digits, the first of them in the lowest byte. Sets `wrong` when
// a byte is not a digit (as in Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019).
inline uint64_t parse_eight_digits(uint64_t word, bool& wrong) {
  word ^= 0x3030303030303030U;
  wrong = wrong || ((word | (word + 0x7676767676767676U)) & 0x8080808080808080U) != 0;
  word = word * 10 + (word >> 8);
  uint64_t high = (word & 0x000000FF000000FFU) * 0x000F424000000064U;
  uint64_t low = ((word >> 16) & 0x000000FF000000FFU) * 0x0000271000000001U;
  return (high + low) >> 32;
}

// 1 to 8 bytes as such a word, with zeros in front. Uses two loads that overlap, because the
// processor would have to guess the length of a loop.
inline uint64_t load_digits(const char* at, int64_t count) {
  if (count == 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    return word;
  }
  uint64_t word;
  if (count >= 4) {
    uint32_t first, last;
    std::memcpy(&first, at, 4);
    std::memcpy(&last, at + count - 4, 4);
    word = first | (uint64_t{last} << (8 * (count - 4)));
  } else {
    auto byte = [at](int64_t i) { return uint64_t{static_cast<uint8_t>(at[i])}; };
    word =
        byte(0) | (byte(count / 2) << (8 * (count / 2))) | (byte(count - 1) << (8 * (count - 1)));
  }
  return (word << (64 - 8 * count)) | (0x3030303030303030U >> (8 * count));
}

inline std::optional<uint64_t> parse_digits(const char* at, const char* end) {
  int64_t count = end - at;
  if (count == 0) return std::nullopt;
  bool wrong = false;
  int64_t head = (count - 1) % 8 + 1;
  uint64_t value = parse_eight_digits(load_digits(at, head), wrong);
  for (at += head; at != end; at += 8) {
    value = value * 100'000'000 + parse_eight_digits(load_digits(at, 8), wrong);
  }
  if (wrong) return std::nullopt;
  return value;
}

}  // namespace penstock
