// Writes numbers by patterns.
#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/expr/number/pattern.h"

namespace penstock {
namespace {

// The width of a roman number, which has no more letters below 4000.
constexpr size_t kRomanColumns = 15;

// "st", "nd", "rd" or "th".
const char* ordinal_of(std::string_view digits) {
  const char last = digits.back();
  if (last < '0' || last > '9') throw Error("'" + std::string(digits) + "' has no ordinal");
  if (digits.size() > 1 && digits[digits.size() - 2] == '1') return "th";
  return last == '1' ? "st" : last == '2' ? "nd" : last == '3' ? "rd" : "th";
}

std::string in_capitals(std::string text) {
  for (char& c : text)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

}  // namespace

// Goes through the places for digits and the point, which are numbered from 0. The number begins at
// the place `lead_`; those before it are blank, or zeros where the pattern has some.
class NumberWriter {
 public:
  NumberWriter(const NumberPattern& pattern, const WrittenNumber& number, int64_t fraction,
               std::string& out)
      : pattern_(pattern),
        digits_(number.digits),
        sign_(pattern.roman_       ? Sign::kNone
              : number.is_negative ? Sign::kMinus
                                   : Sign::kPlus),
        fraction_(pattern.roman_ ? 0 : fraction),
        out_(out) {
    if (pattern.roman_) return;
    const int64_t wanted = pattern.before_ + pattern.shift_;
    const auto whole = static_cast<int64_t>(std::min(digits_.find('.'), digits_.size()));
    if (whole < wanted) {
      lead_ = wanted - whole;
    } else if (whole > wanted) {
      digits_.assign(static_cast<size_t>(wanted + fraction_ + 1), '#');
      digits_[static_cast<size_t>(wanted)] = '.';
    }
    choose_sign(wanted);
    find_last_digit();
    places_ = fraction_ + wanted - 1 + (!is_signed_ && lead_ == 0 ? 1 : 0) + (lead_ != 0 ? 1 : 0) +
              (pattern.has_point_ ? 1 : 0);
  }

  void write() {
    for (const NumberPattern::Part& part : pattern_.parts_) {
      if (is_cut_) return;
      write_part(part);
    }
  }

 private:
  using Mark = NumberPattern::Mark;
  using Anchor = NumberPattern::Anchor;
  enum class Sign : uint8_t { kNone, kPlus, kMinus };

  // Whether the sign stands where the pattern has it, and if not, with which digit.
  void choose_sign(int64_t wanted) {
    anchor_ = pattern_.anchor_;
    brackets_ = pattern_.brackets_;
    if (pattern_.plus_ || pattern_.minus_) {
      is_signed_ = pattern_.minus_;
      return;
    }
    const bool hides_plus = sign_ == Sign::kPlus && pattern_.is_narrow_;
    if (hides_plus) brackets_ = false;
    is_signed_ = hides_plus && anchor_ == Anchor::kNone;
    if (anchor_ == Anchor::kBefore && wanted == pattern_.places_before_anchor_)
      anchor_ = Anchor::kBehind;
  }

  // FM leaves zeros out at the end of a fraction, as far as the pattern has no 0 for them.
  void find_last_digit() {
    const size_t point = digits_.find('.');
    if (!pattern_.is_narrow_ || !pattern_.has_point_ || point == std::string::npos) return;
    last_digit_ = std::max(digits_.find_last_not_of('0'), point);
    if (pattern_.zeros_end_ > lead_) {
      const auto kept = static_cast<size_t>(pattern_.zeros_end_ - lead_);
      last_digit_ = std::max(*last_digit_, std::min(digits_.size() - 1, kept));
    }
  }

  bool has_no_fraction() const { return last_digit_ && digits_[*last_digit_] == '.'; }
  // 0.1 is written as .1 where the pattern has no 0.
  bool is_needless_zero() const {
    return !pattern_.first_zero_ && next_ == 0 && digits_[0] == '0' && fraction_ != 0;
  }
  char sign_char() const { return sign_ == Sign::kMinus ? '-' : '+'; }
  void pad() {
    if (!pattern_.is_narrow_) out_ += ' ';
  }

  void write_part(const NumberPattern::Part& part) {
    switch (part.mark) {
      case Mark::kDigit:
      case Mark::kZero:
      case Mark::kPoint:
        if (!pattern_.roman_) write_place(part.mark == Mark::kZero);
        return;
      case Mark::kComma:
      case Mark::kGroup:
        if (is_inside_) {
          out_ += ',';
        } else {
          pad();
        }
        return;
      case Mark::kCurrency:
        out_ += ' ';
        return;
      case Mark::kMinus:
      case Mark::kPlus:
        if (sign_ == (part.mark == Mark::kMinus ? Sign::kMinus : Sign::kPlus)) {
          out_ += sign_char();
        } else {
          pad();
        }
        return;
      case Mark::kSign:
        // PostgreSQL ends the text of a roman number here.
        is_cut_ = sign_ == Sign::kNone;
        if (!is_cut_) out_ += sign_char();
        return;
      case Mark::kOrdinal:
      case Mark::kOrdinalSmall:
        write_ordinal(part.mark == Mark::kOrdinal);
        return;
      case Mark::kRoman:
      case Mark::kRomanSmall:
        write_roman(part.mark == Mark::kRomanSmall);
        return;
      case Mark::kText:
        out_ += std::string_view(pattern_.text_).substr(part.begin, part.size);
        return;
      default:
        return;
    }
  }

  void write_ordinal(bool in_big_letters) {
    if (pattern_.roman_ || digits_[0] == '#' || sign_ == Sign::kMinus || pattern_.has_point_)
      return;
    const std::string ordinal = ordinal_of(digits_);
    out_ += in_big_letters ? in_capitals(ordinal) : ordinal;
  }

  void write_roman(bool in_small_letters) {
    std::string text = digits_;
    if (in_small_letters) {
      for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (!pattern_.is_narrow_ && text.size() < kRomanColumns)
      out_.append(kRomanColumns - text.size(), ' ');
    out_ += text;
  }

  void write_place(bool is_zero) {
    is_inside_ = false;
    const bool is_before = place_ < lead_;
    const bool is_zero_place = pattern_.first_zero_ && *pattern_.first_zero_ <= place_;
    const bool begins = !is_before || pattern_.first_zero_ == place_;
    if (!is_signed_ && begins && (!is_needless_zero() || has_no_fraction())) write_sign();
    if (!is_before) {
      write_next(is_zero);
    } else if (is_zero_place) {
      out_ += '0';
      is_inside_ = true;
    } else {
      pad();
    }
    if (is_cut_) return;
    const bool is_done = last_digit_ && *last_digit_ == next_;
    if (!is_done && place_ + 1 == places_) close_sign();
    ++place_;
  }

  void write_sign() {
    if (anchor_ == Anchor::kBehind) return;
    is_signed_ = true;
    if (anchor_ == Anchor::kBefore) {
      out_ += sign_char();
    } else if (brackets_) {
      out_ += sign_ == Sign::kMinus ? '<' : ' ';
    } else if (sign_ == Sign::kMinus) {
      out_ += '-';
    } else {
      pad();
    }
  }

  void close_sign() {
    if (is_signed_ && brackets_) {
      out_ += sign_ == Sign::kMinus ? '>' : ' ';
    } else if (anchor_ == Anchor::kBehind) {
      out_ += sign_char();
    }
  }

  // The next of the number: a digit or its point.
  void write_next(bool is_zero) {
    const bool is_end = next_ == digits_.size();
    if (!is_end && digits_[next_] == '.') {
      out_ += '.';
    } else if (last_digit_ && next_ > *last_digit_ && !is_zero) {
      // A zero that FM leaves out.
    } else if (is_needless_zero()) {
      if (!pattern_.is_narrow_ || has_no_fraction()) out_ += pattern_.is_narrow_ ? '0' : ' ';
    } else if (is_end) {
      // PostgreSQL ends the text where a float has no more digits.
      is_cut_ = true;
    } else {
      out_ += digits_[next_];
      is_inside_ = true;
    }
    if (!is_end) ++next_;
  }

  const NumberPattern& pattern_;
  std::string digits_;
  Sign sign_;
  int64_t fraction_;
  std::string& out_;
  int64_t lead_ = 0;
  int64_t places_ = 0;
  Anchor anchor_ = Anchor::kNone;
  bool brackets_ = false;
  std::optional<size_t> last_digit_;
  int64_t place_ = 0;
  size_t next_ = 0;
  bool is_signed_ = false;
  bool is_inside_ = false;  // behind a digit, so that a comma is one
  bool is_cut_ = false;
};

void NumberPattern::write(const WrittenNumber& number, int64_t fraction, std::string& out) const {
  if (scientific_) {
    out += number.is_negative ? '-' : ' ';
    out += number.digits;
    return;
  }
  NumberWriter(*this, number, fraction, out).write();
}

}  // namespace penstock
