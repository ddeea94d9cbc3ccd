// Merges several streams into one.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// An input and its name in errors.
struct MergeInput {
  std::string name;
  OperatorPtr stream;
};

// Returns all rows of all inputs. The schemas must be equal, except for metadata, and columns that
// are a dictionary in some inputs, which become plain; otherwise an Error names both inputs and the
// difference.
//
// With keys: an ordered merge of inputs that are each sorted by the keys. Rows with equal keys come
// in the order of the inputs. A row that breaks the order of its input is an Error with the input's
// name and the row's number (from 1). Memory: one batch for each input.
//
// Without keys: batches as they come. Each input is read by a thread of its own, so that a slow one
// does not delay the others. The rows of one input stay in order. Destruction does not wait for an
// input that is blocked in a read: its thread is left behind with what it owns.
//
// REQUIRES at least one input.
OperatorPtr make_merge(std::vector<MergeInput> inputs, const std::vector<SortKey>& keys = {});

// Returns all rows of the first input, then those of the second, and so on, as if there were one
// input. But all inputs are read at the same time: rows that come before their turn are kept in
// memory, then in a temporary file, so that the programs that write the later inputs do not wait.
// Schemas as above. The order that the inputs state is not taken to hold for the whole. REQUIRES at
// least one input.
OperatorPtr make_merge_in_turn(std::vector<MergeInput> inputs, const SpillOptions& spill);

}  // namespace penstock
