// Window functions over (partition by … order by … frame).
//
// How. For each window of the list, the columns that its calls use are sorted by partition and
// order, with the number of each row, and stored (sorted_rows.h): in memory by words of 8 bytes
// where rows and keys allow it (keys/row_order.h), else by ops/sort, which spills. The calls then
// run over the sorted rows in blocks, each with cursors of its own that only move on: where the
// frame of a row begins and ends (frame.h), and what the call makes of it (runner.h). The results
// are put in the order of the rows' numbers (scatter.h), beside the rows of the input, which were
// stored when they came (beside_rows.h). So rows come out in the order of the input, any number of
// them are in one partition, and each step spills.
//
// What memory cannot be saved: a group's values of an aggregate like median or string_agg, and the
// states of the rows of one frame where an aggregate is not count, sum, avg, min or max, or where
// the frame excludes rows.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Returns every row of the input, in order, followed by what `list` computes (bind_windows() in
// window_list.h; an aggregate without `over` is one over the partition by `keys`). Dictionary
// columns become plain. Reads the whole input before it returns the first row.
//
// Throws Error when the list does not bind, when a key is unknown, or a result has the name of a
// column of the input.
OperatorPtr make_ordered_windows(OperatorPtr input, const std::vector<std::string>& keys,
                                 const ExpressionText& list, const SpillOptions& spill);

}  // namespace penstock
