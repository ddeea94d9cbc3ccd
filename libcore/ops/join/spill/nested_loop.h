// Nested loop joins of a right side that does not fit into memory.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/ops/join/plan.h"
#include "libcore/ops/join/right.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Puts both sides aside and reads the left again for each part of the right that fits. Rows come
// out as if all did. REQUIRES a plan with a condition.
OperatorPtr make_spilled_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                          const SpillOptions& spill);

// Puts the right aside and reads it again for each left row: the rows that come out cost more.
// REQUIRES a plan of kCross.
OperatorPtr make_spilled_cross_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                    const SpillOptions& spill);

}  // namespace penstock
