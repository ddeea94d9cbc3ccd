#include "libcore/expr/time/pattern_text.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "libcore/base/ascii.h"

namespace penstock {
namespace {

using Part = PatternPart;

// No part of a time is greater, and sums of such numbers are far from overflow.
constexpr int64_t kMostNumber = 1'000'000'000'000;

bool is_pattern_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
bool is_separating(char c) {
  const char letter = folded(c);
  return c > 0x20 && c < 0x7F && !is_digit(c) && !(letter >= 'a' && letter <= 'z');
}

}  // namespace

void PatternText::skip_blanks() {
  while (!text_.empty() && is_pattern_blank(text_[0])) {
    text_.remove_prefix(1);
    ++skipped_;
  }
}

void PatternText::skip_character() {
  text_.remove_prefix(std::min(utf8_offset(text_, 1), text_.size()));
}

void PatternText::match_literal(const PatternStep& literal) {
  if (strict_) {
    if (!text_.starts_with(literal.text)) {
      throw Error("'" + printable(text_) + "' should begin with '" + literal.text + "'");
    }
    text_.remove_prefix(literal.text.size());
  } else if (exact_) {
    skip_character();
  } else if (literal.part == Part::kSeparator) {
    // A mark of the pattern matches one of the text, or nothing.
    --skipped_;
    if (!text_.empty() && (is_pattern_blank(text_[0]) || is_separating(text_[0]))) {
      last_separator_ = text_[0];
      text_.remove_prefix(1);
      ++skipped_;
    }
  } else if (skipped_ > 0) {
    --skipped_;
  } else {
    skip_character();
  }
}

bool PatternText::is_followed_by_no_digit() const {
  if (step().ordinal || at_ + 1 == steps_.size()) return true;
  const PatternStep& next = steps_[at_ + 1];
  if (next.part == Part::kLiteral || next.part == Part::kSeparator) return !is_digit(next.text[0]);
  constexpr Part kNotDigits[] = {
      Part::kExact,    Part::kMonthName, Part::kMonthShort, Part::kRomanMonth, Part::kDayName,
      Part::kDayShort, Part::kEra,       Part::kHalfOfDay,  Part::kOffset,     Part::kOffsetDigits};
  return std::find(std::begin(kNotDigits), std::end(kNotDigits), next.part) != std::end(kNotDigits);
}

void PatternText::fail_number() const {
  throw Error(text_.empty() ? "the text ends where a number should be"
                            : "'" + printable(text_) + "' should begin with a number");
}

int64_t PatternText::read_number(int most, size_t* used) {
  if (!exact_) skip_blanks();
  const bool bounded = strict_ || (step().fills && !is_followed_by_no_digit());
  std::string_view piece =
      bounded ? text_.substr(0, static_cast<size_t>(std::max(most, 1))) : text_;
  if (bounded && !strict_ && piece.size() < static_cast<size_t>(most)) fail_number();
  if (piece.starts_with('+')) piece.remove_prefix(1);
  const bool signs = !strict_;
  int64_t value = 0;
  auto [end, code] = std::from_chars(piece.data(), piece.data() + piece.size(), value);
  if (code != std::errc() || (!signs && !is_digit(text_[0]))) fail_number();
  if (value < -kMostNumber || value > kMostNumber)
    throw Error("there is no part of a time that is " + std::to_string(value));
  const auto count = static_cast<size_t>(end - text_.data());
  if (bounded && !strict_ && count < static_cast<size_t>(most)) fail_number();
  text_.remove_prefix(count);
  if (used != nullptr) *used = count;
  if (step().ordinal) text_.remove_prefix(std::min<size_t>(2, text_.size()));
  return value;
}

bool PatternText::accept_word(std::string_view word) {
  if (text_.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (folded(text_[i]) != folded(word[i])) return false;
  }
  text_.remove_prefix(word.size());
  return true;
}

}  // namespace penstock
