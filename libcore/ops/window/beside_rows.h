// Computes the calls of windows, and puts their results beside the rows.
#pragma once

#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/window/list.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Returns every row of the input, in order, followed by a column for each call: those of the first
// window, of the second, and so on. The expressions of windows and calls are over the input, whose
// dictionary columns become plain. Reads the whole input before it returns the first row. Throws
// Error when a result cannot be computed, and when spilling fails. REQUIRES at least one window,
// and calls for each.
OperatorPtr make_windows_beside_rows(OperatorPtr input, const std::vector<RowWindow>& windows,
                                     std::vector<std::vector<WindowCall>> calls,
                                     const SpillOptions& spill);

}  // namespace penstock
