// What the readers of all processes of a flow refused, which is reported once.
#pragma once

#include <span>

#include "libcore/ops/scan/rejects.h"
#include "libcore/os/run_counts.h"

namespace penstock {

// Returns the sums of what was refused.
RefusedCounts refused_by(std::span<const MovedRows> processes);

// Adds one to the other.
void add(RefusedCounts& to, const RefusedCounts& more);

}  // namespace penstock
