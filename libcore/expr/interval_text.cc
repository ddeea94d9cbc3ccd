// PostgreSQL's texts for intervals: words ("1 day 2 hours ago"), the SQL standard's ("1-2 3 4:05"),
// and ISO 8601's in both forms ("P1Y2DT3H", "P0001-02-03T04:05:06").
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "libcore/base/ascii.h"
#include "libcore/data/column.h"
#include "libcore/data/datetime.h"
#include "libcore/expr/interval.h"
#include "libcore/expr/time_field.h"

namespace penstock {
namespace {

constexpr int64_t kMicro = 1000;  // nanoseconds
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kDaysPerMonth = 30;
constexpr int64_t kMonthsPerYear = 12;
constexpr double kMostIso = 1e15;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_punctuation(char c) {
  return c > ' ' && c < 0x7F && !is_letter(c) && !is_digit(c);
}

// A number as intervals are made of it. Both parts have its sign.
struct Amount {
  int64_t whole = 0;
  double fraction = 0;
  // The same fraction in units of 10^-18, cut; for spans of the clock, which are kept exactly.
  int64_t fine = 0;
};
constexpr int kFineDigits = 18;
constexpr int64_t kFine = 1'000'000'000'000'000'000;

// The sums of months, days and nanoseconds. Each add() is false when a sum has no room.
class Sums {
 public:
  int64_t nanoseconds() const { return nanoseconds_; }
  void negate_clock() { nanoseconds_ = -nanoseconds_; }

  // `fraction` of a year is rounded to months, that of a month or a week is days and part of a day,
  // rounded to microseconds: PostgreSQL's rules, of floating point as there.
  bool add(const Amount& amount, TimeField unit) {
    switch (unit) {
      case TimeField::kMicrosecond:
        return add_clock(amount, kMicro);
      case TimeField::kMillisecond:
        return add_clock(amount, 1000 * kMicro);
      case TimeField::kSecond:
        return add_clock(amount, kSecond);
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
  bool add_nanoseconds(int128_t nanoseconds) {
    nanoseconds += nanoseconds_;
    if (nanoseconds > INT64_MAX || nanoseconds < -INT64_MAX) return false;
    nanoseconds_ = static_cast<int64_t>(nanoseconds);
    return true;
  }

  // INT32_MIN and INT64_MIN are left out: every interval here has its negative.
  std::optional<Interval> finish(bool negated) const {
    auto sign = negated ? -1 : 1;
    if (months_ < -INT32_MAX || days_ < -INT32_MAX) return std::nullopt;
    return Interval{static_cast<int32_t>(sign * months_), static_cast<int32_t>(sign * days_),
                    sign * nanoseconds_};
  }

 private:
  static bool add_whole(int64_t& sum, int64_t count, int64_t scale) {
    int128_t result = int128_t{count} * scale + sum;
    if (result > INT32_MAX || result < INT32_MIN) return false;
    sum = static_cast<int64_t>(result);
    return true;
  }
  bool add_years(const Amount& amount, int64_t years) {
    double months = std::rint(amount.fraction * static_cast<double>(years * kMonthsPerYear));
    return add_whole(months_, amount.whole, years * kMonthsPerYear) &&
           add_whole(months_, static_cast<int64_t>(months), 1);
  }
  bool add_part_of_days(double fraction, int64_t scale) {
    double days = fraction * static_cast<double>(scale);
    double whole = std::trunc(days);
    if (!add_whole(days_, static_cast<int64_t>(whole), 1)) return false;
    double microseconds = (days - whole) * static_cast<double>(kDay / kMicro);
    double cut = std::trunc(microseconds);
    double rest = microseconds - cut;
    if (std::fabs(rest) > 0.5) cut += rest > 0 ? 1 : -1;
    return add_nanoseconds(static_cast<int128_t>(cut) * kMicro);
  }
  // Exact; what lies below a nanosecond is rounded, halves towards zero.
  bool add_clock(const Amount& amount, int64_t scale) {
    int128_t fine = int128_t{amount.fine} * scale;
    int128_t part = fine / kFine;
    int128_t rest = fine % kFine;
    if (rest > kFine / 2) ++part;
    if (rest < -kFine / 2) --part;
    return add_nanoseconds(int128_t{amount.whole} * scale + part);
  }

  int64_t months_ = 0;
  int64_t days_ = 0;
  int64_t nanoseconds_ = 0;
};

// Reads a text from its beginning.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  // 0 at the end.
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void skip() { ++at_; }
  bool accept(char c) {
    if (peek() != c || at_end()) return false;
    ++at_;
    return true;
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
  bool whole(int64_t& value) {
    std::string_view digits = take_while(is_digit);
    if (digits.empty()) {
      value = 0;
      return true;
    }
    return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc();
  }

  // The digits behind a point, as far as they go; none count as 0.
  void fraction(Amount& amount) {
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

  // ISO 8601's numbers: a sign, a point, an exponent.
  bool iso_number(Amount& amount) {
    if (!is_digit(peek()) && peek() != '-' && peek() != '.') return false;
    const char* begin = text_.data() + at_;
    double value = 0;
    auto [end, code] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (code != std::errc() || !(std::fabs(value) <= kMostIso)) return false;
    std::string_view number(begin, static_cast<size_t>(end - begin));
    amount.whole = static_cast<int64_t>(value);
    amount.fraction = value - std::trunc(value);
    if (number.find_first_of("eE") == std::string_view::npos) {
      Reader digits(number);
      bool negative = digits.accept('-');
      Amount exact;
      digits.take_while(is_digit);
      if (digits.accept('.')) digits.fraction(exact);
      amount.fine = negative ? -exact.fine : exact.fine;
    } else {
      amount.fine = static_cast<int64_t>(amount.fraction * static_cast<double>(kFine));
    }
    at_ += number.size();
    return true;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

struct Token {
  enum class Kind : uint8_t {
    kClock,   // digits and a colon, and what follows of both and of points
    kNumber,  // digits, points and dashes
    kSigned,  // the same or a clock, behind a sign
    kWord,
  };
  Kind kind;
  bool negative = false;
  std::string_view text;  // without the sign
};

// Splits a text of words or of the SQL standard. Punctuation between tokens is passed over.
class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text) : reader_(text) {}

  std::optional<std::vector<Token>> run() {
    std::vector<Token> tokens;
    for (; !reader_.at_end(); reader_.take_while(is_space)) {
      char c = reader_.peek();
      if (is_space(c)) continue;
      if (is_digit(c) || c == '.') {
        tokens.push_back(number());
      } else if (is_letter(c)) {
        tokens.push_back({Token::Kind::kWord, false, reader_.take_while(is_letter)});
        // What looks like a date or a zone is none here.
        if (!ends_word(tokens.back().text, reader_.peek())) return std::nullopt;
      } else if (c == '-' || c == '+') {
        reader_.skip();
        reader_.take_while(is_space);
        if (!is_digit(reader_.peek())) return std::nullopt;
        auto belongs = [](char d) { return is_digit(d) || d == ':' || d == '.' || d == '-'; };
        tokens.push_back({Token::Kind::kSigned, c == '-', reader_.take_while(belongs)});
      } else if (is_punctuation(c)) {
        reader_.skip();
      } else {
        return std::nullopt;
      }
    }
    return tokens;
  }

 private:
  Token number() {
    Reader start = reader_;
    reader_.take_while(is_digit);
    char c = reader_.peek();
    reader_ = start;
    auto of_clock = [](char d) { return is_digit(d) || d == ':' || d == '.'; };
    if (c == ':') return {Token::Kind::kClock, false, reader_.take_while(of_clock)};
    auto of_number = [c](char d) { return is_digit(d) || d == c; };
    if (c == '-' || c == '.' || c == '/') {
      std::string_view text = reader_.take_while(of_number);
      // A letter that touches the delimiter spoils the number, as in PostgreSQL ("1.day").
      if (!is_digit(text.back()) && is_letter(reader_.peek())) text = {};
      return {Token::Kind::kNumber, false, text};
    }
    return {Token::Kind::kNumber, false, reader_.take_while(is_digit)};
  }

  // PostgreSQL takes a word and a digit or a plus behind it together for a date, unless the word is
  // one of those that dates are made of; of these, these are units.
  static bool ends_word(std::string_view word, char next) {
    if (next == '-' || next == '/' || next == '.') return false;
    if (next != '+' && !is_digit(next)) return true;
    if (word.size() == 1) {
      return std::string_view("dhmsyDHMSY").find(word[0]) != std::string_view::npos;
    }
    if (word.size() != 3) return false;
    std::optional<TimeField> span = find_span(word);
    return span == TimeField::kDecade || span == TimeField::kMonth;
  }

  Reader reader_;
};

// Spans that have a number, a bit each; a span may have but one. Seconds, milliseconds and
// microseconds stand side by side unless the seconds have a fraction.
constexpr uint32_t span_bit(TimeField field) {
  return 1U << static_cast<uint32_t>(field);
}
constexpr uint32_t kSecondBits = span_bit(TimeField::kSecond) | span_bit(TimeField::kMillisecond) |
                                 span_bit(TimeField::kMicrosecond);
constexpr uint32_t kClockBits =
    span_bit(TimeField::kHour) | span_bit(TimeField::kMinute) | kSecondBits;

// Adds tokens up from the last to the first, so that a unit is known before its number.
class Words {
 public:
  explicit Words(const IntervalFields& fields) : fields_(fields) {}

  std::optional<Interval> run(const std::vector<Token>& tokens) {
    for (size_t i = tokens.size(); i-- > 0;) {
      if (!add(tokens[i])) return std::nullopt;
    }
    if (used_ == 0) return std::nullopt;
    return sums_.finish(ago_);
  }

 private:
  bool use(uint32_t bits) {
    if ((used_ & bits) != 0) return false;
    used_ |= bits;
    return true;
  }

  bool add(const Token& token) {
    switch (token.kind) {
      case Token::Kind::kWord:
        return word(token.text);
      case Token::Kind::kClock:
        return clock(token);
      case Token::Kind::kSigned:
        if (token.text.find(':') != std::string_view::npos) return clock(token);
        return number(token);
      case Token::Kind::kNumber:
        return number(token);
    }
    return false;
  }

  bool word(std::string_view text) {
    std::optional<TimeField> span = find_span(text);
    if (span == TimeField::kQuarter) return false;
    if (span) {
      unit_ = Next::kGiven;
      span_ = *span;
      return true;
    }
    if (text.size() != 3 || (text[0] | 0x20) != 'a' || (text[1] | 0x20) != 'g' ||
        (text[2] | 0x20) != 'o') {
      return false;
    }
    ago_ = true;
    unit_ = Next::kNone;
    return true;
  }

  // hours:minutes, hours:minutes:seconds, minutes:seconds.fraction
  bool clock(const Token& token) {
    Reader reader(token.text);
    int64_t hours = 0, minutes = 0, seconds = 0;
    Amount second;
    if (!reader.whole(hours) || !reader.accept(':') || !reader.whole(minutes)) return false;
    bool short_form = reader.peek() != ':';
    if (reader.accept(':') && !reader.whole(seconds)) return false;
    bool point = reader.accept('.');
    if (point) reader.fraction(second);
    if (!reader.at_end()) return false;
    if (short_form && (point || fields_.minutes_to_seconds)) {
      seconds = minutes;
      minutes = hours;
      hours = 0;
    }
    if (minutes > 59 || seconds > 60) return false;
    if (!use(kClockBits)) return false;
    Sums clock;
    second.whole = seconds;
    if (!clock.add({hours, 0, 0}, TimeField::kHour) ||
        !clock.add({minutes, 0, 0}, TimeField::kMinute) || !clock.add(second, TimeField::kSecond)) {
      return false;
    }
    if (token.negative) clock.negate_clock();
    unit_ = Next::kGiven;
    span_ = TimeField::kDay;
    return sums_.add_nanoseconds(clock.nanoseconds());
  }

  bool number(const Token& token) {
    if (unit_ == Next::kNone) return false;
    if (unit_ == Next::kUnknown) span_ = fields_.last;
    unit_ = Next::kGiven;
    if (token.text.empty()) return false;
    Reader reader(token.text);
    Amount amount;
    if (!reader.whole(amount.whole)) return false;
    if (reader.accept('-')) {
      int64_t months = 0;
      if (!reader.whole(months) || months >= kMonthsPerYear) return false;
      if (__builtin_mul_overflow(amount.whole, kMonthsPerYear, &amount.whole) ||
          __builtin_add_overflow(amount.whole, months, &amount.whole)) {
        return false;
      }
      span_ = TimeField::kMonth;
    } else if (reader.accept('.')) {
      reader.fraction(amount);
    }
    if (!reader.at_end()) return false;
    if (token.negative) amount = {-amount.whole, -amount.fraction, -amount.fine};
    if (!sums_.add(amount, span_)) return false;
    bool fine = span_ == TimeField::kSecond && amount.fraction != 0;
    if (!use(fine ? kSecondBits : span_bit(span_))) return false;
    // "1 2 hours" is a day and two hours.
    if (span_ == TimeField::kHour) span_ = TimeField::kDay;
    return true;
  }

  // What is known of the next number's unit: nothing yet, `span_`, or that it cannot have one.
  enum class Next : uint8_t { kUnknown, kGiven, kNone };

  const IntervalFields& fields_;
  Sums sums_;
  Next unit_ = Next::kUnknown;
  TimeField span_ = TimeField::kSecond;
  uint32_t used_ = 0;
  bool ago_ = false;
};

// P, then numbers with their letters; or years-months-days and hours:minutes:seconds, with or
// without the marks between them.
class Iso {
 public:
  explicit Iso(std::string_view text) : text_(text), reader_(text) {}

  std::optional<Interval> run() {
    if (text_.size() < 2 || !reader_.accept('P')) return std::nullopt;
    if (!date() || (reader_.accept('T') && !clock()) || !reader_.at_end()) return std::nullopt;
    return sums_.finish(false);
  }

 private:
  struct Letter {
    char letter;
    TimeField unit;
  };
  static constexpr std::array<Letter, 4> kDateLetters = {{{'Y', TimeField::kYear},
                                                          {'M', TimeField::kMonth},
                                                          {'W', TimeField::kWeek},
                                                          {'D', TimeField::kDay}}};
  static constexpr std::array<Letter, 3> kClockLetters = {
      {{'H', TimeField::kHour}, {'M', TimeField::kMinute}, {'S', TimeField::kSecond}}};

  // A number, with the digits that it begins with behind its sign.
  bool number(Amount& amount) {
    Reader digits = reader_;
    digits.accept('-');
    width_ = digits.take_while(is_digit).size();
    return reader_.iso_number(amount);
  }

  template <size_t N>
  bool add_by_letter(const std::array<Letter, N>& letters, const Amount& amount) {
    for (const Letter& known : letters) {
      if (reader_.accept(known.letter)) return sums_.add(amount, known.unit);
    }
    return false;
  }

  // A number that no letter follows: of just `width` digits it is three fields at once, else more
  // fields may follow, each behind `mark`.
  bool fields(Amount amount, size_t width, char mark, const std::array<TimeField, 3>& units) {
    if (width_ == width && reader_.peek() != mark) {
      Amount last{amount.whole % 100, amount.fraction, amount.fine};
      return sums_.add({amount.whole / 10000, 0, 0}, units[0]) &&
             sums_.add({amount.whole / 100 % 100, 0, 0}, units[1]) && sums_.add(last, units[2]);
    }
    if (!sums_.add(amount, units[0])) return false;
    for (size_t k = 1; k < units.size() && reader_.accept(mark); ++k) {
      if (!number(amount) || !sums_.add(amount, units[k])) return false;
    }
    return true;
  }

  // Up to a T or the end.
  bool date() {
    for (bool first = true; !reader_.at_end() && reader_.peek() != 'T'; first = false) {
      Amount amount;
      if (!number(amount)) return false;
      char next = reader_.peek();
      if (reader_.at_end() || next == 'T' || next == '-') {
        return first &&
               fields(amount, 8, '-', {TimeField::kYear, TimeField::kMonth, TimeField::kDay});
      }
      if (!add_by_letter(kDateLetters, amount)) return false;
    }
    return true;
  }

  // Behind a T; PostgreSQL lets more of them stand between the numbers.
  bool clock() {
    for (bool first = true; !reader_.at_end(); first = false) {
      if (reader_.accept('T')) return clock();
      Amount amount;
      if (!number(amount)) return false;
      if (reader_.at_end() || reader_.peek() == ':') {
        return first &&
               fields(amount, 6, ':', {TimeField::kHour, TimeField::kMinute, TimeField::kSecond});
      }
      if (!add_by_letter(kClockLetters, amount)) return false;
    }
    return true;
  }

  std::string_view text_;
  Reader reader_;
  size_t width_ = 0;
  Sums sums_;
};

}  // namespace

std::optional<Interval> parse_interval(std::string_view text, const IntervalFields& fields) {
  std::optional<Interval> interval;
  if (std::optional<std::vector<Token>> tokens = Tokenizer(text).run()) {
    interval = Words(fields).run(*tokens);
  }
  if (!interval) interval = Iso(text).run();
  if (interval) interval = cut_interval(*interval, fields);
  return interval;
}

}  // namespace penstock
