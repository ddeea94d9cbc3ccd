// How much memory there is.
#pragma once

#include <cstdint>

namespace penstock {

// Bytes of memory that this process may use: what the machine has, or less where a control group
// (version 2) of ours or above sets a limit.
int64_t physical_memory();

}  // namespace penstock
