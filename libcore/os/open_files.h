// How many files may be open at once.
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock {

// Sees to it that `count` files can be opened besides the few that every program has, by raising
// the soft limit as far as the hard one lets us. Throws Error when that is not far enough: it says
// what cannot be opened, and ends in `advice`.
void allow_open_files(int64_t count, std::string_view what = "inputs",
                      std::string_view advice = "merge some of them first");

}  // namespace penstock
