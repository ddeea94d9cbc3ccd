// Patterns of numbers, as to_char and to_number have them: PostgreSQL 15's in the C locale, so that
// D is a point, G a comma and L a blank.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// A number written out: digits, perhaps with a point among them, without a sign.
struct WrittenNumber {
  bool is_negative = false;
  std::string digits;
};

// Immutable.
class NumberPattern {
 public:
  // Throws Error for a pattern that PostgreSQL refuses.
  explicit NumberPattern(std::string_view text);

  // Places for digits before the point, behind it, and behind V, by which a number is shifted.
  int64_t whole_places() const { return before_; }
  int64_t fraction_places() const { return after_; }
  int64_t shift() const { return shift_; }
  bool has_places() const { return before_ + after_ + shift_ != 0; }
  // A pattern without a character gives an empty text, and reads a null.
  bool is_empty() const { return parts_.empty(); }
  bool is_roman() const { return roman_; }
  bool is_scientific() const { return scientific_; }

  // Appends the number, which was shifted and has `fraction` digits behind its point: those of the
  // pattern, or fewer. Of a scientific pattern it has its exponent, of a roman one it is whole.
  // Throws Error where an ordinal is asked of what is not a number.
  void write(const WrittenNumber& number, int64_t fraction, std::string& out) const;

  // Returns the number in a text, as PostgreSQL finds it: places of digits take one character each,
  // a digit or another. It is not shifted. Throws Error for a pattern that reads nothing.
  WrittenNumber read(std::string_view text) const;

 private:
  friend class NumberWriter;
  friend class NumberReader;

  enum class Mark : uint8_t {
    kDigit,
    kZero,
    kPoint,
    kComma,
    kGroup,
    kCurrency,
    kMinus,
    kPlus,
    kSign,
    kOrdinal,
    kOrdinalSmall,
    kRoman,
    kRomanSmall,
    kBlank,
    kFill,
    kAnchoredSign,
    kBrackets,
    kShift,
    kExponent,
    kNone,  // is known, and does nothing
    kText,  // stands for itself
  };
  struct Part {
    Mark mark;
    std::string_view::size_type begin;  // of its text
    std::string_view::size_type size;
  };
  struct Word {
    std::string_view text;
    Mark mark;
  };
  enum class Anchor : uint8_t { kNone, kBefore, kBehind };
  static const Word kWords[];

  void add(Mark mark);
  void add_place(bool is_zero);
  void add_point();
  void add_anchored_sign();
  void add_exponent();
  bool has_signs() const { return plus_ || minus_ || brackets_; }

  std::string text_;
  std::vector<Part> parts_;
  int64_t before_ = 0;
  int64_t after_ = 0;
  int64_t shift_ = 0;
  std::optional<int64_t> first_zero_;  // the place from which on there are zeros
  int64_t zeros_end_ = 0;              // the places up to the last zero
  Anchor anchor_ = Anchor::kNone;      // of S
  int64_t places_before_anchor_ = 0;
  bool has_point_ = false;
  bool has_shift_ = false;
  bool has_blank_ = false;
  bool is_narrow_ = false;  // FM
  bool plus_ = false;
  bool minus_ = false;
  bool brackets_ = false;
  bool roman_ = false;
  bool scientific_ = false;
};

}  // namespace penstock
