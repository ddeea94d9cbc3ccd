// decimal256: read from text, printed, narrowed to decimals and floats; never computed on.
#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/base/digits.h"
#include "libcore/data/number/decimal.h"

namespace penstock {
namespace {

// Magnitude by 64-bit words, the least first.
using Words = std::array<uint64_t, 4>;

void negate(Words& words) {
  uint64_t carry = 1;
  for (uint64_t& word : words) {
    word = ~word + carry;
    carry = carry != 0 && word == 0 ? 1 : 0;
  }
}

bool is_zero(const Words& words) {
  return (words[0] | words[1] | words[2] | words[3]) == 0;
}

// words = words / divisor; returns the remainder.
uint64_t divide(Words& words, uint64_t divisor) {
  uint128_t rest = 0;
  for (size_t i = words.size(); i-- > 0;) {
    rest = (rest << 64) | words[i];
    words[i] = static_cast<uint64_t>(rest / divisor);
    rest %= divisor;
  }
  return static_cast<uint64_t>(rest);
}

// words = words * 10 + digit. REQUIRES words < 10^76: the product stays below 2^256.
void push_digit(Words& words, uint64_t digit) {
  uint128_t carry = digit;
  for (uint64_t& word : words) {
    carry += uint128_t{word} * 10;
    word = static_cast<uint64_t>(carry);
    carry >>= 64;
  }
}

// words = words / 10^digits, half away from zero. REQUIRES digits >= 1.
void divide_rounded(Words& words, int32_t digits) {
  constexpr int32_t kMost = 19;
  // The first digit that goes decides: at 5 and above the rest is a half or more.
  for (int32_t left = digits - 1; left > 0; left -= std::min(left, kMost))
    divide(words, static_cast<uint64_t>(power_of_ten(std::min(left, kMost))));
  uint64_t carry = divide(words, 10) >= 5 ? 1 : 0;
  for (uint64_t& word : words) {
    word += carry;
    carry = carry != 0 && word == 0 ? 1 : 0;
  }
}

}  // namespace

std::optional<int128_t> narrow_decimal256(const uint8_t* bytes, int32_t from, int32_t precision,
                                          int32_t scale) {
  Words words;
  std::memcpy(words.data(), bytes, sizeof words);
  bool negative = static_cast<int64_t>(words[3]) < 0;
  if (negative) negate(words);
  if (from > scale) divide_rounded(words, from - scale);
  if ((words[3] | words[2]) != 0 || (words[1] >> 63) != 0) return std::nullopt;
  auto value = static_cast<int128_t>((uint128_t{words[1]} << 64) | words[0]);
  for (int32_t digits = from; digits < scale; ++digits) {
    if (__builtin_mul_overflow(value, 10, &value)) return std::nullopt;
  }
  if (!fits_precision(value, precision)) return std::nullopt;
  return negative ? -value : value;
}

bool parse_decimal256(std::string_view text, int32_t precision, int32_t scale, uint8_t* bytes) {
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  Words words{};
  int32_t digits = 0;     // from the first that is not 0
  int32_t fraction = -1;  // digits after the point; -1 before it
  bool any = false;
  for (char c : text) {
    if (c == '.' && fraction < 0) {
      fraction = 0;
      continue;
    }
    if (c < '0' || c > '9') return false;
    any = true;
    if (fraction >= scale) {
      if (c != '0') return false;
      continue;
    }
    if (fraction >= 0) ++fraction;
    if (digits > 0 || c != '0') ++digits;
    if (digits > precision) return false;
    push_digit(words, static_cast<uint64_t>(c - '0'));
  }
  if (!any) return false;
  for (int32_t i = fraction < 0 ? 0 : fraction; i < scale && digits > 0; ++i) {
    if (++digits > precision) return false;
    push_digit(words, 0);
  }
  if (negative) negate(words);
  std::memcpy(bytes, words.data(), sizeof words);
  return true;
}

void append_decimal256(std::string& out, const uint8_t* bytes, int32_t scale) {
  constexpr uint64_t kPiece = 10'000'000'000'000'000'000U;
  constexpr int kPieceDigits = 19;
  Words words;
  std::memcpy(words.data(), bytes, sizeof words);
  if (static_cast<int64_t>(words[3]) < 0) {
    out += '-';
    negate(words);
  }
  char digits[128];
  char* end = digits + sizeof digits;
  char* begin = end;
  while (!is_zero(words))
    begin = write_digits_before(begin, divide(words, kPiece), kPieceDigits);
  while (end - begin < scale + 1)
    *--begin = '0';
  while (end - begin > scale + 1 && *begin == '0')
    ++begin;
  out.append(begin, static_cast<size_t>(end - begin - scale));
  if (scale == 0) return;
  out += '.';
  out.append(end - scale, static_cast<size_t>(scale));
}

}  // namespace penstock
