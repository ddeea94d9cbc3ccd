// How many bytes a fragment reads of files, for those who watch a run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "libcore/flow/plan/plan.h"

namespace penstock {

// Returns how many bytes of files all workers of the fragment read together, in its first stage.
// Empty when the stage reads anything else, or a file that this host does not have, and when the
// size does not say how much is read (--follow).
std::optional<int64_t> input_bytes(const PlanFragment& fragment);

// Returns the same of those fragments for which it is known, by their numbers: their places here,
// from 1.
std::map<int64_t, int64_t> input_bytes(const std::vector<const PlanFragment*>& fragments);

}  // namespace penstock
