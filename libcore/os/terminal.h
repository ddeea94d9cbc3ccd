// Tells whether a descriptor is a terminal, and its size.
#pragma once

#include <optional>

namespace penstock {

bool is_terminal(int fd);
// Returns the number of columns of the terminal at fd; empty when fd is not a terminal, or its size
// is unknown.
std::optional<int> terminal_width(int fd);
// Returns its number of lines, likewise.
std::optional<int> terminal_height(int fd);
// Returns whether fd is a terminal on which lines can be redrawn: TERM is not dumb.
bool moves_cursor(int fd);
// Returns whether output on fd should be coloured: it is a terminal, NO_COLOR is unset or empty,
// and TERM is not dumb.
bool wants_color(int fd);

}  // namespace penstock
