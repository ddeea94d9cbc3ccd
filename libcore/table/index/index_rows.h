// The rows of an index: which keys are in which batches of data files.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/table/index/piece.h"
#include "libcore/table/log.h"

namespace penstock {

// Returns what a piece over the files of a state covers. Throws Error for a key that is not a
// column of the table, comes twice, or has no order, for nested types, and for too many keys.
// REQUIRES at most kMaxPieceFiles files.
PieceHead head_of_index(const TableState& state, const std::vector<std::string>& keys);

// Returns the rows of that piece, each once, by the keys, the file and the batch. Reads the key
// columns of the files, which `folder` has. Throws Error as open_files() and make_sort() do.
OperatorPtr index_rows(const std::string& folder, const TableState& state, const PieceHead& head,
                       const SpillOptions& spill);

// Returns rows with the columns of a piece by the keys, the file and the batch, each once.
OperatorPtr sort_index_rows(OperatorPtr rows, const SpillOptions& spill);

}  // namespace penstock
