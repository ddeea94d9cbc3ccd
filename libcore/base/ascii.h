// Classes of ASCII bytes. The locale does not matter, and bytes of longer UTF-8 characters belong
// to no class.
#pragma once

namespace penstock {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A letter, a digit or an underscore: a name of these needs no quotes where types are written.
constexpr bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

}  // namespace penstock
