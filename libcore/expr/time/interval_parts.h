// What intervals' texts are read with: a cursor, numbers, and the sums of their parts.
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

// A number as intervals are made of it. Both parts have its sign.
struct IntervalAmount {
  int64_t whole = 0;
  double fraction = 0;
  // The same fraction in units of 10^-18, cut; for spans of the clock, which are kept exactly.
  int64_t fine = 0;
};

// The sums of months, days and nanoseconds. Each add() is false when a sum has no room.
class IntervalSums {
 public:
  int64_t nanoseconds() const { return nanoseconds_; }
  void negate_clock() { nanoseconds_ = -nanoseconds_; }

  // Parts of a year are rounded to months, those of a month or a week are days and part of a day,
  // rounded to microseconds: PostgreSQL's rules, in floating point as there. Parts of an hour and
  // less are exact, rounded below a nanosecond, halves towards zero.
  bool add(const IntervalAmount& amount, TimeField unit);
  bool add_nanoseconds(int128_t nanoseconds);

  // Empty where the negative of a sum has no room.
  std::optional<Interval> finish(bool negated) const;

 private:
  bool add_years(const IntervalAmount& amount, int64_t years);
  bool add_part_of_days(double fraction, int64_t scale);
  bool add_clock(const IntervalAmount& amount, int64_t scale);

  int64_t months_ = 0;
  int64_t days_ = 0;
  int64_t nanoseconds_ = 0;
};

// Reads a text, which must live as long, from its beginning.
class IntervalReader {
 public:
  explicit IntervalReader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  // 0 at the end.
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void skip() { ++at_; }
  bool accept(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // The next `count` bytes. REQUIRES that there are so many.
  std::string_view take(size_t count) {
    at_ += count;
    return text_.substr(at_ - count, count);
  }

  // The bytes from here on of which `is` is true.
  template <typename Is>
  std::string_view take_while(Is is) {
    size_t begin = at_;
    while (!at_end() && is(text_[at_]))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // Digits; none count as 0. False beyond int64.
  bool whole(int64_t& value);
  // The same with a minus sign, which C's strtol takes and PostgreSQL with it: "8--0" are 8 years
  // and no month. A sign without a digit is left.
  bool signed_whole(int64_t& value);
  // The digits behind a point that was read, as far as they go; none count as 0.
  void fraction(IntervalAmount& amount);
  // A number with a sign, a point and an exponent, as ISO 8601's texts may have; false when it is
  // none or beyond 10^15.
  bool iso_number(IntervalAmount& amount);

 private:
  std::string_view text_;
  size_t at_ = 0;
};

// ISO 8601's texts: P, then numbers with their letters; or years-months-days and
// hours:minutes:seconds, with or without the marks between them. Empty for anything else.
std::optional<Interval> parse_iso_interval(std::string_view text);

}  // namespace penstock
