// The hash join of a right side that does not fit into memory: hybrid hashing (DeWitt, Katz, Olken,
// Shapiro, Stonebraker, Wood: "Implementation Techniques for Main Memory Database Systems", 1984)
// with recursive partitioning (Graefe, "Query Evaluation Techniques for Large Databases", 1993).
//
// The right side is divided into partitions on disk, by the hash of the keys. As many partitions as
// fit are then held in memory, and the left rows that belong to them are joined as they come. The
// other left rows are divided in the same way, and then joined partition by partition. A partition
// that is still too large is divided again. A partition that does not become smaller, because it
// has a single key, is joined with as much of its right side at a time as fits.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/ops/join/plan.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Gives the same rows in the same order as make_hash_join() when all rows fit. `right` gives
// gathered rows (ops/join/spill/plan.h). REQUIRES keys in the plan.
OperatorPtr make_spilled_hash_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                   const SpillOptions& spill);

}  // namespace penstock
