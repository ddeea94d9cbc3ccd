// The symmetric hash join (Wilschut and Apers, "Dataflow query execution in a parallel main-memory
// environment", 1991): each row that comes, on either side, is looked up among the rows of the
// other side so far, and kept for later rows.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/ops/join/plan.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Gives each pair as soon as both rows have come, and left rows of kSemi with their first partner.
// Rows without a partner come when it is certain that they have none. Each input is read by a
// thread of its own, at the same time. When the kept rows no longer fit, all further rows are
// stored on disk as they come, and the remaining pairs are joined at the end. REQUIRES keys.
OperatorPtr make_symmetric_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                const SpillOptions& spill);

}  // namespace penstock
