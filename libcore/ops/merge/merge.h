// Several streams as one.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// An input and what errors call it.
struct MergeInput {
  std::string name;
  OperatorPtr stream;
};

// All rows of all inputs, whose schemas must be equal (metadata aside; columns that are a
// dictionary in any input come out as plain values), else an Error names both inputs and the
// difference.
//
// With keys: an ordered merge of inputs that are each sorted by them; equal keys in the order of
// the inputs. A row that breaks its input's order is an Error with the input's name and the row's
// number (from 1). Memory: one batch an input.
//
// Without: batches as they come. Each input is read by a thread of its own, so that a slow one
// holds up nobody; an input's rows stay in their order. Destruction does not wait for an input
// that is blocked in a read: its thread is left behind with what it owns.
//
// REQUIRES at least one input.
OperatorPtr make_merge(std::vector<MergeInput> inputs, const std::vector<SortKey>& keys = {});

// All rows of the first input, then those of the second, and so on, as if there were one. But all
// are read at the same time: what comes before its turn is kept, in memory first and then in a
// temporary file, so that whoever feeds the later inputs need not wait. Schemas as above, and the
// order that the inputs tell of is not taken to hold for the whole. REQUIRES at least one input.
OperatorPtr make_merge_in_turn(std::vector<MergeInput> inputs, const SpillOptions& spill);

}  // namespace penstock
