// How many columns of a terminal text takes, and how to show any text safely on one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

// The sum of character_width() over the characters of valid UTF-8. A sequence that a terminal joins
// into one picture (flags, families) counts its parts.
int64_t display_width(std::string_view text);

// The longest prefix that takes at most `width` columns, combining marks of its last character
// included.
std::string_view prefix_of_width(std::string_view text, int64_t width);

// Appends `text` with all that could steer a terminal made visible: \n, \t, \r, other control
// characters as \x1b, those of bidirectional text and invisible ones as \u202e. A backslash stays
// as it is.
void append_visible(std::string& out, std::string_view text);

}  // namespace penstock
