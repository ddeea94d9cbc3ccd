// Joins of rows that are stored in a temporary file.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/ops/join/plan.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/run.h"

namespace penstock {

// The most bytes that the held rows may take (as JoinTableSize counts); the rest is for dividing
// rows among partitions.
inline int64_t held_bytes(const SpillOptions& spill) {
  return spill.memory / 4 * 3;
}

// The right input while it is gathered: the stored columns, and the keys as they are compared, so
// that neither is computed again.
struct GatheredPlan {
  JoinPlan plan;    // the same join of the left input and gathered rows
  SchemaPtr right;  // of gathered rows
};
GatheredPlan make_gathered_plan(const JoinPlan& plan);
// Returns a batch of the right input of `plan` as gathered rows.
Batch gathered_right(const Batch& batch, const JoinPlan& plan, const GatheredPlan& gathered);

// Rows are spilled with their number in the input, their ordinal. By the ordinals, the output is
// brought into the order that it has without spilling.
struct SpilledJoinPlan {
  // Joins spilled rows with spilled rows. Its output has the columns of the original plan's, then
  // the ordinal of the left row and, if right columns are in the output, that of the right row.
  JoinPlan plan;
  SchemaPtr left;       // of spilled rows: the original plan's left columns, the ordinal
  SchemaPtr right;      // the original's stored right columns, the ordinal, the keys as compared
  size_t ordinals = 2;  // at the end of the output
};
SpilledJoinPlan make_spilled_plan(const JoinPlan& plan);

// Returns rows (with the columns of the original plan.left) in the form in which they are spilled;
// the first has this ordinal.
Batch spilled_left(Batch rows, int64_t first_ordinal, const SpilledJoinPlan& spilled);
// The same for gathered rows.
Batch spilled_right(Batch rows, int64_t first_ordinal, const SpilledJoinPlan& spilled);

// Converts a batch of the spilled plan's output to one of the original plan's.
Batch without_ordinals(Batch batch, const JoinPlan& plan);

// Returns the partition of each row among 2^bits: the `bits` bits of its keys' hash after the first
// level * bits. A row with a null key is at RowPartitions::kNowhere, unless nulls match.
std::vector<int32_t> key_partitions(std::span<const ColumnPtr> keys, int64_t rows, int level,
                                    int bits, bool nulls_match);

// Writes a batch in pieces of at most kBatchRows and about `bytes`, for readers with little memory.
// Returns row_bytes() of the largest piece.
int64_t write_pieces(const Batch& batch, int64_t bytes, RunWriter& writer);

}  // namespace penstock
