// PostgreSQL's texts for intervals: words ("1 day 2 hours ago") and the SQL standard's
// ("1-2 3 4:05").
#include <vector>

#include "libcore/expr/time/interval.h"
#include "libcore/expr/time/interval_parts.h"

namespace penstock {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_punctuation(char c) {
  return c > ' ' && c < 0x7F && !is_letter(c) && !is_digit(c);
}

struct IntervalToken {
  enum class Kind : uint8_t {
    kClock,   // digits and a colon, and what follows of both and of points
    kNumber,  // digits, points and dashes
    kSigned,  // the same or a clock, after a sign
    kWord,
  };
  Kind kind;
  bool negative = false;
  std::string_view text;  // without the sign
};

// Splits a text of words or of the SQL standard into tokens, and skips punctuation between them.
class IntervalTokenizer {
 public:
  explicit IntervalTokenizer(std::string_view text) : reader_(text) {}

  std::optional<std::vector<IntervalToken>> run() {
    std::vector<IntervalToken> tokens;
    for (; !reader_.at_end(); reader_.take_while(is_blank)) {
      char c = reader_.peek();
      if (is_blank(c)) continue;
      if (is_digit(c) || c == '.') {
        tokens.push_back(number());
      } else if (is_letter(c)) {
        tokens.push_back({IntervalToken::Kind::kWord, false, reader_.take_while(is_letter)});
        // Dates and zones are not allowed here.
        if (!ends_word(tokens.back().text, reader_.peek())) return std::nullopt;
      } else if (c == '-' || c == '+') {
        reader_.skip();
        reader_.take_while(is_blank);
        if (!is_digit(reader_.peek())) return std::nullopt;
        auto belongs = [](char d) { return is_digit(d) || d == ':' || d == '.' || d == '-'; };
        tokens.push_back({IntervalToken::Kind::kSigned, c == '-', reader_.take_while(belongs)});
      } else if (is_punctuation(c)) {
        reader_.skip();
      } else {
        return std::nullopt;
      }
    }
    return tokens;
  }

 private:
  IntervalToken number() {
    IntervalReader start = reader_;
    // A number that begins with its point has no other point: ".5.5 hours" is two numbers, and a
    // point alone is 0.
    if (reader_.accept('.')) {
      size_t digits = reader_.take_while(is_digit).size();
      reader_ = start;
      return {IntervalToken::Kind::kNumber, false, reader_.take(digits + 1)};
    }
    reader_.take_while(is_digit);
    char c = reader_.peek();
    reader_ = start;
    auto of_clock = [](char d) { return is_digit(d) || d == ':' || d == '.'; };
    if (c == ':') return {IntervalToken::Kind::kClock, false, reader_.take_while(of_clock)};
    auto of_number = [c](char d) { return is_digit(d) || d == c; };
    if (c == '-' || c == '.' || c == '/') {
      std::string_view text = reader_.take_while(of_number);
      // A letter that touches the delimiter spoils the number, as in PostgreSQL ("1.day").
      if (!is_digit(text.back()) && is_letter(reader_.peek())) text = {};
      return {IntervalToken::Kind::kNumber, false, text};
    }
    return {IntervalToken::Kind::kNumber, false, reader_.take_while(is_digit)};
  }

  // PostgreSQL takes a word followed by a digit or a plus for a date, unless the word is one of
  // those that occur in dates; these are the units among them.
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

  IntervalReader reader_;
};

// The spans that have a number already, one bit each; a span may have only one. Seconds,
// milliseconds and microseconds may occur together unless the seconds have a fraction.
constexpr uint32_t span_bit(TimeField field) {
  return 1U << static_cast<uint32_t>(field);
}
constexpr uint32_t kSecondBits = span_bit(TimeField::kSecond) | span_bit(TimeField::kMillisecond) |
                                 span_bit(TimeField::kMicrosecond);
constexpr uint32_t kClockBits =
    span_bit(TimeField::kHour) | span_bit(TimeField::kMinute) | kSecondBits;

// Adds tokens up from the last to the first, so that a unit is known before its number.
class IntervalWords {
 public:
  explicit IntervalWords(const IntervalFields& fields) : fields_(fields) {}

  std::optional<Interval> run(const std::vector<IntervalToken>& tokens) {
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

  bool add(const IntervalToken& token) {
    switch (token.kind) {
      case IntervalToken::Kind::kWord:
        return word(token.text);
      case IntervalToken::Kind::kClock:
        return clock(token);
      case IntervalToken::Kind::kSigned:
        if (token.text.find(':') != std::string_view::npos) return clock(token);
        return number(token);
      case IntervalToken::Kind::kNumber:
        return number(token);
    }
    return false;
  }

  bool word(std::string_view text) {
    std::optional<TimeField> span = find_span(text);
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
  bool clock(const IntervalToken& token) {
    IntervalReader reader(token.text);
    int64_t hours = 0, minutes = 0, seconds = 0;
    IntervalAmount second;
    if (!reader.whole(hours) || !reader.accept(':') || !reader.signed_whole(minutes)) return false;
    bool short_form = reader.peek() != ':';
    if (reader.accept(':') && !reader.signed_whole(seconds)) return false;
    bool point = reader.accept('.');
    if (point) reader.fraction(second);
    if (!reader.at_end()) return false;
    if (short_form && (point || fields_.minutes_to_seconds)) {
      seconds = minutes;
      minutes = hours;
      hours = 0;
    }
    if (minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) return false;
    if (!use(kClockBits)) return false;
    IntervalSums clock;
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

  bool number(const IntervalToken& token) {
    if (unit_ == Next::kUnknown) span_ = fields_.last;
    if (token.text.empty()) return false;
    IntervalReader reader(token.text);
    IntervalAmount amount;
    if (!reader.whole(amount.whole)) return false;
    if (reader.accept('-')) {
      int64_t months = 0;
      if (!reader.signed_whole(months) || months < 0 || months >= kMonthsPerYear) return false;
      if (__builtin_mul_overflow(amount.whole, kMonthsPerYear, &amount.whole) ||
          __builtin_add_overflow(amount.whole, months, &amount.whole)) {
        return false;
      }
      span_ = TimeField::kMonth;
      unit_ = Next::kGiven;
    } else if (reader.accept('.')) {
      reader.fraction(amount);
    }
    if (!reader.at_end() || unit_ == Next::kNone) return false;
    unit_ = Next::kGiven;
    if (token.negative) amount = {-amount.whole, -amount.fraction, -amount.fine};
    if (!sums_.add(amount, span_)) return false;
    bool fine = span_ == TimeField::kSecond && amount.fraction != 0;
    if (!use(fine ? kSecondBits : span_bit(span_))) return false;
    // "1 2 hours" is a day and two hours.
    if (span_ == TimeField::kHour) span_ = TimeField::kDay;
    return true;
  }

  // What is known of the unit of the next number: nothing yet, that it is `span_`, or that it
  // cannot have one.
  enum class Next : uint8_t { kUnknown, kGiven, kNone };

  const IntervalFields& fields_;
  IntervalSums sums_;
  Next unit_ = Next::kUnknown;
  TimeField span_ = TimeField::kSecond;
  uint32_t used_ = 0;
  bool ago_ = false;
};

}  // namespace

std::optional<Interval> parse_interval(std::string_view text, const IntervalFields& fields) {
  std::optional<Interval> interval;
  if (std::optional<std::vector<IntervalToken>> tokens = IntervalTokenizer(text).run()) {
    interval = IntervalWords(fields).run(*tokens);
  }
  if (!interval) interval = parse_iso_interval(text);
  if (interval) interval = cut_interval(*interval, fields);
  return interval;
}

}  // namespace penstock
