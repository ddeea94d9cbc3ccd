#include "libcore/expr/time/interval_parts.h"

#include <charconv>
#include <cmath>

namespace penstock {
namespace {

constexpr int64_t kMicro = 1000;  // nanoseconds
constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kMinute = 60 * kNanosPerSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kDaysPerMonth = 30;
constexpr double kMostIso = 1e15;
constexpr int kFineDigits = 18;
constexpr int64_t kFine = 1'000'000'000'000'000'000;

// Months and days have 32 bits.
bool add_whole(int64_t& sum, int64_t count, int64_t scale) {
  int128_t result = int128_t{count} * scale + sum;
  if (result > INT32_MAX || result < INT32_MIN) return false;
  sum = static_cast<int64_t>(result);
  return true;
}

}  // namespace

bool IntervalSums::add(const IntervalAmount& amount, TimeField unit) {
  switch (unit) {
    case TimeField::kMicrosecond:
      return add_clock(amount, kMicro);
    case TimeField::kMillisecond:
      return add_clock(amount, 1000 * kMicro);
    case TimeField::kSecond:
      return add_clock(amount, kNanosPerSecond);
    case TimeField::kMinute:
      return add_clock(amount, kMinute);
    case TimeField::kHour:
      return add_clock(amount, kHour);
    case TimeField::kDay:
      return add_whole(days_, amount.whole, 1) && add_part_of_days(amount.fraction, 1);
    case TimeField::kWeek:
      return add_whole(days_, amount.whole, 7) && add_part_of_days(amount.fraction, 7);
    case TimeField::kMonth:
      return add_whole(months_, amount.whole, 1) &&
             add_part_of_days(amount.fraction, kDaysPerMonth);
    case TimeField::kYear:
      return add_years(amount, 1);
    case TimeField::kDecade:
      return add_years(amount, 10);
    case TimeField::kCentury:
      return add_years(amount, 100);
    case TimeField::kMillennium:
      return add_years(amount, 1000);
    default:
      return false;
  }
}

bool IntervalSums::add_nanoseconds(int128_t nanoseconds) {
  nanoseconds += nanoseconds_;
  if (nanoseconds > INT64_MAX || nanoseconds < -INT64_MAX) return false;
  nanoseconds_ = static_cast<int64_t>(nanoseconds);
  return true;
}

std::optional<Interval> IntervalSums::finish(bool negated) const {
  auto sign = negated ? -1 : 1;
  if (months_ < -INT32_MAX || days_ < -INT32_MAX) return std::nullopt;
  return Interval{static_cast<int32_t>(sign * months_), static_cast<int32_t>(sign * days_),
                  sign * nanoseconds_};
}

bool IntervalSums::add_years(const IntervalAmount& amount, int64_t years) {
  double months = std::rint(amount.fraction * static_cast<double>(years * kMonthsPerYear));
  return add_whole(months_, amount.whole, years * kMonthsPerYear) &&
         add_whole(months_, static_cast<int64_t>(months), 1);
}

bool IntervalSums::add_part_of_days(double fraction, int64_t scale) {
  double days = fraction * static_cast<double>(scale);
  double whole = std::trunc(days);
  if (!add_whole(days_, static_cast<int64_t>(whole), 1)) return false;
  double microseconds = (days - whole) * static_cast<double>(kDay / kMicro);
  double cut = std::trunc(microseconds);
  double rest = microseconds - cut;
  if (std::fabs(rest) > 0.5) cut += rest > 0 ? 1 : -1;
  return add_nanoseconds(static_cast<int128_t>(cut) * kMicro);
}

bool IntervalSums::add_clock(const IntervalAmount& amount, int64_t scale) {
  int128_t fine = int128_t{amount.fine} * scale;
  int128_t part = fine / kFine;
  int128_t rest = fine % kFine;
  if (rest > kFine / 2) ++part;
  if (rest < -kFine / 2) --part;
  return add_nanoseconds(int128_t{amount.whole} * scale + part);
}

bool IntervalReader::whole(int64_t& value) {
  std::string_view digits = take_while(is_digit);
  if (digits.empty()) {
    value = 0;
    return true;
  }
  return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc();
}

bool IntervalReader::signed_whole(int64_t& value) {
  bool negative = text_.size() > at_ + 1 && text_[at_] == '-' && is_digit(text_[at_ + 1]);
  if (negative) skip();
  if (!whole(value)) return false;
  if (negative) value = -value;
  return true;
}

void IntervalReader::fraction(IntervalAmount& amount) {
  size_t begin = at_;
  std::string_view digits = take_while(is_digit);
  amount.fine = 0;
  for (size_t i = 0; i < kFineDigits; ++i) {
    amount.fine = amount.fine * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  }
  amount.fraction = 0;
  if (digits.empty()) return;
  // With the point, which stands before it.
  std::from_chars(text_.data() + begin - 1, digits.data() + digits.size(), amount.fraction);
}

bool IntervalReader::iso_number(IntervalAmount& amount) {
  if (!is_digit(peek()) && peek() != '-' && peek() != '.') return false;
  const char* begin = text_.data() + at_;
  double value = 0;
  auto [end, code] = std::from_chars(begin, text_.data() + text_.size(), value);
  if (code != std::errc() || !(std::fabs(value) <= kMostIso)) return false;
  std::string_view number(begin, static_cast<size_t>(end - begin));
  amount.whole = static_cast<int64_t>(value);
  amount.fraction = value - std::trunc(value);
  if (number.find_first_of("eE") == std::string_view::npos) {
    IntervalReader digits(number);
    bool negative = digits.accept('-');
    IntervalAmount exact;
    digits.take_while(is_digit);
    if (digits.accept('.')) digits.fraction(exact);
    amount.fine = negative ? -exact.fine : exact.fine;
  } else {
    amount.fine = static_cast<int64_t>(amount.fraction * static_cast<double>(kFine));
  }
  at_ += number.size();
  return true;
}

}  // namespace penstock
