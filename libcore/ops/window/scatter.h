// Puts rows into the order of their numbers.
#pragma once

#include <cstdint>
#include <functional>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Returns the rows of `input` in the order of the numbers in its last column (int64), without that
// column. The numbers are those from 0 on, each once. Once the first row of the input was read,
// `rows` returns how many there are.
//
// Rows whose values have a fixed width, and take at most half of the memory together, are written
// to their places; others are sorted.
OperatorPtr in_order_of_numbers(OperatorPtr input, std::function<int64_t()> rows,
                                const SpillOptions& spill);

}  // namespace penstock
