#include "libcore/text/csv_inference.h"

#include <array>
#include <bit>

#include "libcore/base/ascii.h"
#include "libcore/base/number.h"
#include "libcore/data/datetime.h"

namespace penstock {
namespace {

enum Kind : uint32_t {
  kBool = 1,
  kInteger = 2,
  kFloat = 4,
  kSpecial = 8,  // nan and inf: numbers only in the company of numbers
  kDate = 16,
  kTimestamp = 32,
  kInstant = 64,  // a timestamp with an offset
  kText = 128,
};

size_t count_digits(std::string_view text, size_t from) {
  size_t i = from;
  while (i < text.size() && is_digit(text[i]))
    ++i;
  return i - from;
}

// Digits that carry information: without zeros in front, and without those behind a point's digits.
int64_t significant_digits(std::string_view mantissa) {
  int64_t count = 0;
  int64_t zeros = 0;
  for (char c : mantissa) {
    if (!is_digit(c)) continue;
    if (c == '0') {
      if (count > 0) ++zeros;
    } else {
      count += zeros + 1;
      zeros = 0;
    }
  }
  return count;
}

bool same_word(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    if (c != word[i]) return false;
  }
  return true;
}

// A number in a form whose text says nothing more than its value, or kText.
Kind number_kind(std::string_view text) {
  std::string_view number = text;
  if (number.starts_with('-')) number.remove_prefix(1);
  if (number == "inf" || number == "Infinity") return kSpecial;
  size_t whole = count_digits(number, 0);
  if (whole > 1 && number[0] == '0') return kText;
  if (whole == number.size()) {
    constexpr size_t kAlwaysFit = 18;
    if (whole == 0 || (whole > kAlwaysFit && !parse_int64(text))) return kText;
    return text == "-0" ? kFloat : kInteger;
  }
  size_t at = whole;
  bool point = number[at] == '.';
  size_t part = point ? count_digits(number, ++at) : 0;
  at += part;
  if (whole + part == 0) return kText;
  constexpr int64_t kMostDigits = 17;
  bool many = whole + part > size_t{kMostDigits};
  if (many && significant_digits(number.substr(0, at)) > kMostDigits) return kText;
  if (at == number.size()) return kFloat;
  if (number[at] != 'e' && number[at] != 'E') return kText;
  ++at;
  bool sign = at < number.size() && (number[at] == '+' || number[at] == '-');
  if (sign) ++at;
  size_t exponent = count_digits(number, at);
  if (exponent == 0 || at + exponent != number.size() || (!point && !sign)) return kText;
  return parse_float64(text) ? kFloat : kText;
}

Kind word_kind(std::string_view text) {
  if (same_word(text, "true") || same_word(text, "false")) return kBool;
  if (text == "nan" || text == "NaN" || text == "inf" || text == "Infinity") return kSpecial;
  return kText;
}

// Whether `text` begins as dates do, which no number does.
bool begins_with_year(std::string_view text) {
  return text.size() >= 10 && text[4] == '-' && count_digits(text.substr(0, 4), 0) == 4;
}

bool beyond_double(std::string_view integer) {
  constexpr int64_t kExact = int64_t{1} << 53;
  int64_t value = parse_int64(integer).value_or(0);
  return value > kExact || value < -kExact;
}

}  // namespace

void TypeGuess::see(std::string_view text, const DateFormat* format) {
  if (text.empty()) {
    kinds_ |= kText;
    return;
  }
  if (format != nullptr) {
    if (auto parsed = format->parse(text)) {
      kinds_ |= !format->has_time() ? kDate : parsed->offset_seconds ? kInstant : kTimestamp;
      nanoseconds_ |= parsed->nanoseconds % 1000 != 0;
      return;
    }
  }
  char first = text[0];
  if (!is_digit(first) && first != '-' && first != '.') {
    kinds_ |= word_kind(text);
    return;
  }
  if (!begins_with_year(text)) {
    Kind kind = number_kind(text);
    if (kind == kInteger && text.size() >= 16) beyond_double_ |= beyond_double(text);
    kinds_ |= kind;
    if (kind == kInteger || kind == kFloat) decimal_.see(text);
    return;
  }
  bool dates = format == nullptr || format->has_time();
  bool times = format == nullptr || !format->has_time();
  if (dates && parse_date(text)) {
    kinds_ |= kDate;
  } else if (auto stamp = times ? parse_timestamp(text) : std::nullopt) {
    kinds_ |= stamp->offset_seconds ? kInstant : kTimestamp;
    nanoseconds_ |= stamp->nanoseconds % 1000 != 0;
  } else {
    kinds_ |= kText;
  }
}

TypePtr TypeGuess::type(bool decimals) const {
  TimeUnit unit = nanoseconds_ ? TimeUnit::kNano : TimeUnit::kMicro;
  switch (kinds_) {
    case kBool:
      return bool_type();
    case kInteger:
      return int64_type();
    case kDate:
      return date_type();
    case kTimestamp:
      return timestamp_type(unit);
    case kInstant:
      return timestamp_type(unit, "UTC");
    default:
      break;
  }
  bool numbers = (kinds_ & (kInteger | kFloat)) != 0;
  bool is_exact = (kinds_ & ~uint32_t{kInteger | kFloat}) == 0;
  if (decimals && numbers && is_exact) {
    if (TypePtr decimal = decimal_.type()) return decimal;
  }
  bool only_numbers = (kinds_ & ~uint32_t{kInteger | kFloat | kSpecial}) == 0;
  if (numbers && only_numbers && !beyond_double_) return float64_type();
  return utf8_type();
}

bool TypeGuess::is_text() const {
  return (kinds_ & kText) != 0;
}

void sample_records(std::string_view text, const CsvDialect& dialect, const DateFormat* format,
                    const std::vector<bool>& wanted, std::vector<TypeGuess>& guesses) {
  std::vector<int64_t> ends;
  std::string scratch;
  auto width = static_cast<int64_t>(guesses.size());
  while (!text.empty()) {
    size_t size = record_size(text, dialect);
    if (size == text.npos) return;
    std::string_view record = text.substr(0, size);
    text.remove_prefix(size + 1);
    split_record(record, dialect, ends);
    if (judge_record(record, ends, width, dialect)) continue;
    int64_t start = 0;
    for (size_t i = 0; i < guesses.size(); ++i) {
      auto field = record.substr(static_cast<size_t>(start), static_cast<size_t>(ends[i] - start));
      start = ends[i] + 1;
      if (!wanted[i] || field.empty() || guesses[i].is_text()) continue;
      guesses[i].see(field_text(field, dialect, scratch), format);
    }
  }
}

}  // namespace penstock
