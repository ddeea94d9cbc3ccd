// The symmetric hash join (Wilschut and Apers, "Dataflow query execution in a parallel main-memory
// environment", 1991): each row that comes, on either side, is looked up among the other side's
// rows so far, and kept for those to come.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/ops/join/plan.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Gives each pair as soon as both rows have come, and left rows of kSemi with their first partner.
// Rows without a partner come once it is known that none will. Both inputs are read at the same
// time, each by a thread of its own. When what is kept no longer fits, all rows are put aside on
// disk, as they come, and what has not been given yet is joined at the end. REQUIRES keys.
OperatorPtr make_symmetric_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                const SpillOptions& spill);

}  // namespace penstock
