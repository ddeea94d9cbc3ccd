// Reads patterns.
#include "libcore/expr/number/pattern.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"

namespace penstock {

// A longer word stands before those with which it begins. Words are all in capitals or all small.
const NumberPattern::Word NumberPattern::kWords[] = {
    {"EEEE", Mark::kExponent}, {"FM", Mark::kFill},         {"MI", Mark::kMinus},
    {"PL", Mark::kPlus},       {"PR", Mark::kBrackets},     {"RN", Mark::kRoman},
    {"rn", Mark::kRomanSmall}, {"SG", Mark::kSign},         {"SP", Mark::kNone},
    {"TH", Mark::kOrdinal},    {"th", Mark::kOrdinalSmall}, {"S", Mark::kAnchoredSign},
    {"B", Mark::kBlank},       {"C", Mark::kNone},          {"D", Mark::kPoint},
    {"G", Mark::kGroup},       {"L", Mark::kCurrency},      {"V", Mark::kShift},
    {"eeee", Mark::kExponent}, {"fm", Mark::kFill},         {"mi", Mark::kMinus},
    {"pl", Mark::kPlus},       {"pr", Mark::kBrackets},     {"sg", Mark::kSign},
    {"sp", Mark::kNone},       {"s", Mark::kAnchoredSign},  {"b", Mark::kBlank},
    {"c", Mark::kNone},        {"d", Mark::kPoint},         {"g", Mark::kGroup},
    {"l", Mark::kCurrency},    {"v", Mark::kShift},         {"9", Mark::kDigit},
    {"0", Mark::kZero},        {".", Mark::kPoint},         {",", Mark::kComma},
};

NumberPattern::NumberPattern(std::string_view pattern) {
  // The texts of parts, one behind the other.
  bool is_quoted = false;
  for (size_t at = 0; at < pattern.size();) {
    const std::string_view rest = pattern.substr(at);
    if (is_quoted || rest[0] == '"') {
      if (rest[0] == '"') {
        is_quoted = !is_quoted;
        ++at;
        continue;
      }
      if (rest[0] == '\\' && rest.size() > 1) ++at;
    } else {
      const auto* word = std::find_if(std::begin(kWords), std::end(kWords),
                                      [&](const Word& one) { return rest.starts_with(one.text); });
      if (word != std::end(kWords)) {
        add(word->mark);
        parts_.push_back({word->mark, 0, 0});
        at += word->text.size();
        continue;
      }
      if (rest.starts_with("\\\"")) ++at;
    }
    size_t end = at + 1;
    while (end < pattern.size() && (static_cast<unsigned char>(pattern[end]) & 0xC0U) == 0x80U)
      ++end;
    parts_.push_back({Mark::kText, text_.size(), end - at});
    text_ += pattern.substr(at, end - at);
    at = end;
  }
}

void NumberPattern::add(Mark mark) {
  if (scientific_ && mark != Mark::kExponent) throw Error("EEEE must be the last of the pattern");
  switch (mark) {
    case Mark::kDigit:
    case Mark::kZero:
      return add_place(mark == Mark::kZero);
    case Mark::kPoint:
      return add_point();
    case Mark::kAnchoredSign:
      return add_anchored_sign();
    case Mark::kExponent:
      return add_exponent();
    case Mark::kBlank:
      if (before_ == 0 && after_ == 0 && !first_zero_) has_blank_ = true;
      return;
    case Mark::kFill:
      is_narrow_ = true;
      return;
    case Mark::kMinus:
    case Mark::kPlus:
    case Mark::kSign:
      if (anchor_ != Anchor::kNone) throw Error("S cannot stand beside MI, PL or SG");
      minus_ = minus_ || mark != Mark::kPlus;
      plus_ = plus_ || mark != Mark::kMinus;
      return;
    case Mark::kBrackets:
      if (anchor_ != Anchor::kNone || plus_ || minus_)
        throw Error("PR cannot stand beside S, MI, PL or SG");
      brackets_ = true;
      return;
    case Mark::kRoman:
    case Mark::kRomanSmall:
      roman_ = true;
      return;
    case Mark::kShift:
      if (has_point_) throw Error("V cannot stand beside a point");
      has_shift_ = true;
      return;
    default:
      return;
  }
}

void NumberPattern::add_place(bool is_zero) {
  if (brackets_) throw Error("PR must come behind all digits");
  if (has_shift_ && !is_zero) {
    ++shift_;
    return;
  }
  if (is_zero && !first_zero_ && !has_point_) first_zero_ = before_;
  ++(has_point_ ? after_ : before_);
  if (is_zero) zeros_end_ = before_ + after_;
}

void NumberPattern::add_point() {
  if (has_point_) throw Error("the pattern has two points");
  if (has_shift_) throw Error("V cannot stand beside a point");
  has_point_ = true;
}

void NumberPattern::add_anchored_sign() {
  if (anchor_ != Anchor::kNone) throw Error("the pattern has S twice");
  if (has_signs()) throw Error("S cannot stand beside MI, PL, SG or PR");
  anchor_ = has_point_ ? Anchor::kBehind : Anchor::kBefore;
  if (!has_point_) places_before_anchor_ = before_;
}

void NumberPattern::add_exponent() {
  if (scientific_) throw Error("the pattern has EEEE twice");
  if (has_blank_ || is_narrow_ || anchor_ != Anchor::kNone || has_signs() || roman_ || has_shift_)
    throw Error("EEEE can stand beside digits and a point only");
  scientific_ = true;
}

}  // namespace penstock
