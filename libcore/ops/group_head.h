// The first rows of each group.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Returns the first `rows` rows of each group of rows with equal `keys` (as in make_aggregate():
// nulls are equal, and NaN is equal to NaN), in the order of the input, whose order need not have
// to do with the keys. Dictionary columns become plain, order stays. A row is returned as soon as
// it was read.
//
// Only the keys are held, and hardly anything when penstock.order begins with them. When they take
// half of the memory, the rest of the input is read to its end and its rows are numbered by group
// in a way that spills (ops/window).
//
// Throws Error when a key is unknown, named twice or of a type that cannot be a key. REQUIRES keys,
// rows >= 0.
OperatorPtr make_group_head(OperatorPtr input, const std::vector<std::string>& keys, int64_t rows,
                            const SpillOptions& spill);

// Returns the columns of these names in `schema`. Throws Error when one is unknown, named twice, or
// of a type that cannot be a key.
std::vector<size_t> group_columns(const Schema& schema, const std::vector<std::string>& keys);

}  // namespace penstock
