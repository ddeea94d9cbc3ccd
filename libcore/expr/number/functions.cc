#include "libcore/expr/number/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "libcore/base/utf8.h"
#include "libcore/data/number/decimal.h"
#include "libcore/expr/number/pattern.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

using NumberPatternPtr = std::shared_ptr<const NumberPattern>;

constexpr int64_t kMostRoman = 3999;
constexpr int64_t kRomanLetters = 15;  // of a number that is not one

std::string roman(int64_t value) {
  if (value < 1 || value > kMostRoman) return std::string(kRomanLetters, '#');
  constexpr std::pair<int64_t, const char*> kLetters[] = {
      {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
      {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
  std::string text;
  for (const auto& [number, letters] : kLetters) {
    for (; value >= number; value -= number)
      text += letters;
  }
  return text;
}

// Of a pattern of digits with `after` of them behind the point: more than it can show.
std::string unshown(const NumberPattern& pattern) {
  return std::string(static_cast<size_t>(pattern.whole_places()), '#') + "." +
         std::string(static_cast<size_t>(pattern.fraction_places()) + 4, '#');
}

// value / 10^scale, with `after` digits behind the point.
WrittenNumber written(int128_t value, int32_t scale, int64_t after) {
  if (scale > after) {
    value = *rescale(value, scale, static_cast<int32_t>(after));
    scale = static_cast<int32_t>(after);
  }
  WrittenNumber number{value < 0, {}};
  append_decimal(number.digits, value, scale);
  if (number.is_negative) number.digits.erase(0, 1);
  if (scale == 0 && after > 0) number.digits += '.';
  number.digits.append(static_cast<size_t>(after - scale), '0');
  return number;
}

// The digits of the value with its first before the point.
WrittenNumber with_exponent(int128_t value, int32_t scale, int64_t after) {
  std::string digits;
  append_decimal(digits, value < 0 ? -value : value, 0);
  const auto behind_first = static_cast<int32_t>(digits.size()) - 1;
  WrittenNumber number = written(value, behind_first, after);
  number.is_negative = value < 0;
  number.digits += fmt::format("e{:+03d}", value == 0 ? 0 : behind_first - scale);
  return number;
}

// Appends numbers as the pattern has them. Throws Error for those that it cannot show.
class NumberTexts {
 public:
  explicit NumberTexts(NumberPatternPtr pattern) : pattern_(std::move(pattern)) {}

  void append_integer(int64_t value, std::string& out) const {
    int128_t shifted = value;
    if (pattern_->shift() != 0 && !pattern_->is_roman()) {
      const bool is_far = pattern_->shift() > std::numeric_limits<int64_t>::digits10;
      if (!is_far) shifted *= power_of_ten(static_cast<int32_t>(pattern_->shift()));
      if (is_far || shifted > std::numeric_limits<int64_t>::max() ||
          shifted < std::numeric_limits<int64_t>::min())
        throw Error("a number of V's digits is beyond int64");
    }
    append_exact(shifted, 0, 0, out);
  }

  void append_decimal_number(int128_t value, int32_t scale, std::string& out) const {
    append_exact(value, scale, pattern_->shift(), out);
  }

  // `digits` are those of the type that are certain.
  void append_float(double value, int64_t digits, std::string& out) const {
    if (pattern_->is_roman()) {
      const bool is_one = std::fabs(value) <= kMostRoman + 1;
      return append_roman(is_one ? std::nearbyint(value) : 0, out);
    }
    if (pattern_->is_scientific()) return append_scientific(value, out);
    value *= std::pow(10.0, static_cast<double>(pattern_->shift()));
    const double size = std::fabs(value);
    const auto whole = static_cast<int64_t>(text_of(size, 0).size());
    const int64_t after =
        whole >= digits ? 0 : std::min(pattern_->fraction_places(), digits - whole);
    const bool is_negative = std::signbit(value) && !std::isnan(value);
    pattern_->write({is_negative, text_of(size, after)}, after, out);
  }

 private:
  static std::string text_of(double size, int64_t after) {
    if (std::isnan(size)) return "NaN";
    if (std::isinf(size)) return "Infinity";
    return fmt::format("{:.{}f}", size, after);
  }

  void append_exact(int128_t value, int32_t scale, int64_t shift, std::string& out) const {
    const int64_t after = pattern_->fraction_places();
    if (pattern_->is_roman()) {
      const int128_t whole = *rescale(value, scale, 0);
      return append_roman(static_cast<double>(whole), out);
    }
    if (pattern_->is_scientific())
      return pattern_->write(with_exponent(value, scale, after), after, out);
    const int64_t kept = std::min<int64_t>(shift, scale);
    WrittenNumber number = written(value, scale - static_cast<int32_t>(kept), after);
    const bool is_zero = number.digits == "0";
    if (!is_zero) number.digits.append(static_cast<size_t>(shift - kept), '0');
    pattern_->write(number, after, out);
  }

  void append_roman(double value, std::string& out) const {
    if (!(std::fabs(value) <= std::numeric_limits<int32_t>::max()))
      throw Error("the number is beyond int32, too large for a roman one");
    pattern_->write({false, roman(static_cast<int64_t>(value))}, 0, out);
  }

  void append_scientific(double value, std::string& out) const {
    const int64_t after = pattern_->fraction_places();
    WrittenNumber number{std::signbit(value), {}};
    if (std::isfinite(value)) {
      number.digits = fmt::format("{:.{}e}", std::fabs(value), after);
    } else {
      number = {false, unshown(*pattern_)};
    }
    pattern_->write(number, after, out);
  }

  NumberPatternPtr pattern_;
};

template <typename T, typename Append>
ColumnPtr write_numbers(const KernelCall& call, Append append) {
  std::string made;
  return map_text<T>(call, [&](T value, TextOut& out) {
    made.clear();
    try {
      append(value, made);
    } catch (const Error& error) {
      call.fail(error.message());
    }
    out.append(made);
  });
}

ColumnPtr write_by_pattern(const KernelCall& call, const NumberTexts& texts) {
  const Type& type = *call.arguments[0].column->type;
  if (type.id == TypeId::kDecimal128) {
    return write_numbers<int128_t>(call, [&](int128_t value, std::string& out) {
      texts.append_decimal_number(value, type.scale, out);
    });
  }
  if (type.id == TypeId::kFloat64) {
    return write_numbers<double>(
        call, [&](double value, std::string& out) { texts.append_float(value, DBL_DIG, out); });
  }
  if (type.id == TypeId::kFloat32) {
    return write_numbers<float>(call, [&](float value, std::string& out) {
      texts.append_float(double{value}, FLT_DIG, out);
    });
  }
  return write_numbers<int64_t>(
      call, [&](int64_t value, std::string& out) { texts.append_integer(value, out); });
}

NumberPatternPtr bind_pattern(Binder& binder, const Bound& value) {
  ColumnPtr constant = binder.coerce(value, utf8_type(), "the pattern").node->constant();
  if (constant == nullptr || constant->null_count != 0)
    binder.fail(value.location, "the pattern must be a constant");
  try {
    return std::make_shared<const NumberPattern>(constant->bytes_at(0));
  } catch (const Error& error) {
    binder.fail(value.location, error.message());
  }
}

ColumnPtr read_by_pattern(const KernelCall& call, const NumberPattern& pattern) {
  const Type& type = *call.type();
  const int32_t scale = pattern.shift() == 0 ? type.scale : 0;
  return map_rows<int128_t, std::string_view>(call, [&](std::string_view text) {
    const WrittenNumber number = pattern.read(text);
    const std::optional<int128_t> value = parse_decimal(number.digits, type.precision, scale);
    if (!value || (*value != 0 && !pattern.has_places())) {
      call.fail("'" + printable(text) + "' does not have the form of the pattern: " +
                (number.digits.empty() ? "there is no number"
                                       : number.digits + " has more digits than the pattern"));
    }
    return number.is_negative ? -*value : *value;
  });
}

Bound bind_to_number(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  NumberPatternPtr pattern = bind_pattern(binder, arguments[1]);
  const int64_t location = arguments[1].location;
  if (pattern->is_roman() || pattern->is_scientific())
    binder.fail(location, "to_number does not read RN and EEEE");
  const int64_t scale = pattern->fraction_places() + pattern->shift();
  const int64_t digits = std::max<int64_t>(pattern->whole_places() + scale, 1);
  if (digits > kMaxDecimalPrecision) {
    binder.fail(location, fmt::format("the pattern has {} digits; a decimal has at most {}", digits,
                                      kMaxDecimalPrecision));
  }
  TypePtr type = decimal_type(static_cast<int32_t>(digits), static_cast<int32_t>(scale));
  Bound text = binder.coerce(arguments[0], utf8_type(), "the text");
  if (pattern->is_empty()) {
    Bound null;
    null.location = call.location;
    null.node = make_null_constant(type);
    return null;
  }
  return binder.call(
      type, {&text, 1}, [pattern](const KernelCall& k) { return read_by_pattern(k, *pattern); },
      {.can_fail = true}, call.location);
}

constexpr Function kNumberPatternFunctions[] = {
    {.name = "to_char",
     .signature = "(number, text) -> text",
     .summary = "a number in PostgreSQL's pattern: 9 and 0 are digits, . or D the point, comma or "
                "G a comma, S MI PL SG signs, PR <brackets>, RN roman, TH an ordinal, EEEE an "
                "exponent, V shifts; FM does not fill, \"text\" stands for itself; # where it does "
                "not fit",
     .example = "to_char(-1234.5, 'FM9,999.00') → '-1,234.50'",
     .bind = bind_number_to_char},
    {.name = "to_number",
     .signature = "(text, text) -> number",
     .summary = "a number in such a pattern, a decimal of its digits; other characters in the "
                "place of one are skipped",
     .example = "to_number('$1,234.50-', 'L9,999.99S') → -1234.50",
     .bind = bind_to_number},
};

}  // namespace

Bound bind_number_to_char(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Bound value = arguments[0];
  const TypeId id = value.type().id;
  if (id == TypeId::kDecimal256) {
    binder.fail(value.location, "to_char does not take " + type_name(value.type()) +
                                    "; cast it, as in x::decimal(38,9)");
  }
  if (id == TypeId::kUint64) {
    value = binder.cast(value, decimal_type(20, 0), value.location);
  } else if (is_integer(id)) {
    value = binder.cast(value, int64_type(), value.location);
  } else if (id == TypeId::kFloat16) {
    value = binder.cast(value, float64_type(), value.location);
  }
  auto texts = std::make_shared<const NumberTexts>(bind_pattern(binder, arguments[1]));
  return binder.call(
      utf8_type(), {&value, 1},
      [texts](const KernelCall& k) { return write_by_pattern(k, *texts); }, {.can_fail = true},
      call.location);
}

std::span<const Function> number_pattern_functions() {
  return kNumberPatternFunctions;
}

}  // namespace penstock
