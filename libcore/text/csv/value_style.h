// How values are written in the fields of CSV, beyond what every file has: texts that mean null,
// and numbers with a comma as their point or with separated thousands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

struct ValueStyle {
  // --null. A field of exactly these bytes, without quotes around it, is null, as an empty field
  // always is.
  std::vector<std::string> nulls = {};
  bool decimal_comma = false;  // --decimal-comma: a ',' stands where others have a '.'
  std::string thousands = {};  // --thousands: one character between groups of digits; or empty

  // Returns whether a field, given with its quotes, is null.
  bool is_null(std::string_view field) const;
  // Returns whether a text that means null could be read as a value of some type as well.
  bool nulls_may_be_values() const;
  // Returns whether numbers are not written as usual.
  bool has_own_numbers() const { return decimal_comma || !thousands.empty(); }

  // Returns a number of this style as it is usually written: 1.234,56 as 1234.56. Returns texts
  // without digits (NaN) as they are, and nothing for a text that is not a number of this style: if
  // it has the usual point but another one is asked for, or separators anywhere but between groups
  // of three digits before the point. The first group has one to three digits and does not begin
  // with a zero; a number may also have no separators at all. `scratch` holds the text.
  std::optional<std::string_view> usual_number(std::string_view text, std::string& scratch) const;
};

}  // namespace penstock
