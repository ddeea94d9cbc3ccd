// Reads numbers by patterns.
#include "libcore/base/ascii.h"
#include "libcore/expr/number/pattern.h"

namespace penstock {

class NumberReader {
 public:
  NumberReader(const NumberPattern& pattern, std::string_view text)
      : pattern_(pattern), text_(text) {}

  WrittenNumber read() {
    for (const NumberPattern::Part& part : pattern_.parts_) {
      if (at_ >= text_.size()) break;
      read_part(part.mark);
    }
    if (digits_.ends_with('.')) digits_.pop_back();
    return {sign_ == '-', std::move(digits_)};
  }

 private:
  using Mark = NumberPattern::Mark;
  using Anchor = NumberPattern::Anchor;

  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  static bool is_sign(char c) { return c == '-' || c == '+'; }
  bool is_first_place() const { return whole_ + fraction_ == 0; }

  void skip_character() {
    ++at_;
    while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0U) == 0x80U)
      ++at_;
  }
  // Skips what cannot be a part of a number.
  void skip(int count) {
    while (count-- > 0 && at_ < text_.size() &&
           std::string_view("0123456789.,+-").find(text_[at_]) == std::string_view::npos)
      skip_character();
  }
  // Takes the sign for which the pattern has a place.
  void take_sign(bool minus, bool plus) {
    if ((minus && here() == '-') || (plus && here() == '+')) {
      sign_ = text_[at_++];
    } else {
      skip(1);
    }
  }

  void read_part(Mark mark) {
    switch (mark) {
      case Mark::kDigit:
      case Mark::kZero:
      case Mark::kPoint:
        read_place(mark != Mark::kPoint);
        ++at_;
        return;
      case Mark::kComma:
      case Mark::kGroup:
        // With FM commas are not skipped here, but in the place of a digit.
        if (!pattern_.is_narrow_ && here() == ',') ++at_;
        return;
      case Mark::kCurrency:
        return skip(1);
      case Mark::kMinus:
        return take_sign(true, false);
      case Mark::kPlus:
        return take_sign(false, true);
      case Mark::kSign:
        return take_sign(true, true);
      case Mark::kOrdinal:
      case Mark::kOrdinalSmall:
        if (!pattern_.has_point_) skip(2);
        return;
      case Mark::kText:
        return skip_character();
      default:
        return;
    }
  }

  void read_place(bool is_digit_place) {
    if (here() == ' ') ++at_;
    if (at_ >= text_.size()) return;
    if (sign_ == ' ' && is_digit_place && is_first_place()) read_leading_sign();
    if (at_ >= text_.size()) return;
    bool is_read = false;
    if (is_digit(here())) {
      if (has_point_ && fraction_ == pattern_.after_) return;
      digits_ += here();
      ++(has_point_ ? fraction_ : whole_);
      is_read = true;
    } else if (pattern_.has_point_ && !has_point_ && here() == '.') {
      digits_ += '.';
      has_point_ = true;
      is_read = true;
    }
    if (sign_ == ' ' && !is_first_place()) read_sign_behind(is_read);
  }

  void read_leading_sign() {
    if (pattern_.anchor_ == Anchor::kBefore) {
      if (is_sign(here())) sign_ = text_[at_++];
    } else if (here() == '-' || (pattern_.brackets_ && here() == '<')) {
      sign_ = '-';
      ++at_;
    } else if (here() == '+') {
      sign_ = '+';
      ++at_;
    }
  }

  // Where exactly a sign behind the number is to stand cannot be known: the number may have fewer
  // digits than places.
  void read_sign_behind(bool is_read) {
    const bool is_anchored = pattern_.anchor_ != Anchor::kNone;
    if (is_anchored && is_read) {
      if (at_ + 1 < text_.size() && is_sign(text_[at_ + 1])) sign_ = text_[++at_];
    } else if (!is_read && !is_anchored && (pattern_.plus_ || pattern_.minus_)) {
      if (is_sign(here())) sign_ = here();
    }
  }

  const NumberPattern& pattern_;
  std::string_view text_;
  size_t at_ = 0;
  char sign_ = ' ';  // none yet
  std::string digits_;
  int64_t whole_ = 0;
  int64_t fraction_ = 0;
  bool has_point_ = false;
};

WrittenNumber NumberPattern::read(std::string_view text) const {
  return NumberReader(*this, text).read();
}

}  // namespace penstock
