// What a terminal is and how wide.
#pragma once

#include <optional>

namespace penstock {

bool is_terminal(int fd);
// Columns of the terminal behind fd; empty when it is none or does not say.
std::optional<int> terminal_width(int fd);
// Its lines, likewise.
std::optional<int> terminal_height(int fd);
// Whether it is a terminal on which lines can be drawn anew: TERM is not dumb.
bool moves_cursor(int fd);
// Whether colour is wanted on fd: a terminal, and NO_COLOR is unset or empty, and TERM is not dumb.
bool wants_color(int fd);

}  // namespace penstock
