#include "libcore/data/number/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "libcore/base/ascii.h"
#include "libcore/base/digits.h"
#include "libcore/base/number.h"

namespace penstock {
namespace {

constexpr std::array<int128_t, kMaxDecimalPrecision + 1> kPowers = [] {
  std::array<int128_t, kMaxDecimalPrecision + 1> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i)
    powers[i] = powers[i - 1] * 10;
  return powers;
}();

// The largest power that fits 64 bits.
constexpr int kChunkDigits = 19;
constexpr uint64_t kChunk = 10'000'000'000'000'000'000U;

constexpr uint128_t magnitude(int128_t value) {
  return value < 0 ? -static_cast<uint128_t>(value) : static_cast<uint128_t>(value);
}

// A decimal's text, its shape checked: digits before and after the point, trailing zeros beyond the
// scale cut off.
struct DecimalText {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
};

std::optional<DecimalText> split(std::string_view text, int32_t scale) {
  DecimalText parts;
  size_t at = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    parts.negative = text[0] == '-';
    at = 1;
  }
  size_t begin = at;
  while (at < text.size() && is_digit(text[at]))
    ++at;
  parts.whole = text.substr(begin, at - begin);
  if (at < text.size() && text[at] == '.') {
    begin = ++at;
    while (at < text.size() && is_digit(text[at]))
      ++at;
    parts.fraction = text.substr(begin, at - begin);
  }
  if (at != text.size() || parts.whole.size() + parts.fraction.size() == 0) return std::nullopt;
  while (parts.fraction.size() > static_cast<size_t>(scale)) {
    if (parts.fraction.back() != '0') return std::nullopt;
    parts.fraction.remove_suffix(1);
  }
  return parts;
}

// Any form; takes some three times as long as the usual form does below.
std::optional<int128_t> parse_long_decimal(std::string_view text, int32_t precision,
                                           int32_t scale) {
  std::optional<DecimalText> parts = split(text, scale);
  if (!parts) return std::nullopt;
  uint128_t value = 0;
  // Below a tenth of the limit one more digit cannot reach it (nor 2^128).
  auto tenth = static_cast<uint128_t>(power_of_ten(precision - 1));
  auto add = [&](char digit) {
    if (value >= tenth) return false;
    value = value * 10 + static_cast<unsigned>(digit - '0');
    return true;
  };
  if (!std::all_of(parts->whole.begin(), parts->whole.end(), add)) return std::nullopt;
  if (!std::all_of(parts->fraction.begin(), parts->fraction.end(), add)) return std::nullopt;
  auto missing = static_cast<size_t>(scale) - parts->fraction.size();
  for (size_t i = 0; i < missing && value != 0; ++i) {
    if (!add('0')) return std::nullopt;
  }
  return parts->negative ? -static_cast<int128_t>(value) : static_cast<int128_t>(value);
}

// The digits of any magnitude, at least `width` of them, before `end`.
char* write_wide_before(char* end, uint128_t value, int width) {
  while (value >= kChunk) {
    end = write_digits_before(end, static_cast<uint64_t>(value % kChunk), kChunkDigits);
    value /= kChunk;
    width -= kChunkDigits;
  }
  return write_digits_before(end, static_cast<uint64_t>(value), width > 0 ? width : 1);
}

}  // namespace

int128_t power_of_ten(int32_t n) {
  return kPowers[static_cast<size_t>(n)];
}

bool fits_precision(int128_t value, int32_t precision) {
  return magnitude(value) < static_cast<uint128_t>(power_of_ten(precision));
}

std::optional<int128_t> parse_decimal(std::string_view text, int32_t precision, int32_t scale) {
  const char* at = text.data();
  const char* end = at + text.size();
  bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;
  ptrdiff_t size = end - at;
  // The usual form has just `scale` digits after the point, or no point; and no sum of 18 digits
  // can leave 64 bits.
  bool pointed = scale > 0 && size > scale + 1 && end[-scale - 1] == '.';
  if (size > 18 || (scale > 0 && !pointed)) return parse_long_decimal(text, precision, scale);
  std::optional<uint64_t> whole = parse_digits(at, pointed ? end - scale - 1 : end);
  if (!whole) return parse_long_decimal(text, precision, scale);
  uint64_t value = *whole;
  if (pointed) {
    std::optional<uint64_t> fraction = parse_digits(end - scale, end);
    if (!fraction) return std::nullopt;
    value = value * static_cast<uint64_t>(kPowers[static_cast<size_t>(scale)]) + *fraction;
  }
  if (value >= static_cast<uint128_t>(kPowers[static_cast<size_t>(precision)])) {
    return std::nullopt;
  }
  auto result = static_cast<int64_t>(value);
  return negative ? -result : result;
}

char* write_decimal(char* to, int128_t value, int32_t scale) {
  uint128_t rest = magnitude(value);
  if (value < 0) *to++ = '-';
  if (scale == 0 && rest < kChunk) return write_digits(to, static_cast<uint64_t>(rest));
  if (rest < kChunk && scale <= 8) {
    auto unit = static_cast<uint64_t>(kPowers[static_cast<size_t>(scale)]);
    auto small = static_cast<uint64_t>(rest);
    to = write_digits(to, small / unit);
    *to++ = '.';
    return write_padded_digits(to, static_cast<uint32_t>(small % unit), scale);
  }
  char digits[kMaxDecimalChars];
  char* end = digits + sizeof digits;
  char* begin = write_wide_before(end, rest, scale + 1);
  auto whole = static_cast<size_t>(end - begin - scale);
  std::memcpy(to, begin, whole);
  to += whole;
  if (scale == 0) return to;
  *to++ = '.';
  std::memcpy(to, begin + whole, static_cast<size_t>(scale));
  return to + scale;
}

void append_decimal(std::string& out, int128_t value, int32_t scale) {
  char text[kMaxDecimalChars];
  out.append(text, static_cast<size_t>(write_decimal(text, value, scale) - text));
}

std::optional<int128_t> rescale(int128_t value, int32_t from, int32_t to) {
  if (to >= from) {
    int128_t result;
    if (__builtin_mul_overflow(value, power_of_ten(to - from), &result)) return std::nullopt;
    return result;
  }
  int128_t unit = power_of_ten(from - to);
  int128_t quotient = value / unit;
  uint128_t remainder = magnitude(value % unit);
  if (remainder >= static_cast<uint128_t>(unit) - remainder) quotient += value < 0 ? -1 : 1;
  return quotient;
}

double to_double(int128_t value, int32_t scale) {
  constexpr int128_t kExact = int128_t{1} << 53;
  // Both sides are exact, so that the division rounds once.
  if (scale <= 22 && value >= -kExact && value <= kExact) {
    return static_cast<double>(value) / static_cast<double>(kPowers[static_cast<size_t>(scale)]);
  }
  char text[kMaxDecimalChars];
  char* end = write_decimal(text, value, scale);
  double result = 0;
  std::from_chars(text, end, result);
  return result;
}

}  // namespace penstock
