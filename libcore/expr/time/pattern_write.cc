// Times written by a pattern.
#include <cstdlib>

#include "libcore/data/datetime.h"
#include "libcore/expr/time/date_field.h"
#include "libcore/expr/time/pattern.h"

namespace penstock {
namespace {

constexpr int64_t kNanosASecond = 1'000'000'000;
constexpr size_t kNameWidth = 9;   // of the longest name: September, Wednesday
constexpr size_t kRomanWidth = 4;  // VIII

int64_t power_of_ten(int exponent) {
  int64_t power = 1;
  for (int i = 0; i < exponent; ++i)
    power *= 10;
  return power;
}

// English: 1st, 2nd, 3rd, 4th, 11th.
std::string_view ordinal_of(int64_t number) {
  const int64_t two = std::abs(number) % 100;
  if (two >= 11 && two <= 13) return "th";
  return two % 10 == 1 ? "st" : two % 10 == 2 ? "nd" : two % 10 == 3 ? "rd" : "th";
}

void append_styled(std::string& out, std::string_view text, LetterStyle style) {
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_letter = (text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z';
    const bool capital = style == LetterStyle::kUpper || (style == LetterStyle::kFirst && i == 0);
    out += !is_letter ? text[i] : static_cast<char>(capital ? text[i] & ~0x20 : text[i] | 0x20);
  }
}

}  // namespace

// Writes one time.
class PatternWriter {
 public:
  PatternWriter(const ShownTime& time, std::string& out)
      : time_(time), date_(civil_from_days(time.days)), out_(out) {}

  void write(const PatternStep& step) {
    if (step.part <= PatternPart::kExact) {
      if (step.part != PatternPart::kExact) out_ += step.text;
    } else if (!write_name(step) && !write_zone(step)) {
      write_number(step);
    }
  }

 private:
  int64_t second_of_day() const { return time_.nanoseconds / kNanosASecond; }

  void append_name(std::string_view name, const PatternStep& step, size_t width) {
    append_styled(out_, name, step.style);
    if (step.fills && name.size() < width) out_.append(width - name.size(), ' ');
  }

  bool write_name(const PatternStep& step) {
    const int64_t weekday = (day_of_week(time_.days) + 1) % 7;
    switch (step.part) {
      case PatternPart::kMonthName:
        append_name(month_name(date_.month), step, kNameWidth);
        return true;
      case PatternPart::kMonthShort:
        append_name(month_name(date_.month).substr(0, 3), step, 0);
        return true;
      case PatternPart::kRomanMonth:
        append_name(kRomanMonths[date_.month - 1], step, kRomanWidth);
        return true;
      case PatternPart::kDayName:
        append_name(day_name(weekday), step, kNameWidth);
        return true;
      case PatternPart::kDayShort:
        append_name(day_name(weekday).substr(0, 3), step, 0);
        return true;
      case PatternPart::kEra:
        append_name(date_.year > 0 ? (step.points ? "A.D." : "AD") : (step.points ? "B.C." : "BC"),
                    step, 0);
        return true;
      case PatternPart::kHalfOfDay:
        append_name(second_of_day() < kSecondsPerDay / 2 ? (step.points ? "A.M." : "AM")
                                                         : (step.points ? "P.M." : "PM"),
                    step, 0);
        return true;
      default:
        return false;
    }
  }

  bool write_zone(const PatternStep& step) {
    const int64_t minutes = std::abs(time_.offset_seconds) / 60;
    const char sign = time_.offset_seconds < 0 ? '-' : '+';
    switch (step.part) {
      case PatternPart::kZoneHour:
        out_ += sign;
        append_digits(minutes / 60, 2, '0');
        return true;
      case PatternPart::kZoneMinute:
        append_digits(minutes % 60, 2, '0');
        return true;
      case PatternPart::kOffset:
        out_ += sign;
        append_digits(minutes / 60, step.fills ? 2 : 0, '0');
        if (minutes % 60 != 0) {
          out_ += ':';
          append_digits(minutes % 60, 2, '0');
        }
        return true;
      case PatternPart::kOffsetDigits:
        out_ += sign;
        append_digits(minutes / 60, 2, '0');
        append_digits(minutes % 60, 2, '0');
        return true;
      default:
        return false;
    }
  }

  void append_digits(int64_t number, size_t width, char fill) {
    const std::string digits = std::to_string(std::abs(number));
    if (number < 0) out_ += '-';
    if (digits.size() < width) out_.append(width - digits.size(), fill);
    out_ += digits;
  }

  // A year before Christ has the number of years before him: the year 0 is 1 BC.
  void write_year(int64_t astronomical, const PatternStep& step) {
    const int64_t year = astronomical > 0 ? astronomical : 1 - astronomical;
    if (step.part == PatternPart::kYearWithComma) {
      out_ += std::to_string(year / 1000) + ",";
      append_digits(year % 1000, 3, '0');
      return;
    }
    const int64_t shown = step.digits >= 4 ? year : year % power_of_ten(step.digits);
    append_digits(shown, step.fills ? static_cast<size_t>(step.digits) : 0, '0');
  }

  void write_number(const PatternStep& step) {
    if (step.part == PatternPart::kYear || step.part == PatternPart::kYearWithComma ||
        step.part == PatternPart::kIsoYear) {
      const bool iso = step.part == PatternPart::kIsoYear;
      const int64_t year = iso ? date_field(TimeField::kIsoyear, time_.days) : date_.year;
      write_year(year, step);
      if (step.ordinal) append_ordinal(year, step);
      return;
    }
    const int64_t number = number_of(step);
    const char fill = step.blanks ? ' ' : '0';
    append_digits(number, step.fills ? static_cast<size_t>(step.digits) : 0, fill);
    if (step.ordinal) append_ordinal(number, step);
  }

  void append_ordinal(int64_t number, const PatternStep& step) {
    append_styled(out_, ordinal_of(number),
                  step.style == LetterStyle::kLower ? LetterStyle::kLower : LetterStyle::kUpper);
  }

  int64_t number_of(const PatternStep& step) const {
    const int64_t days = time_.days;
    const int64_t hour = second_of_day() / 3600;
    switch (step.part) {
      case PatternPart::kCentury:
        return date_field(TimeField::kCentury, days);
      case PatternPart::kQuarter:
        return date_field(TimeField::kQuarter, days);
      case PatternPart::kMonth:
        return date_.month;
      case PatternPart::kWeekOfYear:
        return (date_field(TimeField::kDoy, days) - 1) / 7 + 1;
      case PatternPart::kIsoWeek:
        return date_field(TimeField::kWeek, days);
      case PatternPart::kWeekOfMonth:
        return (date_.day - 1) / 7 + 1;
      case PatternPart::kDayOfYear:
        return date_field(TimeField::kDoy, days);
      case PatternPart::kIsoDayOfYear:
        return 7 * (date_field(TimeField::kWeek, days) - 1) + day_of_week(days) + 1;
      case PatternPart::kDay:
        return date_.day;
      case PatternPart::kDayOfWeek:
        return (day_of_week(days) + 1) % 7 + 1;
      case PatternPart::kIsoDayOfWeek:
        return day_of_week(days) + 1;
      case PatternPart::kDayFromSunday:
        return (day_of_week(days) + 1) % 7;
      case PatternPart::kJulian:
        return date_field(TimeField::kJulian, days);
      case PatternPart::kHour24:
        return hour;
      case PatternPart::kHour12:
        return hour % 12 == 0 ? 12 : hour % 12;
      case PatternPart::kMinute:
        return second_of_day() / 60 % 60;
      case PatternPart::kSecond:
        return second_of_day() % 60;
      case PatternPart::kFraction:
        return time_.nanoseconds % kNanosASecond / power_of_ten(9 - step.digits);
      case PatternPart::kSecondOfDay:
        return second_of_day();
      default:
        return days * kSecondsPerDay + second_of_day() - time_.offset_seconds;
    }
  }

  const ShownTime& time_;
  const CivilDate date_;
  std::string& out_;
};

void TimePattern::write(const ShownTime& time, std::string& out) const {
  PatternWriter writer(time, out);
  for (const PatternStep& step : steps_)
    writer.write(step);
}

}  // namespace penstock
