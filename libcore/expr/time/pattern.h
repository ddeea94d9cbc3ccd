// Forms of dates and times: PostgreSQL's patterns ('YYYY-MM-DD HH24:MI') and strftime's directives
// ('%Y-%m-%d %H:%M'), read into the same steps, by which times are written and read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// What a step of a pattern stands for.
enum class PatternPart : uint8_t {
  kLiteral,    // a character that stands for itself
  kSeparator,  // a blank or a mark, which PostgreSQL matches loosely
  kExact,      // FX: what follows is read exactly
  kYear,
  kYearWithComma,
  kIsoYear,
  kCentury,
  kQuarter,
  kMonth,
  kMonthName,
  kMonthShort,
  kRomanMonth,
  kWeekOfYear,
  kIsoWeek,
  kWeekOfMonth,
  kDayOfYear,
  kIsoDayOfYear,
  kDay,
  kDayOfWeek,      // 1 is Sunday
  kIsoDayOfWeek,   // 1 is Monday
  kDayFromSunday,  // 0 is Sunday
  kDayName,
  kDayShort,
  kJulian,
  kEra,
  kHour24,
  kHour12,
  kMinute,
  kSecond,
  kFraction,  // as many digits of a second as `digits`
  kSecondOfDay,
  kEpoch,
  kHalfOfDay,  // AM or PM
  kZoneHour,
  kZoneMinute,
  kOffset,        // +02 or +05:30
  kOffsetDigits,  // +0200
};

enum class LetterStyle : uint8_t { kUpper, kFirst, kLower };

struct PatternStep {
  PatternPart part = PatternPart::kLiteral;
  // Of a number: how many digits it has, and the last so many of a year.
  int digits = 0;
  bool fills = true;     // with zeros, names with blanks
  bool blanks = false;   // fills numbers with blanks
  bool points = false;   // A.M., B.C.
  bool ordinal = false;  // 1st, 2nd
  LetterStyle style = LetterStyle::kUpper;
  std::string text = {};  // of a literal or a separator: one character
};

// A time as a clock shows it.
struct ShownTime {
  int64_t days = 0;            // after 1970-01-01
  int64_t nanoseconds = 0;     // of the day
  int64_t offset_seconds = 0;  // of the clock from UTC
};

// Immutable.
class TimePattern {
 public:
  // Throws Error for what is not a pattern's.
  static TimePattern from_postgres(std::string_view text);
  static TimePattern from_strftime(std::string_view text);

  bool has_zone() const;
  // Whether it holds parts of a clock.
  bool has_clock() const;

  // Appends the time.
  void write(const ShownTime& time, std::string& out) const;

  // Reads a text: PostgreSQL's patterns as its to_timestamp does (blanks are skipped, marks match
  // any marks, the text may end early), but that nothing may be left of it; strftime's exactly.
  // What the pattern does not have is that of 0001-01-01 00:00. Throws Error that says what is
  // wrong.
  ShownTime read(std::string_view text) const;

 private:
  friend class PatternWriter;
  friend class PatternReader;

  std::vector<PatternStep> steps_;
  bool strict_ = false;
};

// The English names of months and days of the week, from January and from Sunday.
std::string_view month_name(int64_t month);
std::string_view day_name(int64_t day_from_sunday);
inline constexpr std::string_view kRomanMonths[] = {"I",   "II",   "III", "IV", "V",  "VI",
                                                    "VII", "VIII", "IX",  "X",  "XI", "XII"};

}  // namespace penstock
