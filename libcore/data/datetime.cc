#include "libcore/data/datetime.h"

#include <limits>

#include "libcore/base/ascii.h"
#include "libcore/base/digits.h"
#include "libcore/data/column.h"
#include "libcore/data/time_zone.h"

namespace penstock {
namespace {

constexpr int32_t kNanosPerSecond = 1'000'000'000;

// Returns the two digits at text[at]; -1 when they are not digits.
int32_t two_digits(std::string_view text, size_t at) {
  if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

struct ClockTime {
  int32_t seconds;  // since midnight
  int32_t nanoseconds;
};

// Reads 1 to 9 digits after a point, moving `at` past them; -1 when there are none or too many.
int32_t read_fraction(std::string_view text, size_t& at) {
  int32_t value = 0;
  size_t begin = at;
  while (at < text.size() && is_digit(text[at])) {
    // A tenth digit would have to be dropped or rounded: the text is not a time that we can hold.
    if (at - begin == 9) return -1;
    value = value * 10 + (text[at] - '0');
    ++at;
  }
  if (at == begin) return -1;
  for (size_t i = at - begin; i < 9; ++i)
    value *= 10;
  return value;
}

// HH:MM[:SS[.fraction]] from text[at] on, moving `at` past it.
std::optional<ClockTime> read_clock(std::string_view text, size_t& at) {
  int32_t hour = two_digits(text, at);
  int32_t minute = two_digits(text, at + 3);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[at + 2] != ':') {
    return std::nullopt;
  }
  at += 5;
  ClockTime time{hour * 3600 + minute * 60, 0};
  if (at >= text.size() || text[at] != ':') return time;
  int32_t second = two_digits(text, at + 1);
  if (second < 0 || second > 59) return std::nullopt;
  at += 3;
  time.seconds += second;
  if (at < text.size() && text[at] == '.') {
    time.nanoseconds = read_fraction(text, ++at);
    if (time.nanoseconds < 0) return std::nullopt;
  }
  return time;
}

// `nanoseconds` without the zeros at its end, after a point.
char* write_fraction(char* to, uint32_t nanoseconds) {
  if (nanoseconds == 0) return to;
  *to = '.';
  to += 10;
  write_digits_before(to, nanoseconds, 9);
  while (to[-1] == '0')
    --to;
  return to;
}

char* write_clock(char* to, uint32_t seconds, uint32_t nanoseconds) {
  to = write_two_digits(to, seconds / 3600);
  *to++ = ':';
  to = write_two_digits(to, seconds / 60 % 60);
  *to++ = ':';
  to = write_two_digits(to, seconds % 60);
  return write_fraction(to, nanoseconds);
}

struct SplitTime {
  int64_t seconds;       // rounded down
  uint32_t nanoseconds;  // of the second
};

SplitTime split_unit(int64_t value, TimeUnit unit) {
  int64_t units = units_per_second(unit);
  return {floor_divide(value, units),
          static_cast<uint32_t>(floor_modulo(value, units) * (kNanosPerSecond / units))};
}

void append_chars(std::string& out, const char* begin, const char* end) {
  out.append(begin, static_cast<size_t>(end - begin));
}

uint64_t magnitude(int64_t value) {
  return value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

}  // namespace

namespace {

constexpr bool is_leap(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int32_t month_length(int64_t year, int32_t month) {
  constexpr int32_t kLengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kLengths[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

// The method is that of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": civil dates
// to days without a loop or a table.
// Years begin in March here, so that the leap day is the last of its year; 719468 days lie between
// 0000-03-01 and 1970-01-01, and 146097 in 400 years.
constexpr int64_t count_days(CivilDate date) {
  int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  int64_t era = floor_divide(year, 400);
  int64_t year_of_era = year - era * 400;
  // (153 m + 2) / 5 is the number of days before month m: from March on the lengths 31, 30, 31, 30,
  // 31 repeat, 153 days in five months.
  int64_t month_from_march = (date.month + 9) % 12;
  int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

}  // namespace

// One load gives a month's first day and its length: 4.0 ns a date where the arithmetic took 5.9,
// for no processor can guess which years are leap years.
constexpr std::array<int32_t, size_t{kTableYears}* kMonthsAYear> kMonthTable = [] {
  std::array<int32_t, size_t{kTableYears} * kMonthsAYear> table{};
  for (uint32_t year = 0; year < kTableYears; ++year) {
    for (int32_t month = 1; month <= 12; ++month) {
      int64_t civil_year = int64_t{kFirstTableYear} + year;
      auto before = static_cast<int32_t>(count_days({civil_year, month, 1}) - 1);
      table[year * kMonthsAYear + static_cast<uint32_t>(month)] =
          before * 32 + month_length(civil_year, month);
    }
  }
  return table;
}();

int32_t days_in_month(int64_t year, int32_t month) {
  return month_length(year, month);
}

int64_t days_from_civil(CivilDate date) {
  return count_days(date);
}

std::optional<int32_t> days_if_civil(uint32_t year, uint32_t month, uint32_t day) {
  if (year < 1 || month < 1 || month > 12 || day < 1) return std::nullopt;
  CivilDate date{year, static_cast<int32_t>(month), static_cast<int32_t>(day)};
  if (date.day > month_length(date.year, date.month)) return std::nullopt;
  return static_cast<int32_t>(count_days(date));
}

CivilDate civil_from_days(int64_t days) {
  // Days since 0000-03-01 whose product with 4 fits 32 bits, years 0 to some two million.
  if (days >= -719468 && days < 730000000) {
    // "Euclidean affine functions and their application to calendar algorithms" (2022). Every date
    // that is printed or split into fields goes through here.
    // Neri and Schneider's functions: a multiplication and a shift, or a mask, in place of the
    // divisions by the lengths of a year and of a month.
    auto n1 = static_cast<uint32_t>(days + 719468) * 4 + 3;
    uint32_t century = n1 / 146097;
    uint32_t n2 = (n1 % 146097) | 3;
    uint64_t p2 = uint64_t{2939745} * n2;
    auto year_of_century = static_cast<uint32_t>(p2 >> 32);
    uint32_t day_of_year = static_cast<uint32_t>(p2) / 2939745 / 4;
    uint32_t n3 = 2141 * day_of_year + 197913;
    uint32_t month = n3 >> 16;
    bool next_year = day_of_year >= 306;
    return {int64_t{100} * century + year_of_century + (next_year ? 1 : 0),
            static_cast<int32_t>(next_year ? month - 12 : month),
            static_cast<int32_t>((n3 & 0xFFFF) / 2141 + 1)};
  }
  int64_t shifted = days + 719468;
  int64_t era = floor_divide(shifted, 146097);
  int64_t day_of_era = shifted - era * 146097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month_from_march = (5 * day_of_year + 2) / 153;
  auto day = static_cast<int32_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  auto month =
      static_cast<int32_t>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::optional<ParsedTimestamp> parse_timestamp(std::string_view text) {
  // The shortest is 2024-05-01T12:30.
  if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  std::optional<int32_t> days = parse_date(text.substr(0, 10));
  if (!days) return std::nullopt;
  size_t at = 11;
  std::optional<ClockTime> clock = read_clock(text, at);
  if (!clock) return std::nullopt;
  ParsedTimestamp result{*days * kSecondsPerDay + clock->seconds, clock->nanoseconds, std::nullopt};
  if (at == text.size()) return result;
  if (text[at] == 'Z' && at + 1 == text.size()) {
    result.offset_seconds = 0;
    return result;
  }
  result.offset_seconds = parse_offset(text.substr(at));
  if (!result.offset_seconds) return std::nullopt;
  return result;
}

std::optional<int64_t> parse_time(std::string_view text) {
  if (text.size() < 5) return std::nullopt;
  size_t at = 0;
  std::optional<ClockTime> clock = read_clock(text, at);
  if (!clock || at != text.size()) return std::nullopt;
  return int64_t{clock->seconds} * kNanosPerSecond + clock->nanoseconds;
}

std::optional<int64_t> parse_duration(std::string_view text, TimeUnit unit) {
  if (!text.starts_with("PT") || !text.ends_with('S')) return std::nullopt;
  text = text.substr(2, text.size() - 3);
  bool negative = text.starts_with('-');
  size_t at = negative ? 1 : 0;
  size_t begin = at;
  int128_t value = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (at - begin == 19) return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  if (at == begin) return std::nullopt;
  int32_t nanoseconds = 0;
  if (at < text.size() && text[at] == '.') nanoseconds = read_fraction(text, ++at);
  int64_t units = units_per_second(unit);
  int64_t below = kNanosPerSecond / units;
  if (at != text.size() || nanoseconds < 0 || nanoseconds % below != 0) return std::nullopt;
  value = value * units + nanoseconds / below;
  if (negative) value = -value;
  auto narrow = static_cast<int64_t>(value);
  if (narrow != value) return std::nullopt;
  return narrow;
}

std::optional<int64_t> to_unit(const ParsedTimestamp& timestamp, TimeUnit unit) {
  int64_t units = units_per_second(unit);
  // A fraction finer than the unit is refused, never rounded: the type was chosen so that it holds
  // all values.
  int64_t below = kNanosPerSecond / units;
  if (timestamp.nanoseconds % below != 0) return std::nullopt;
  int128_t value = int128_t{timestamp.seconds - timestamp.offset_seconds.value_or(0)} * units +
                   timestamp.nanoseconds / below;
  auto narrow = static_cast<int64_t>(value);
  if (narrow != value) return std::nullopt;
  return narrow;
}

char* write_date(char* to, int64_t days) {
  CivilDate date = civil_from_days(days);
  if (date.year >= 1 && date.year <= 9999) {
    auto year = static_cast<uint32_t>(date.year);
    to = write_two_digits(to, year / 100);
    to = write_two_digits(to, year % 100);
  } else {
    *to++ = date.year < 0 ? '-' : '+';
    char digits[kMaxUint64Digits];
    char* end = digits + sizeof digits;
    char* begin = write_digits_before(end, magnitude(date.year), 4);
    std::memcpy(to, begin, static_cast<size_t>(end - begin));
    to += end - begin;
  }
  *to++ = '-';
  to = write_two_digits(to, static_cast<uint32_t>(date.month));
  *to++ = '-';
  return write_two_digits(to, static_cast<uint32_t>(date.day));
}

char* write_timestamp(char* to, int64_t value, TimeUnit unit) {
  SplitTime time = split_unit(value, unit);
  to = write_date(to, floor_divide(time.seconds, kSecondsPerDay));
  *to++ = 'T';
  return write_clock(to, static_cast<uint32_t>(floor_modulo(time.seconds, kSecondsPerDay)),
                     time.nanoseconds);
}

char* write_time(char* to, int64_t value, TimeUnit unit) {
  if (value < 0) *to++ = '-';
  auto units = static_cast<uint64_t>(units_per_second(unit));
  uint64_t size = magnitude(value);
  uint64_t hours = size / units / 3600;
  auto below = static_cast<uint32_t>(size / units % 3600);
  auto nanoseconds = static_cast<uint32_t>(size % units * (kNanosPerSecond / units));
  if (hours > 99) {
    to = write_digits(to, hours / 100);
    hours %= 100;
  }
  // The clock is written with 00 hours, and these over them, because they may be more than a day's.
  char* end = write_clock(to, below, nanoseconds);
  write_two_digits(to, static_cast<uint32_t>(hours));
  return end;
}

char* write_duration(char* to, int64_t value, TimeUnit unit) {
  *to++ = 'P';
  *to++ = 'T';
  if (value < 0) *to++ = '-';
  auto units = static_cast<uint64_t>(units_per_second(unit));
  uint64_t size = magnitude(value);
  to = write_digits(to, size / units);
  to = write_fraction(to, static_cast<uint32_t>(size % units * (kNanosPerSecond / units)));
  *to++ = 'S';
  return to;
}

void append_date(std::string& out, int64_t days) {
  char text[kMaxTimeChars];
  append_chars(out, text, write_date(text, days));
}

void append_timestamp(std::string& out, int64_t value, TimeUnit unit) {
  char text[kMaxTimeChars];
  append_chars(out, text, write_timestamp(text, value, unit));
}

void append_time(std::string& out, int64_t value, TimeUnit unit) {
  char text[kMaxTimeChars];
  append_chars(out, text, write_time(text, value, unit));
}

void append_duration(std::string& out, int64_t value, TimeUnit unit) {
  char text[kMaxTimeChars];
  append_chars(out, text, write_duration(text, value, unit));
}

void append_zoned_timestamp(std::string& out, int64_t value, TimeUnit unit,
                            const std::string& zone) {
  int64_t units = units_per_second(unit);
  // Written with the offset and not with the name: ISO 8601 has no names, and in autumn one name
  // stands for two offsets.
  int32_t offset = zone_offset(zone, floor_divide(value, units));
  int64_t local = 0;
  // Offsets from before standard time have seconds, which ISO 8601 cannot write: such an instant is
  // written in UTC.
  if (offset % 60 != 0 || __builtin_add_overflow(value, offset * units, &local)) {
    offset = 0;
    local = value;
  }
  append_timestamp(out, local, unit);
  if (offset == 0) {
    out += 'Z';
    return;
  }
  char text[6];
  auto minutes = static_cast<uint32_t>((offset < 0 ? -offset : offset) / 60);
  text[0] = offset < 0 ? '-' : '+';
  write_two_digits(text + 1, minutes / 60);
  text[3] = ':';
  write_two_digits(text + 4, minutes % 60);
  out.append(text, sizeof text);
}

}  // namespace penstock
