// Reads numbers and dates of the common forms eight bytes at a time, inline in the loops that
// convert columns. These functions refuse all other forms, which base/number.h and data/datetime.h
// then decide; for the forms that they accept the results are the same.
//
// All may read up to 16 bytes at and after `text`, whatever its length.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace penstock {

inline uint64_t load_eight(const uint8_t* text) {
  uint64_t bytes;
  std::memcpy(&bytes, text, sizeof(bytes));
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  return bytes;
}

inline constexpr uint64_t kEightZeros = 0x3030303030303030;
inline constexpr uint64_t kHighBits = 0x8080808080808080;

// The low `length` (0 to 8) of eight digit characters, moved to the end after zeros, as values 0 to
// 9. Other characters become bytes over 9.
inline uint64_t digit_values(uint64_t characters, int64_t length) {
  // Two shifts, because a shift by 64 is undefined.
  return ((characters ^ kEightZeros) << (4 * (8 - length))) << (4 * (8 - length));
}
inline bool all_digits(uint64_t values) {
  return (((values + 0x7676767676767676) | values) & kHighBits) == 0;
}
// Eight digit values as a number (Johnny Lee's three multiplications).
inline uint64_t number_of_digits(uint64_t values) {
  values = values * 10 + (values >> 8);
  return (((values & 0x000000FF000000FF) * 0x000F424000000064) +
          (((values >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >>
         32;
}

// One to sixteen digits, perhaps after a '-'.
[[gnu::always_inline]] inline bool quick_int64(const uint8_t* text, int64_t length,
                                               int64_t& value) {
  const int64_t minus = (length > 0 && *text == '-') ? 1 : 0;
  text += minus;
  length -= minus;
  uint64_t number;
  if (length <= 8) {
    uint64_t values = digit_values(load_eight(text), length < 0 ? 0 : length);
    if (length < 1 || !all_digits(values)) return false;
    number = number_of_digits(values);
  } else {
    if (length > 16) return false;
    uint64_t high = digit_values(load_eight(text), length - 8);
    uint64_t low = digit_values(load_eight(text + length - 8), 8);
    if (!all_digits(high) || !all_digits(low)) return false;
    number = number_of_digits(high) * 100000000 + number_of_digits(low);
  }
  value = (static_cast<int64_t>(number) ^ -minus) + minus;
  return true;
}

inline constexpr std::array<uint64_t, 9> kPowersOfTen = {1,      10,      100,      1000,     10000,
                                                         100000, 1000000, 10000000, 100000000};
inline constexpr std::array<double, 9> kPowersOfTenFloat = {1,   1e1, 1e2, 1e3, 1e4,
                                                            1e5, 1e6, 1e7, 1e8};

// A number without exponent as digits and the place of its point: (-1)^negative * digits /
// 10^scale, digits < 10^15.
struct QuickDecimal {
  uint64_t digits;
  int32_t scale;
  bool negative;
};
// Up to 7 digits before the point and up to 8 after it (up to 8 digits when there is none).
[[gnu::always_inline]] inline bool quick_decimal(const uint8_t* text, int64_t length,
                                                 QuickDecimal& decimal) {
  const int64_t minus = (length > 0 && *text == '-') ? 1 : 0;
  text += minus;
  length -= minus;
  if (length < 1) return false;
  const uint64_t characters = load_eight(text);
  // The lowest byte equal to '.': after Mycroft's test for a zero byte, exact for the lowest.
  const uint64_t differing = characters ^ 0x2E2E2E2E2E2E2E2E;
  const uint64_t points = (differing - 0x0101010101010101) & ~differing & kHighBits;
  const int64_t point = std::countr_zero(points) >> 3;  // 8 when there is none
  decimal.negative = minus != 0;
  if (point >= length) {
    if (length > 8) return false;
    const uint64_t values = digit_values(characters, length);
    decimal.digits = number_of_digits(values);
    decimal.scale = 0;
    return all_digits(values);
  }
  const int64_t after = length - point - 1;
  if (point > 7 || after > 8 || length < 2) return false;
  const uint64_t whole = digit_values(characters, point);
  const uint64_t part = digit_values(load_eight(text + point + 1), after);
  decimal.digits =
      number_of_digits(whole) * kPowersOfTen[static_cast<size_t>(after)] + number_of_digits(part);
  decimal.scale = static_cast<int32_t>(after);
  return all_digits(whole) && all_digits(part);
}

// Exact division of two exactly represented numbers is correctly rounded (Clinger, "How to read
// floating point numbers accurately", PLDI 1990).
[[gnu::always_inline]] inline bool quick_float64(const uint8_t* text, int64_t length,
                                                 double& value) {
  QuickDecimal decimal;
  if (!quick_decimal(text, length, decimal)) return false;
  double magnitude = static_cast<double>(static_cast<int64_t>(decimal.digits)) /
                     kPowersOfTenFloat[static_cast<size_t>(decimal.scale)];
  value = decimal.negative ? -magnitude : magnitude;
  return true;
}

namespace quick_date_detail {

// Days from 1970-01-01 to the first of each month of 1900 to 2155; entry 16 * (year - 1900) +
// month, month 13 being the next year's first.
constexpr std::array<int32_t, size_t{256} * 16> make_month_starts() {
  std::array<int32_t, size_t{256} * 16> starts{};
  constexpr std::array<int32_t, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int32_t day = -25567;  // 1900-01-01
  for (int32_t year = 1900; year < 2156; ++year) {
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    for (int32_t month = 1; month <= 13; ++month) {
      starts[static_cast<size_t>(16 * (year - 1900) + month)] = day;
      if (month <= 12) day += kLengths[static_cast<size_t>(month - 1)];
      if (month == 2 && leap) ++day;
    }
  }
  return starts;
}
inline constexpr std::array<int32_t, size_t{256}* 16> kMonthStarts = make_month_starts();

}  // namespace quick_date_detail

// YYYY-MM-DD of 1900 to 2155.
[[gnu::always_inline]] inline bool quick_date(const uint8_t* text, int64_t length, int32_t& days) {
  if (length != 10) return false;
  // "YYYY" and "YY-MM-DD"; digits become 0 to 9, hyphens 0.
  const uint64_t century = load_eight(text) ^ kEightZeros;
  const uint64_t rest = load_eight(text + 2) ^ 0x30302D30302D3030;
  const uint64_t wrong = ((rest + 0x76767F76767F7676) | rest) & kHighBits;
  const uint64_t wrong_century = ((century + 0x7676) | century) & 0x8080;
  if ((wrong | wrong_century) != 0) return false;
  const uint64_t pairs = rest * 10 + (rest >> 8);
  const uint64_t year = ((century & 0xFF) * 10 + ((century >> 8) & 0xFF)) * 100 + (pairs & 0xFF);
  const uint64_t month = (pairs >> 24) & 0xFF;
  const auto day = static_cast<int32_t>((pairs >> 48) & 0xFF);
  if (year - 1900 > 255 || month - 1 > 11) return false;
  const int32_t* start = &quick_date_detail::kMonthStarts[16 * (year - 1900) + month];
  if (day < 1 || day > start[1] - start[0]) return false;
  days = start[0] + day - 1;
  return true;
}

}  // namespace penstock
