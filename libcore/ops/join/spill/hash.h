// The hash join of a right side that does not fit into memory: hybrid hashing (DeWitt, Katz, Olken,
// Shapiro, Stonebraker, Wood: "Implementation Techniques for Main Memory Database Systems", 1984)
// with recursive partitioning (Graefe, "Query Evaluation Techniques for Large Databases", 1993).
//
// The right is dealt out to partitions by the keys' hash, on disk. As many partitions as fit are
// then held, and left rows that belong to them are joined as they come; the others are dealt out
// too, and then joined partition by partition, which are dealt out again where they are still too
// large. A partition that does not become smaller, for it has one key, is joined with as much of
// its right side at a time as fits.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/ops/join/plan.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Gives the rows, in the order, that make_hash_join gives when all fits. `right` gives gathered
// rows (ops/join/spill/plan.h). REQUIRES keys in the plan.
OperatorPtr make_spilled_hash_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                   const SpillOptions& spill);

}  // namespace penstock
