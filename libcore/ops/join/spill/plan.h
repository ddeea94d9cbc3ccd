// A join of rows that went through a temporary file.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/ops/join/plan.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/run.h"

namespace penstock {

// How large the rows that are held may become (as JoinTableSize tells): the rest is for dealing out
// rows.
inline int64_t held_bytes(const SpillOptions& spill) {
  return spill.memory / 4 * 3;
}

// The right input as it is held until all of it has come: the stored columns and the keys as
// compared, so that neither is computed again.
struct GatheredPlan {
  JoinPlan plan;    // the same join of the left input and gathered rows
  SchemaPtr right;  // of gathered rows
};
GatheredPlan make_gathered_plan(const JoinPlan& plan);
// A batch of the right input of `plan` as gathered rows.
Batch gathered_right(const Batch& batch, const JoinPlan& plan, const GatheredPlan& gathered);

// Rows are spilled with their number in the input, their ordinal: by these the output is brought
// into the order that it would have had without spilling.
struct SpilledJoinPlan {
  // Joins spilled rows with spilled rows. Its output has the columns of the original plan's, then
  // the left row's ordinal, and where the right comes out the right row's.
  JoinPlan plan;
  SchemaPtr left;       // of spilled rows: the original plan's left columns, the ordinal
  SchemaPtr right;      // the original's stored right columns, the ordinal, the keys as compared
  size_t ordinals = 2;  // at the end of the output
};
SpilledJoinPlan make_spilled_plan(const JoinPlan& plan);

// Rows (as plan.left of the original has them) as they are spilled; the first has that ordinal.
Batch spilled_left(Batch rows, int64_t first_ordinal, const SpilledJoinPlan& spilled);
// Gathered rows, the same.
Batch spilled_right(Batch rows, int64_t first_ordinal, const SpilledJoinPlan& spilled);

// A batch of the spilled plan's output as the original's.
Batch without_ordinals(Batch batch, const JoinPlan& plan);

// The partition of each row among 2^bits: by the `bits` bits of its keys' hash that follow the
// first level * bits. A row with a null among its keys is at RowPartitions::kNowhere, unless
// nulls match.
std::vector<int32_t> key_partitions(std::span<const ColumnPtr> keys, int64_t rows, int level,
                                    int bits, bool nulls_match);

// Writes a batch in pieces of at most kBatchRows and about `bytes`, for readers of little memory.
// Returns row_bytes() of the largest piece.
int64_t write_pieces(const Batch& batch, int64_t bytes, RunWriter& writer);

}  // namespace penstock
