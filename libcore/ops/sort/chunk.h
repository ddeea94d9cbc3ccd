// Sorts a part of the rows in memory.
#pragma once

#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/row_keys.h"

namespace penstock {

// Returns the rows of all batches in order, stable: the same batches if they are in order already,
// else new ones, gathered, of sizes that their columns can hold. REQUIRES at least one batch, plain
// columns, no batch without rows.
std::vector<Batch> sort_chunk(const KeyOrder& order, std::vector<Batch> batches);

}  // namespace penstock
