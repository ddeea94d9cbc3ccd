// Measures how many terminal columns text takes, and makes any text safe to show.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

// Returns the sum of character_width() over the characters of valid UTF-8. The parts of a sequence
// that a terminal joins into one picture (flags, families) are counted separately.
int64_t display_width(std::string_view text);

// Returns the longest prefix that takes at most `width` columns, including the combining marks of
// its last character.
std::string_view prefix_of_width(std::string_view text, int64_t width);

// Appends `text` with everything that could control a terminal made visible: \n, \t, \r, other
// control characters as \x1b, bidirectional controls and invisible characters as \u202e. A
// backslash does not change.
void append_visible(std::string& out, std::string_view text);

}  // namespace penstock
