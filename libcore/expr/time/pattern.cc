#include "libcore/expr/time/pattern.h"

#include <algorithm>
#include <array>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr std::array<std::string_view, 12> kMonthNames = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDayNames = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

using Part = PatternPart;

struct Keyword {
  std::string_view word;  // in upper case
  PatternStep step;
};

PatternStep step_of(Part part, int digits = 0) {
  PatternStep step;
  step.part = part;
  step.digits = digits;
  return step;
}
PatternStep with_points(Part part) {
  PatternStep step = step_of(part);
  step.points = true;
  return step;
}

// PostgreSQL's, the longer ones before their beginnings.
const std::vector<Keyword>& keywords() {
  static const std::vector<Keyword> kAll = {
      {"A.D.", with_points(Part::kEra)},
      {"A.M.", with_points(Part::kHalfOfDay)},
      {"AD", step_of(Part::kEra)},
      {"AM", step_of(Part::kHalfOfDay)},
      {"B.C.", with_points(Part::kEra)},
      {"BC", step_of(Part::kEra)},
      {"CC", step_of(Part::kCentury, 2)},
      {"DAY", step_of(Part::kDayName)},
      {"DDD", step_of(Part::kDayOfYear, 3)},
      {"DD", step_of(Part::kDay, 2)},
      {"DY", step_of(Part::kDayShort)},
      {"D", step_of(Part::kDayOfWeek, 1)},
      {"FF1", step_of(Part::kFraction, 1)},
      {"FF2", step_of(Part::kFraction, 2)},
      {"FF3", step_of(Part::kFraction, 3)},
      {"FF4", step_of(Part::kFraction, 4)},
      {"FF5", step_of(Part::kFraction, 5)},
      {"FF6", step_of(Part::kFraction, 6)},
      {"FX", step_of(Part::kExact)},
      {"HH24", step_of(Part::kHour24, 2)},
      {"HH12", step_of(Part::kHour12, 2)},
      {"HH", step_of(Part::kHour12, 2)},
      {"IDDD", step_of(Part::kIsoDayOfYear, 3)},
      {"ID", step_of(Part::kIsoDayOfWeek, 1)},
      {"IW", step_of(Part::kIsoWeek, 2)},
      {"IYYY", step_of(Part::kIsoYear, 4)},
      {"IYY", step_of(Part::kIsoYear, 3)},
      {"IY", step_of(Part::kIsoYear, 2)},
      {"I", step_of(Part::kIsoYear, 1)},
      {"J", step_of(Part::kJulian)},
      {"MI", step_of(Part::kMinute, 2)},
      {"MM", step_of(Part::kMonth, 2)},
      {"MONTH", step_of(Part::kMonthName)},
      {"MON", step_of(Part::kMonthShort)},
      {"MS", step_of(Part::kFraction, 3)},
      {"OF", step_of(Part::kOffset)},
      {"P.M.", with_points(Part::kHalfOfDay)},
      {"PM", step_of(Part::kHalfOfDay)},
      {"Q", step_of(Part::kQuarter, 1)},
      {"RM", step_of(Part::kRomanMonth)},
      {"SSSSS", step_of(Part::kSecondOfDay)},
      {"SSSS", step_of(Part::kSecondOfDay)},
      {"SS", step_of(Part::kSecond, 2)},
      {"TZH", step_of(Part::kZoneHour, 2)},
      {"TZM", step_of(Part::kZoneMinute, 2)},
      {"US", step_of(Part::kFraction, 6)},
      {"WW", step_of(Part::kWeekOfYear, 2)},
      {"W", step_of(Part::kWeekOfMonth, 1)},
      {"Y,YYY", step_of(Part::kYearWithComma, 4)},
      {"YYYY", step_of(Part::kYear, 4)},
      {"YYY", step_of(Part::kYear, 3)},
      {"YY", step_of(Part::kYear, 2)},
      {"Y", step_of(Part::kYear, 1)},
  };
  return kAll;
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

// Whether `text` begins with a keyword: all of one case, or as names are written (Month).
bool begins_with(std::string_view text, const Keyword& keyword) {
  const size_t size = keyword.word.size();
  if (text.size() < size) return false;
  for (size_t i = 0; i < size; ++i) {
    if (upper(text[i]) != keyword.word[i]) return false;
  }
  const std::string_view word = text.substr(0, size);
  const bool any_lower = std::any_of(word.begin(), word.end(), is_lower);
  const bool any_upper =
      std::any_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!any_lower || !any_upper) return true;
  const Part part = keyword.step.part;
  const bool is_name = part == Part::kMonthName || part == Part::kMonthShort ||
                       part == Part::kDayName || part == Part::kDayShort;
  return is_name && !is_lower(word[0]) && is_lower(word[1]) && (size < 3 || is_lower(word[2]));
}

LetterStyle style_of(std::string_view word) {
  if (is_lower(word[0])) return LetterStyle::kLower;
  return word.size() > 1 && is_lower(word[1]) ? LetterStyle::kFirst : LetterStyle::kUpper;
}

// A mark of ASCII: neither a letter nor a digit.
bool is_mark(char c) {
  const bool printable = c > 0x20 && c < 0x7F;
  const char letter = upper(c);
  return printable && !(letter >= 'A' && letter <= 'Z') && !(c >= '0' && c <= '9');
}

// Reads PostgreSQL's pattern from its beginning.
class PostgresPattern {
 public:
  explicit PostgresPattern(std::string_view text) : text_(text) {}

  std::vector<PatternStep> read() {
    while (!text_.empty()) {
      if (!read_keyword()) read_literal();
    }
    return std::move(steps_);
  }

 private:
  bool accept(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  bool read_keyword() {
    const std::string_view before = text_;
    const bool filled = !(accept("FM") || accept("fm"));
    if (text_.starts_with("TM") || text_.starts_with("TZ") || text_.starts_with("tz"))
      refuse_locale();
    for (const Keyword& keyword : keywords()) {
      if (!begins_with(text_, keyword)) continue;
      PatternStep step = keyword.step;
      step.style = style_of(text_.substr(0, keyword.word.size()));
      step.fills = filled;
      text_.remove_prefix(keyword.word.size());
      if (text_.starts_with("TH") || text_.starts_with("th")) {
        step.ordinal = true;
        if (step.digits > 0) step.style = is_lower(text_[0]) ? LetterStyle::kLower : step.style;
        text_.remove_prefix(2);
      }
      steps_.push_back(std::move(step));
      return true;
    }
    text_ = filled ? before : text_;
    return !filled;
  }

  // TZH and TZM are keywords; TZ would be a zone's abbreviation, TM the session's language.
  void refuse_locale() const {
    const char third = text_.size() > 2 ? upper(text_[2]) : '\0';
    if (upper(text_[1]) == 'Z' && (third == 'H' || third == 'M')) return;
    throw Error("the pattern '" + std::string(text_.substr(0, 2)) +
                "' is not known; there are TZH, TZM and OF for the offset of a zone");
  }

  void read_literal() {
    if (accept("\"")) {
      while (!text_.empty() && !accept("\"")) {
        if (text_[0] == '\\' && text_.size() > 1) text_.remove_prefix(1);
        push_character(Part::kLiteral);
      }
      return;
    }
    if (text_[0] == '\\' && text_.size() > 1 && text_[1] == '"') text_.remove_prefix(1);
    const char c = text_[0];
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    push_character(blank || is_mark(c) ? Part::kSeparator : Part::kLiteral);
  }

  void push_character(Part part) {
    PatternStep step = step_of(part);
    step.text = text_.substr(0, utf8_offset(text_, 1));
    text_.remove_prefix(step.text.size());
    steps_.push_back(std::move(step));
  }

  std::string_view text_;
  std::vector<PatternStep> steps_;
};

struct Directive {
  char letter;
  std::string_view means;  // directives, or empty
  PatternStep step = {};
};

PatternStep styled(Part part, LetterStyle style, int digits = 0) {
  PatternStep step = step_of(part, digits);
  step.style = style;
  step.fills = digits > 0;
  return step;
}

const std::vector<Directive>& directives() {
  static const std::vector<Directive> kAll = {
      {'Y', "", step_of(Part::kYear, 4)},
      {'y', "", step_of(Part::kYear, 2)},
      {'C', "", step_of(Part::kCentury, 2)},
      {'m', "", step_of(Part::kMonth, 2)},
      {'B', "", styled(Part::kMonthName, LetterStyle::kFirst)},
      {'b', "", styled(Part::kMonthShort, LetterStyle::kFirst)},
      {'h', "", styled(Part::kMonthShort, LetterStyle::kFirst)},
      {'d', "", step_of(Part::kDay, 2)},
      {'e', "", step_of(Part::kDay, 2)},
      {'j', "", step_of(Part::kDayOfYear, 3)},
      {'A', "", styled(Part::kDayName, LetterStyle::kFirst)},
      {'a', "", styled(Part::kDayShort, LetterStyle::kFirst)},
      {'u', "", step_of(Part::kIsoDayOfWeek, 1)},
      {'w', "", step_of(Part::kDayFromSunday, 1)},
      {'G', "", step_of(Part::kIsoYear, 4)},
      {'g', "", step_of(Part::kIsoYear, 2)},
      {'V', "", step_of(Part::kIsoWeek, 2)},
      {'H', "", step_of(Part::kHour24, 2)},
      {'I', "", step_of(Part::kHour12, 2)},
      {'M', "", step_of(Part::kMinute, 2)},
      {'S', "", step_of(Part::kSecond, 2)},
      {'f', "", step_of(Part::kFraction, 6)},
      {'p', "", step_of(Part::kHalfOfDay)},
      {'z', "", step_of(Part::kOffsetDigits)},
      {'s', "", step_of(Part::kEpoch)},
      {'F', "%Y-%m-%d"},
      {'T', "%H:%M:%S"},
      {'R', "%H:%M"},
      {'D', "%m/%d/%y"},
  };
  return kAll;
}

void add_literal(std::string_view& text, std::vector<PatternStep>& steps) {
  PatternStep step = step_of(Part::kLiteral);
  step.text = text.substr(0, utf8_offset(text, 1));
  text.remove_prefix(step.text.size());
  steps.push_back(std::move(step));
}

void add_directives(std::string_view text, std::vector<PatternStep>& steps) {
  while (!text.empty()) {
    if (text[0] != '%') {
      add_literal(text, steps);
      continue;
    }
    text.remove_prefix(1);
    const bool filled = !text.starts_with('-');
    if (!filled) text.remove_prefix(1);
    if (text.starts_with('%')) {
      add_literal(text, steps);
      continue;
    }
    const char letter = text.empty() ? '\0' : text[0];
    auto known = std::find_if(directives().begin(), directives().end(),
                              [letter](const Directive& d) { return d.letter == letter; });
    if (known == directives().end()) {
      throw Error("'%" + printable(text.substr(0, utf8_offset(text, 1))) +
                  "' is not a known directive; there are %Y %m %d %H %M %S %f %b %B %a %A %j %p "
                  "%I %y %e %z %F %T %R %D %G %V %u %w %s and %%");
    }
    text.remove_prefix(1);
    if (!known->means.empty()) {
      add_directives(known->means, steps);
      continue;
    }
    steps.push_back(known->step);
    if (!filled) steps.back().fills = false;
    steps.back().blanks = letter == 'e';
  }
}

}  // namespace

TimePattern TimePattern::from_postgres(std::string_view text) {
  TimePattern pattern;
  pattern.steps_ = PostgresPattern(text).read();
  return pattern;
}

TimePattern TimePattern::from_strftime(std::string_view text) {
  TimePattern pattern;
  pattern.strict_ = true;
  add_directives(text, pattern.steps_);
  return pattern;
}

bool TimePattern::has_zone() const {
  return std::any_of(steps_.begin(), steps_.end(), [](const PatternStep& step) {
    return (step.part >= Part::kZoneHour && step.part <= Part::kOffsetDigits) ||
           step.part == Part::kEpoch;
  });
}

bool TimePattern::has_clock() const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [](const PatternStep& step) { return step.part >= Part::kHour24; });
}

std::string_view month_name(int64_t month) {
  return kMonthNames[static_cast<size_t>(month - 1)];
}
std::string_view day_name(int64_t day_from_sunday) {
  return kDayNames[static_cast<size_t>(day_from_sunday)];
}

}  // namespace penstock
