// How much memory there is.
#pragma once

#include <cstdint>

namespace penstock {

// Bytes of memory that this process may use: the memory of the machine, or less where its control
// group (version 2), or one above it, sets a limit.
int64_t physical_memory();

}  // namespace penstock
