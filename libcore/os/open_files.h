// How many files may be open at once.
#pragma once

#include <cstdint>

namespace penstock {

// Sees to it that `count` files can be opened besides the few that every program has, by raising
// the soft limit as far as the hard one lets us. Throws Error when that is not far enough.
void allow_open_files(int64_t count);

}  // namespace penstock
