// Joins as much of the right side at a time as fits into memory, and reads the left for each part.
#pragma once

#include <cstdint>
#include <functional>

#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/spill/plan.h"
#include "libcore/ops/join/spill/spool.h"
#include "libcore/rows/run.h"

namespace penstock {

// Joins a left input with a right one that fits into memory, by a plan of kInner or kRight, and
// records which left rows found a partner.
using MemoryJoin = std::function<OperatorPtr(OperatorPtr left, OperatorPtr right,
                                             const JoinPlan& plan, FoundRows* found)>;

// Joins spilled rows of the left with those of `right`, and puts the output into the spool. A chunk
// of the right takes `chunk_bytes` (or the bytes of one batch, if more). One bit is held for each
// left row.
void join_by_chunks(const SpillFile& file, const SpilledRun& left, Operator& right,
                    const SpilledJoinPlan& spilled, int64_t chunk_bytes, const MemoryJoin& join,
                    JoinSpool& spool);

}  // namespace penstock
