// --date-format: dates and timestamps in forms other than ISO 8601.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/datetime.h"

namespace penstock {

// strptime's notation, read strictly: every other character of the format stands for itself, and
// the whole text must match.
//   %Y 4 digits       %y 2 digits, 69-99 are 19xx, 00-68 20xx      %j 3 digits, day of the year
//   %m %d %H %I %M %S 1 or 2 digits      %e as %d, perhaps after one space
//   %b %B month and %a %A weekday in English, short or long, any case (the weekday is not verified)
//   %p AM or PM, any case                %f 1 to 9 digits of a fraction of a second
//   %z Z, ±HH, ±HHMM or ±HH:MM           %F is %Y-%m-%d, %D %m/%d/%y, %T %H:%M:%S, %R %H:%M, %% is
//   %
// Immutable.
class DateFormat {
 public:
  // Throws a usage Error for an unknown directive, and for a format that does not determine a day
  // (year with month and day, or with the day of the year).
  explicit DateFormat(std::string_view format);

  // Returns whether the format has hours: then it describes timestamps, else dates.
  bool has_time() const { return has_time_; }
  bool has_zone() const { return has_zone_; }
  const std::string& text() const { return text_; }

  // Parses `text`. Empty when it does not have this form, or is not a real day and time.
  std::optional<ParsedTimestamp> parse(std::string_view text) const;
  // The same for a format without time, as days since 1970-01-01.
  std::optional<int32_t> parse_days(std::string_view text) const;

 private:
  void expand(std::string_view format);

  // The letter of a directive, or 0 and the literal character.
  struct Step {
    char directive;
    char literal;
  };
  std::string text_;
  std::vector<Step> steps_;
  bool has_time_ = false;
  bool has_zone_ = false;
};

// What inference takes a text to be.
enum class TimeForm { kNone, kDate, kTimestamp, kInstant };  // an instant has an offset
struct TimeGuess {
  TimeForm form = TimeForm::kNone;
  ParsedTimestamp stamp;  // valid unless kNone; for a date, at midnight
};
// Guesses by `format`, unless it is null. By ISO 8601 if it is null, for timestamps if it describes
// dates, and for dates if it describes timestamps.
TimeGuess guess_time(std::string_view text, const DateFormat* format);

}  // namespace penstock
