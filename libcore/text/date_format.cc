#include "libcore/text/date_format.h"

#include <array>

#include "libcore/base/ascii.h"
#include "libcore/base/error.h"

namespace penstock {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

struct Parts {
  int64_t year = 0;
  int32_t month = 1;
  int32_t day = 1;
  int32_t day_of_year = 0;
  int32_t hour = 0;
  int32_t minute = 0;
  int32_t second = 0;
  int32_t nanoseconds = 0;
  bool twelve_hours = false;
  std::optional<bool> afternoon;
  std::optional<int32_t> offset;
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
bool starts_with_word(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (lower(text[i]) != word[i]) return false;
  }
  return true;
}

// Takes digits off the front of `text`: as many as there are up to `most`, at least `least`.
bool take_number(std::string_view& text, size_t least, size_t most, int32_t& number) {
  size_t count = 0;
  number = 0;
  while (count < most && count < text.size() && is_digit(text[count])) {
    number = number * 10 + (text[count++] - '0');
  }
  text.remove_prefix(count);
  return count >= least;
}

// Takes the longest form of one of `words` off the front.
template <size_t kCount>
bool take_name(std::string_view& text, const std::array<std::string_view, kCount>& words,
               int32_t& which) {
  for (size_t i = 0; i < kCount; ++i) {
    for (size_t length : {words[i].size(), size_t{3}}) {
      if (starts_with_word(text, words[i].substr(0, length))) {
        text.remove_prefix(length);
        which = static_cast<int32_t>(i);
        return true;
      }
    }
  }
  return false;
}

bool take_fraction(std::string_view& text, int32_t& nanoseconds) {
  size_t before = text.size();
  if (!take_number(text, 1, 9, nanoseconds)) return false;
  for (size_t digits = before - text.size(); digits < 9; ++digits)
    nanoseconds *= 10;
  return true;
}

bool take_offset(std::string_view& text, std::optional<int32_t>& offset) {
  if (text.empty()) return false;
  char sign = text[0];
  text.remove_prefix(1);
  if (sign == 'Z') {
    offset = 0;
    return true;
  }
  if (sign != '+' && sign != '-') return false;
  int32_t hours = 0;
  int32_t minutes = 0;
  if (!take_number(text, 2, 2, hours)) return false;
  bool colon = text.starts_with(':');
  if (colon) text.remove_prefix(1);
  if (!take_number(text, colon ? 2 : 0, 2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  offset = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

bool take_half_day(std::string_view& text, std::optional<bool>& afternoon) {
  if (!starts_with_word(text, "am") && !starts_with_word(text, "pm")) return false;
  afternoon = lower(text[0]) == 'p';
  text.remove_prefix(2);
  return true;
}

bool take_year(std::string_view& text, bool whole, int64_t& year) {
  int32_t number = 0;
  if (!take_number(text, whole ? 4 : 2, whole ? 4 : 2, number)) return false;
  year = whole ? number : number + (number >= 69 ? 1900 : 2000);
  return true;
}

bool take(std::string_view& text, char directive, Parts& parts) {
  int32_t ignored = 0;
  switch (directive) {
    case 'Y':
      return take_year(text, true, parts.year);
    case 'y':
      return take_year(text, false, parts.year);
    case 'm':
      return take_number(text, 1, 2, parts.month);
    case 'e':
      if (text.starts_with(' ')) text.remove_prefix(1);
      return take_number(text, 1, 2, parts.day);
    case 'd':
      return take_number(text, 1, 2, parts.day);
    case 'j':
      return take_number(text, 3, 3, parts.day_of_year) && parts.day_of_year > 0;
    case 'b':
      if (!take_name(text, kMonths, parts.month)) return false;
      ++parts.month;
      return true;
    case 'a':
      return take_name(text, kWeekdays, ignored);
    case 'I':
      parts.twelve_hours = true;
      [[fallthrough]];
    case 'H':
      return take_number(text, 1, 2, parts.hour);
    case 'M':
      return take_number(text, 1, 2, parts.minute);
    case 'S':
      return take_number(text, 1, 2, parts.second);
    case 'f':
      return take_fraction(text, parts.nanoseconds);
    case 'p':
      return take_half_day(text, parts.afternoon);
    default:
      return take_offset(text, parts.offset);
  }
}

std::optional<ParsedTimestamp> assemble(Parts parts) {
  if (parts.year < 1) return std::nullopt;
  int64_t days = 0;
  if (parts.day_of_year != 0) {
    days = days_from_civil({parts.year, 1, 1}) + parts.day_of_year - 1;
    if (civil_from_days(days).year != parts.year) return std::nullopt;
  } else {
    if (parts.month < 1 || parts.month > 12 || parts.day < 1) return std::nullopt;
    if (parts.day > days_in_month(parts.year, parts.month)) return std::nullopt;
    days = days_from_civil({parts.year, parts.month, parts.day});
  }
  if (parts.twelve_hours) {
    if (parts.hour < 1 || parts.hour > 12 || !parts.afternoon) return std::nullopt;
    parts.hour = parts.hour % 12 + (*parts.afternoon ? 12 : 0);
  }
  if (parts.hour > 23 || parts.minute > 59 || parts.second > 59) return std::nullopt;
  ParsedTimestamp result;
  result.seconds =
      days * 86400 + int64_t{parts.hour} * 3600 + int64_t{parts.minute} * 60 + parts.second;
  result.nanoseconds = parts.nanoseconds;
  result.offset_seconds = parts.offset;
  return result;
}

}  // namespace

DateFormat::DateFormat(std::string_view format) : text_(format) {
  expand(format);
  auto has = [this](std::string_view letters) {
    for (const Step& step : steps_) {
      if (step.directive != 0 && letters.find(step.directive) != letters.npos) return true;
    }
    return false;
  };
  bool month_and_day = has("mb") && has("de");
  if (!has("Yy") || (!month_and_day && !has("j"))) {
    throw Error::usage(
        "--date-format '" + text_ +
        "' does not name a day; it needs a year (%Y or %y) with month and day (%m or %b, "
        "%d) or the day of the year (%j)");
  }
  has_time_ = has("HI");
  has_zone_ = has("z");
  if (!has_time_ && has("MSfpz")) {
    throw Error::usage("--date-format '" + text_ + "' has parts of a time but no hour (%H or %I)");
  }
  if (has("I") && !has("p")) {
    throw Error::usage("--date-format '" + text_ + "' has %I without %p");
  }
}

void DateFormat::expand(std::string_view format) {
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      steps_.push_back({0, format[i]});
      continue;
    }
    char letter = ++i < format.size() ? format[i] : '\0';
    switch (letter) {
      case '%':
        steps_.push_back({0, '%'});
        break;
      case 'F':
        expand("%Y-%m-%d");
        break;
      case 'D':
        expand("%m/%d/%y");
        break;
      case 'T':
        expand("%H:%M:%S");
        break;
      case 'R':
        expand("%H:%M");
        break;
      case 'B':
      case 'h':
        steps_.push_back({'b', 0});
        break;
      case 'A':
        steps_.push_back({'a', 0});
        break;
      case 'Y':
      case 'y':
      case 'm':
      case 'd':
      case 'e':
      case 'j':
      case 'b':
      case 'a':
      case 'H':
      case 'I':
      case 'M':
      case 'S':
      case 'f':
      case 'p':
      case 'z':
        steps_.push_back({letter, 0});
        break;
      default:
        throw Error::usage("--date-format '" + text_ + "': unknown directive '%" +
                           (letter == 0 ? std::string() : std::string(1, letter)) +
                           "'; known are %Y %y %m %d %e %j %b %B %a %A %H %I %M %S %f %p %z %F %D "
                           "%T %R %%");
    }
  }
}

std::optional<ParsedTimestamp> DateFormat::parse(std::string_view text) const {
  Parts parts;
  for (const Step& step : steps_) {
    if (step.directive == 0) {
      if (!text.starts_with(step.literal)) return std::nullopt;
      text.remove_prefix(1);
    } else if (!take(text, step.directive, parts)) {
      return std::nullopt;
    }
  }
  if (!text.empty()) return std::nullopt;
  return assemble(parts);
}

std::optional<int32_t> DateFormat::parse_days(std::string_view text) const {
  auto parsed = parse(text);
  if (!parsed) return std::nullopt;
  return static_cast<int32_t>(parsed->seconds / 86400 - (parsed->seconds % 86400 < 0 ? 1 : 0));
}

TimeGuess guess_time(std::string_view text, const DateFormat* format) {
  if (format != nullptr) {
    if (auto parsed = format->parse(text)) {
      TimeForm timed = parsed->offset_seconds ? TimeForm::kInstant : TimeForm::kTimestamp;
      return {format->has_time() ? timed : TimeForm::kDate, *parsed};
    }
  }
  bool dates = format == nullptr || format->has_time();
  bool times = format == nullptr || !format->has_time();
  if (dates) {
    if (auto days = parse_date(text)) {
      return {TimeForm::kDate, {*days * kSecondsPerDay, 0, std::nullopt}};
    }
  }
  if (times) {
    if (auto stamp = parse_timestamp(text)) {
      return {stamp->offset_seconds ? TimeForm::kInstant : TimeForm::kTimestamp, *stamp};
    }
  }
  return {};
}

}  // namespace penstock
