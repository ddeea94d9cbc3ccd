// Computes the calls of one window, and puts their results beside the rows.
#pragma once

#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/window/list.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Returns every row of the input, in order, followed by a column for each call. The expressions of
// window and calls are over the first columns of the input. Reads the whole input before it returns
// the first row. Throws Error when a result cannot be computed, and when spilling fails.
OperatorPtr make_window_beside_rows(OperatorPtr input, const RowWindow& window,
                                    std::vector<WindowCall> calls, const SpillOptions& spill);

}  // namespace penstock
