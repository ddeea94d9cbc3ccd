// The nested loop join: every pair is tried.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/ops/join_plan.h"

namespace penstock {

// Reads all of the right input into memory, then streams the left. The pairs are tried in blocks,
// the condition on all columns of a block at once. Keys are asked for as part of the condition.
OperatorPtr make_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan);

}  // namespace penstock
