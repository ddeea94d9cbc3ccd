// The names by which a server's files are asked for.
#pragma once

#include <cstddef>
#include <string_view>

namespace penstock {

// Bytes of a path, which PATH_MAX allows without its final zero.
inline constexpr size_t kMostPathBytes = 4095;

// Throws Error unless the path names something below a folder whatever the folder has: it is not
// absolute, none of its parts is empty, "." or "..", and it has 1 to kMostPathBytes bytes without
// control characters.
void require_served_path(std::string_view path);

}  // namespace penstock
