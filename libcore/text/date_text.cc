#include "libcore/text/date_text.h"

#include <cstring>
#include <string>

#include "libcore/data/datetime.h"

namespace penstock {
namespace {

// 0001-01-01 and 9999-12-31: the years of four digits.
constexpr int64_t kFirstDay = -719162;
constexpr int64_t kLastDay = 2932896;

char* write_two(char* out, int32_t value) {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
  return out + 2;
}

char* copy(char* out, const std::string& text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

char* write_date(char* out, int64_t days) {
  if (days < kFirstDay || days > kLastDay) {
    std::string text;
    append_date(text, days);
    return copy(out, text);
  }
  CivilDate date = civil_from_days(days);
  out = write_two(out, static_cast<int32_t>(date.year / 100));
  out = write_two(out, static_cast<int32_t>(date.year % 100));
  *out++ = '-';
  out = write_two(out, date.month);
  *out++ = '-';
  return write_two(out, date.day);
}

char* write_timestamp(char* out, int64_t value, TimeUnit unit) {
  int64_t per_second = units_per_second(unit);
  int64_t seconds = floor_divide(value, per_second);
  int64_t days = floor_divide(seconds, kSecondsPerDay);
  if (days < kFirstDay || days > kLastDay) {
    std::string text;
    append_timestamp(text, value, unit);
    return copy(out, text);
  }
  out = write_date(out, days);
  auto clock = static_cast<int32_t>(seconds - days * kSecondsPerDay);
  *out++ = 'T';
  out = write_two(out, clock / 3600);
  *out++ = ':';
  out = write_two(out, clock / 60 % 60);
  *out++ = ':';
  out = write_two(out, clock % 60);
  int64_t fraction = value - seconds * per_second;
  if (fraction == 0) return out;
  *out++ = '.';
  for (int64_t place = per_second / 10; fraction != 0; place /= 10) {
    *out++ = static_cast<char>('0' + fraction / place);
    fraction %= place;
  }
  return out;
}

}  // namespace penstock
