// The last rows of a stream.
#pragma once

#include <cstdint>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Returns the last `rows` rows, and keeps schema (with dictionaries as plain columns) and order.
// Reads all input before the first row comes out. Rows that may be among the last are held in
// memory, and beyond half of the budget in runs of a temporary file, of which those that are no
// longer needed are given back to the file system. REQUIRES rows >= 0.
OperatorPtr make_tail(OperatorPtr input, int64_t rows, const SpillOptions& spill);

}  // namespace penstock
