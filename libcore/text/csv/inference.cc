#include "libcore/text/csv/inference.h"

#include <algorithm>
#include <optional>

#include "libcore/base/ascii.h"
#include "libcore/base/check.h"
#include "libcore/base/number.h"
#include "libcore/data/datetime.h"
#include "libcore/text/number_form.h"

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
  kLong = 256,  // a number whose digits only a decimal holds
};

constexpr uint32_t kNumbers = kInteger | kFloat | kLong;

bool same_word(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    if (c != word[i]) return false;
  }
  return true;
}

// As number_form() judges, and the numbers that are words.
Kind number_kind(std::string_view text) {
  if (text == "-inf" || text == "-Infinity") return kSpecial;
  switch (number_form(text)) {
    case NumberForm::kInteger:
      return kInteger;
    case NumberForm::kFloat:
      return kFloat;
    case NumberForm::kLong:
      return kLong;
    case NumberForm::kCode:
    case NumberForm::kNone:
      break;
  }
  return kText;
}

Kind word_kind(std::string_view text) {
  if (same_word(text, "true") || same_word(text, "false")) return kBool;
  if (text == "nan" || text == "NaN" || text == "inf" || text == "Infinity") return kSpecial;
  return kText;
}

// Whether `text` begins as dates do, which no number does.
bool begins_with_year(std::string_view text) {
  return text.size() >= 10 && text[4] == '-' &&
         std::all_of(text.begin(), text.begin() + 4, [](char c) { return is_digit(c); });
}

bool beyond_double(std::string_view integer) {
  constexpr int64_t kExact = int64_t{1} << 53;
  int64_t value = parse_int64(integer).value_or(0);
  return value > kExact || value < -kExact;
}

}  // namespace

bool TypeGuess::takes(std::string_view text, const Type& type, const DateFormat* format) {
  TypeGuess guess;
  if (type.id == TypeId::kInt64) {
    guess.kinds_ = kInteger;
  } else if (type.id == TypeId::kFloat64) {
    guess.kinds_ = kFloat;
  } else {
    PENSTOCK_CHECK(type.id == TypeId::kDecimal128);
    guess.kinds_ = kFloat;
    guess.decimal_ = DecimalGuess(type);
  }
  guess.see(text, format);
  return equals(*guess.type(type.id == TypeId::kDecimal128), type);
}

void TypeGuess::see(std::string_view text, const DateFormat* format, const ValueStyle& style) {
  if (text.empty()) {
    kinds_ |= kText;
    return;
  }
  if (format != nullptr || begins_with_year(text)) {
    TimeGuess time = guess_time(text, format);
    if (time.form != TimeForm::kNone) {
      kinds_ |= time.form == TimeForm::kDate        ? kDate
                : time.form == TimeForm::kTimestamp ? kTimestamp
                                                    : kInstant;
      timestamp_.see(time.stamp);
      return;
    }
  }
  if (style.has_own_numbers()) {
    std::string scratch;
    std::optional<std::string_view> number = style.usual_number(text, scratch);
    if (number) {
      see_number_or_word(*number);
    } else {
      kinds_ |= kText;
    }
    return;
  }
  see_number_or_word(text);
}

void TypeGuess::see_number_or_word(std::string_view text) {
  char first = text[0];
  if (!is_digit(first) && first != '-' && first != '.') {
    kinds_ |= word_kind(text);
    return;
  }
  Kind kind = number_kind(text);
  if (kind == kInteger && text.size() >= 16) beyond_double_ |= beyond_double(text);
  kinds_ |= kind;
  if ((kind & kNumbers) != 0) decimal_.see(text);
}

TypePtr TypeGuess::type(bool decimals) const {
  TypePtr timestamp;
  switch (kinds_) {
    case kBool:
      return bool_type();
    case kInteger:
      return int64_type();
    case kDate:
      return date_type();
    case kTimestamp:
      timestamp = timestamp_.type("");
      break;
    case kInstant:
      timestamp = timestamp_.type("UTC");
      break;
    default:
      break;
  }
  if (timestamp) return timestamp;
  bool numbers = (kinds_ & kNumbers) != 0;
  if (decimals && numbers && (kinds_ & ~kNumbers) == 0) {
    if (TypePtr decimal = decimal_.type()) return decimal;
  }
  bool only_floats = (kinds_ & ~uint32_t{kInteger | kFloat | kSpecial}) == 0;
  if (numbers && only_floats && !beyond_double_) return float64_type();
  return utf8_type();
}

bool TypeGuess::is_text() const {
  return (kinds_ & kText) != 0;
}

void sample_records(std::string_view text, const CsvSampling& sampling,
                    std::vector<TypeGuess>& guesses) {
  const CsvDialect& dialect = sampling.dialect;
  std::vector<int64_t> ends;
  std::string scratch;
  CsvScanner scanner(dialect, static_cast<int64_t>(guesses.size()));
  const int64_t gap = dialect.delimiter_size();
  const bool has_nulls = !sampling.style.nulls.empty();
  const bool whole_lines = text.ends_with('\n') || text.ends_with('\r');
  while (!text.empty()) {
    CsvScanner::Record read = scanner.read(text, whole_lines, ends);
    if (read.state == CsvScanner::Record::State::kOpen) read = scanner.refuse_line(text, false, {});
    if (read.state == CsvScanner::Record::State::kOpen) return;
    std::string_view record = text.substr(0, static_cast<size_t>(read.size));
    text.remove_prefix(static_cast<size_t>(read.next));
    if (read.state != CsvScanner::Record::State::kRight || read.blank) continue;
    int64_t start = 0;
    const size_t fields = std::min(guesses.size(), ends.size());
    for (size_t i = 0; i < fields; ++i) {
      auto field = record.substr(static_cast<size_t>(start), static_cast<size_t>(ends[i] - start));
      start = ends[i] + gap;
      if (!sampling.wanted[i] || field.empty() || guesses[i].is_text()) continue;
      if (has_nulls && sampling.style.is_null(field)) continue;
      guesses[i].see(field_text(field, dialect, scratch), sampling.format, sampling.style);
    }
  }
}

}  // namespace penstock
