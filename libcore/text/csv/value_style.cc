#include "libcore/text/csv/value_style.h"

#include <algorithm>

#include "libcore/base/ascii.h"

namespace penstock {
namespace {

size_t count_digits(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits]))
    ++digits;
  return digits;
}

}  // namespace

bool ValueStyle::is_null(std::string_view field) const {
  return field.empty() || std::find(nulls.begin(), nulls.end(), field) != nulls.end();
}

bool ValueStyle::nulls_may_be_values() const {
  return std::any_of(nulls.begin(), nulls.end(), [](const std::string& text) {
    bool has_digit = std::any_of(text.begin(), text.end(), is_digit);
    // "true" and "false", in any case of their letters; others cost only time.
    return has_digit || text.size() == 4 || text.size() == 5;
  });
}

std::optional<std::string_view> ValueStyle::usual_number(std::string_view text,
                                                         std::string& scratch) const {
  if (std::none_of(text.begin(), text.end(), is_digit)) return text;
  scratch.clear();
  const size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  scratch += text.substr(0, sign);
  text.remove_prefix(sign);
  constexpr size_t kGroup = 3;
  size_t digits = count_digits(text);
  bool is_grouped = false;
  for (;;) {
    scratch += text.substr(0, digits);
    text.remove_prefix(digits);
    if (thousands.empty() || !text.starts_with(thousands)) break;
    bool may_begin = digits > 0 && digits <= kGroup && scratch[sign] != '0';
    bool may_be_grouped = is_grouped || may_begin;
    text.remove_prefix(thousands.size());
    digits = count_digits(text);
    if (!may_be_grouped || digits != kGroup) return std::nullopt;
    is_grouped = true;
  }
  const char point = decimal_comma ? ',' : '.';
  if (text.starts_with(point)) {
    scratch += '.';
    text.remove_prefix(1);
  }
  // What follows is digits and perhaps an exponent: a number has no other point or
  // separator.
  if (text.find_first_of(".,") != text.npos) return std::nullopt;
  if (!thousands.empty() && text.find(thousands) != text.npos) return std::nullopt;
  scratch += text;
  return scratch;
}

}  // namespace penstock
