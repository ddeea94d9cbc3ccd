// The nested loop join: every pair is tried.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/plan.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Reads all of the right input, then streams the left. The pairs are tried in blocks, the condition
// on all columns of a block at once; there is none in a cross join. Keys are not looked at.
//
// A right that does not fit into the memory is put aside on disk. A cross join then reads it again
// for each left row, which costs little beside the rows that come out. Any other puts the left
// aside too, and reads that again for each part of the right that fits; rows come out in the same
// order as without.
OperatorPtr make_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                  const SpillOptions& spill);

// The same, with all of the right in memory. `found` is null, or for a plan of kInner or kRight.
OperatorPtr make_memory_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                         FoundRows* found);

}  // namespace penstock
