// Times read by a pattern.
#include <iterator>
#include <optional>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"
#include "libcore/expr/time/pattern_parts.h"
#include "libcore/expr/time/pattern_text.h"

namespace penstock {
namespace {

using Part = PatternPart;

constexpr int kMostFractionDigits = 9;

// Reads one text.
class PatternReader : private PatternText {
 public:
  using PatternText::PatternText;

  ShownTime read() {
    for (at_ = 0; at_ < steps_.size() && (strict_ || !text_.empty()); ++at_) {
      const PatternStep& step = steps_[at_];
      const bool loose = step.part == Part::kLiteral || step.part == Part::kSeparator;
      if (!exact_ && (!loose || at_ == 0)) skip_blanks();
      if (loose) {
        match_literal(step);
        continue;
      }
      read_part(step);
      if (exact_) continue;
      skipped_ = 0;
      skip_blanks();
    }
    if (!strict_) skip_blanks();
    if (!text_.empty()) throw Error("'" + printable(text_) + "' is left over");
    return time_of(parts_);
  }

 private:
  int64_t read_month_name(bool is_long) {
    auto full = [](int64_t i) { return month_name(i + 1); };
    auto cut = [](int64_t i) { return month_name(i + 1).substr(0, 3); };
    if (strict_) {
      for (int64_t i = 0; i < 12; ++i) {
        if (accept_word(full(i))) return i + 1;
      }
    } else if (is_long) {
      return read_word(12, full, "the name of a month") + 1;
    }
    return read_word(12, cut, "the name of a month") + 1;
  }

  int64_t read_day_name(bool is_long) {
    auto cut = [](int64_t i) { return day_name(i).substr(0, 3); };
    if (strict_) {
      for (int64_t i = 0; i < 7; ++i) {
        if (accept_word(day_name(i))) return i;
      }
    } else if (is_long) {
      return read_word(7, day_name, "the name of a day");
    }
    return read_word(7, cut, "the name of a day");
  }

  void read_year(std::optional<int64_t>& year) {
    size_t used = 0;
    int64_t value = read_number(step().digits, &used);
    if (step().part == Part::kYearWithComma && !text_.empty() && text_[0] == ',') {
      text_.remove_prefix(1);
      value = value * 1000 + read_number(3);
    } else if (step().digits < 4 && used < 4) {
      parts_.year_digits = step().digits;
      value = strict_ && value == 69 ? 1969 : whole_year(value);
    }
    year = value;
  }

  void read_fraction() {
    size_t used = 0;
    // Nine digits where nothing follows them that is one.
    const int most = strict_ || is_followed_by_no_digit() ? kMostFractionDigits : step().digits;
    const std::string_view before = text_;
    int64_t value = read_number(most, &used);
    if (value < 0 || used > kMostFractionDigits || !is_digit(before[0])) {
      throw Error("a fraction of a second has at most 9 digits");
    }
    for (size_t i = used; i < kMostFractionDigits; ++i)
      value *= 10;
    parts_.nanoseconds = value;
  }

  // A sign may have been taken for a mark of the pattern.
  void read_zone_hour() {
    if (!text_.empty() && (text_[0] == '+' || text_[0] == '-' || text_[0] == ' ')) {
      parts_.zone_sign = text_[0] == '-' ? -1 : 1;
      text_.remove_prefix(1);
    } else {
      parts_.zone_sign = last_separator_ == '-' ? -1 : 1;
    }
    parts_.zone_seconds += in_range(read_number(2), 0, 0, 15, "hour of a zone") * 3600;
  }

  // Z, or +02, +0200, +02:00.
  void read_offset() {
    if (accept_word("Z")) return;
    if (text_.empty() || (text_[0] != '+' && text_[0] != '-')) {
      throw Error("'" + printable(text_) + "' should begin with an offset such as +0200");
    }
    parts_.zone_sign = text_[0] == '-' ? -1 : 1;
    text_.remove_prefix(1);
    parts_.zone_seconds = in_range(read_number(2), 0, 0, 15, "hour of a zone") * 3600;
    if (text_.starts_with(':')) text_.remove_prefix(1);
    if (text_.empty() || !is_digit(text_[0])) return;
    parts_.zone_seconds += in_range(read_number(2), 0, 0, 59, "minute of a zone") * 60;
  }

  void read_part(const PatternStep& part) {
    if (read_clock(part) || read_name(part)) return;
    switch (part.part) {
      case Part::kExact:
        exact_ = true;
        break;
      case Part::kYear:
      case Part::kYearWithComma:
        return read_year(parts_.year);
      case Part::kIsoYear:
        return read_year(parts_.iso_year);
      case Part::kCentury:
        parts_.century = read_number(2);
        break;
      case Part::kQuarter:
        read_number(1);  // which day of it is meant is not known
        break;
      case Part::kMonth:
        parts_.month = read_number(2);
        break;
      case Part::kWeekOfYear:
        parts_.week = read_number(2);
        break;
      case Part::kIsoWeek:
        parts_.iso_week = read_number(2);
        break;
      case Part::kWeekOfMonth:
        parts_.week_of_month = read_number(1);
        break;
      case Part::kDayOfYear:
      case Part::kIsoDayOfYear:
        parts_.day_of_year = read_number(3);
        break;
      case Part::kDay:
        parts_.day = read_number(2);
        break;
      case Part::kDayOfWeek:
        parts_.iso_day = (in_range(read_number(1), 1, 1, 7, "day of the week") + 5) % 7 + 1;
        break;
      case Part::kIsoDayOfWeek:
        parts_.iso_day = read_number(1);
        break;
      case Part::kDayFromSunday:
        parts_.iso_day = (in_range(read_number(1), 0, 0, 6, "day of the week") + 6) % 7 + 1;
        break;
      case Part::kJulian:
        parts_.julian = in_range(read_number(7), 0, 0, 5'373'484, "Julian day");
        break;
      default:
        throw Error("OF writes only; there are TZH and TZM to read");
    }
  }

  bool read_clock(const PatternStep& part) {
    switch (part.part) {
      case Part::kHour24:
        parts_.hour = read_number(2);
        return true;
      case Part::kHour12:
        parts_.hour = read_number(2);
        parts_.half_day = true;
        return true;
      case Part::kMinute:
        parts_.minute = read_number(2);
        return true;
      case Part::kSecond:
        parts_.second = read_number(2);
        return true;
      case Part::kFraction:
        read_fraction();
        return true;
      case Part::kSecondOfDay:
        parts_.second_of_day = read_number(5);
        return true;
      case Part::kEpoch:
        parts_.epoch = in_range(read_number(19), 0, -100'000'000'000, 300'000'000'000, "second");
        return true;
      case Part::kZoneHour:
        read_zone_hour();
        return true;
      case Part::kZoneMinute:
        if (parts_.zone_sign == 0) parts_.zone_sign = 1;
        parts_.zone_seconds += in_range(read_number(2), 0, 0, 59, "minute of a zone") * 60;
        return true;
      case Part::kOffsetDigits:
        read_offset();
        return true;
      default:
        return false;
    }
  }

  bool read_name(const PatternStep& part) {
    switch (part.part) {
      case Part::kMonthName:
      case Part::kMonthShort:
        parts_.month = read_month_name(part.part == Part::kMonthName);
        return true;
      case Part::kRomanMonth:
        // From the longer ones: VIII begins with V.
        for (size_t length = 4; length > 0; --length) {
          for (size_t i = 0; i < std::size(kRomanMonths); ++i) {
            if (kRomanMonths[i].size() != length || !accept_word(kRomanMonths[i])) continue;
            parts_.month = static_cast<int64_t>(i) + 1;
            return true;
          }
        }
        throw Error("'" + printable(text_) + "' should begin with a month in Roman digits");
      case Part::kDayName:
      case Part::kDayShort:
        parts_.iso_day = (read_day_name(part.part == Part::kDayName) + 6) % 7 + 1;
        return true;
      case Part::kEra:
        parts_.before_christ = read_word(
                                   2,
                                   [&](int64_t i) -> std::string_view {
                                     if (part.points) return i == 0 ? "A.D." : "B.C.";
                                     return i == 0 ? "AD" : "BC";
                                   },
                                   "AD or BC") == 1;
        return true;
      case Part::kHalfOfDay:
        parts_.half_day = true;
        parts_.afternoon = read_word(
                               2,
                               [&](int64_t i) -> std::string_view {
                                 if (part.points) return i == 0 ? "A.M." : "P.M.";
                                 return i == 0 ? "AM" : "PM";
                               },
                               "AM or PM") == 1;
        return true;
      default:
        return false;
    }
  }

  TimeParts parts_;
};

}  // namespace

ShownTime TimePattern::read(std::string_view text) const {
  return PatternReader(steps_, strict_, text).read();
}

}  // namespace penstock
