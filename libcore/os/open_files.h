// How many files may be open at once.
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock {

// Makes it possible to open `count` files besides the few that every program has, by raising the
// soft limit as far as the hard limit allows. Throws Error when that is not enough; the message
// names `what` cannot be opened, and ends with `advice`.
void allow_open_files(int64_t count, std::string_view what = "inputs",
                      std::string_view advice = "merge some of them first");

// Raises the soft limit for `count` files as far as the hard limit allows, for files that one can
// do without. Returns how many of them can be open then, at least 1.
int64_t prefer_open_files(int64_t count);

}  // namespace penstock
