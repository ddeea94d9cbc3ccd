// Tools to read the texts of intervals: a cursor, numbers, and the sums of their parts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/base/ascii.h"
#include "libcore/data/column.h"
#include "libcore/expr/time/field.h"
#include "libcore/expr/types.h"

namespace penstock {

inline constexpr int64_t kMonthsPerYear = 12;

// A number in the text of an interval. Both parts have its sign.
struct IntervalAmount {
  int64_t whole = 0;
  double fraction = 0;
  // The same fraction in units of 10^-18, cut; for spans of the clock, which are exact.
  int64_t fine = 0;
};

// The sums of months, days and nanoseconds. Each add() returns false when a sum does not fit.
class IntervalSums {
 public:
  int64_t nanoseconds() const { return nanoseconds_; }
  void negate_clock() { nanoseconds_ = -nanoseconds_; }

  // Fractions of a year are rounded to months; those of a month or a week become days and a part of
  // a day, rounded to microseconds: PostgreSQL's rules, in floating point as there. Fractions of an
  // hour and smaller units are exact, rounded below a nanosecond, halves towards zero.
  bool add(const IntervalAmount& amount, TimeField unit);
  bool add_nanoseconds(int128_t nanoseconds);

  // Returns the interval; empty when the negative of a sum does not fit.
  std::optional<Interval> finish(bool negated) const;

 private:
  bool add_years(const IntervalAmount& amount, int64_t years);
  bool add_part_of_days(double fraction, int64_t scale);
  bool add_clock(const IntervalAmount& amount, int64_t scale);

  int64_t months_ = 0;
  int64_t days_ = 0;
  int64_t nanoseconds_ = 0;
};

// Reads a text, which must outlive it, from its beginning.
class IntervalReader {
 public:
  explicit IntervalReader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  // Returns the next byte, 0 at the end.
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void skip() { ++at_; }
  bool accept(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // Returns the next `count` bytes. REQUIRES that there are so many.
  std::string_view take(size_t count) {
    at_ += count;
    return text_.substr(at_ - count, count);
  }

  // Returns the bytes from here on for which `is` is true.
  template <typename Is>
  std::string_view take_while(Is is) {
    size_t begin = at_;
    while (!at_end() && is(text_[at_]))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // Reads digits; without any, the value is 0. Returns false beyond int64.
  bool whole(int64_t& value);
  // The same with a minus sign, which PostgreSQL accepts because C's strtol does: "8--0" is 8 years
  // and no months. A sign without a digit is not consumed.
  bool signed_whole(int64_t& value);
  // Reads the digits after a point that was read; without any, the fraction is 0.
  void fraction(IntervalAmount& amount);
  // Reads a number with a sign, a point and an exponent, as in ISO 8601's texts. Returns false for
  // other text, and beyond 10^15.
  bool iso_number(IntervalAmount& amount);

 private:
  std::string_view text_;
  size_t at_ = 0;
};

// Parses ISO 8601's texts: P, then numbers with their letters; or years-months-days and
// hours:minutes:seconds, with or without the marks between them. Empty for other text.
std::optional<Interval> parse_iso_interval(std::string_view text);

}  // namespace penstock
