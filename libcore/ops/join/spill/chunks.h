// A join with as much of the right side at a time as fits into memory, the left read for each.
#pragma once

#include <cstdint>
#include <functional>

#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/spill/plan.h"
#include "libcore/ops/join/spill/spool.h"
#include "libcore/rows/run.h"

namespace penstock {

// Joins a left input with a right one that fits into memory, by a plan of kInner or kRight, and
// notes which left rows found a partner.
using MemoryJoin = std::function<OperatorPtr(OperatorPtr left, OperatorPtr right,
                                             const JoinPlan& plan, FoundRows* found)>;

// Spilled rows of the left with those that `right` gives, into the spool. A chunk of the right
// takes `chunk_bytes` (or what one batch takes), and a bit is held for each left row.
void join_by_chunks(const SpillFile& file, const SpilledRun& left, Operator& right,
                    const SpilledJoinPlan& spilled, int64_t chunk_bytes, const MemoryJoin& join,
                    JoinSpool& spool);

}  // namespace penstock
