// Nested loop joins of a right side that does not fit into memory.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/ops/join/plan.h"
#include "libcore/ops/join/right.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Stores both sides on disk, and reads the left again for each part of the right that fits. The
// rows come in the same order as they do in memory. REQUIRES a plan with a condition.
OperatorPtr make_spilled_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                          const SpillOptions& spill);

// Stores the right on disk and reads it again for each left row, which costs less than writing the
// output. REQUIRES a plan of kCross.
OperatorPtr make_spilled_cross_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                    const SpillOptions& spill);

}  // namespace penstock
