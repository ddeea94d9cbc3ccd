// Sorting, and the first rows of what would be sorted.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct SortOptions {
  std::vector<SortKey> keys;
  std::optional<int64_t> limit = {};  // only the first rows
  SpillOptions spill = {};
  bool threads = true;  // sort with as many threads as there are cores, where the input is large
};

// Sorts by keys in the order of compare.h: numbers by value, NaN after all of them, text by bytes,
// nulls last unless a key says otherwise. Stable: rows with equal keys stay in the input's order.
// An input that is in order already is noticed and costs one pass. All is read before the first
// batch comes out. Dictionary columns come out as plain values (schema() says so), other types as
// they are; the schema's penstock.order becomes the keys.
//
// What exceeds the memory goes to disk in sorted runs (sorted_runs.h). With a limit only about
// twice the first rows are held, as long as they fit; a limit that does not fit is sorted as if
// there were none.
//
// Throws Error when a key is unknown, ambiguous, or of a type without an order, and when spilling
// fails. REQUIRES at least one key, limit >= 0.
OperatorPtr make_sort(OperatorPtr input, const SortOptions& options);

}  // namespace penstock
