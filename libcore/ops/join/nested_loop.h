// The nested loop join: tries every pair.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/plan.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Reads all of the right input, then streams the left. Pairs are tried in blocks; the condition is
// evaluated on all columns of a block at once. A cross join has no condition. Keys are ignored.
//
// A right input that does not fit into memory is stored on disk. A cross join then reads it again
// for each left row, which costs little beside the rows that are returned. Any other join stores
// the left too, and reads it again for each part of the right that fits. The rows come in the same
// order as they do in memory.
OperatorPtr make_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                  const SpillOptions& spill);

// The same, with all of the right in memory. `found` is null, or for a plan of kInner or kRight.
OperatorPtr make_memory_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                         FoundRows* found);

}  // namespace penstock
