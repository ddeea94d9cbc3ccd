// Sorts rows, or finds the first rows of the sorted output.
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
// nulls last unless a key says otherwise. Stable: rows with equal keys stay in the order of the
// input. All of the input is read before the first batch is returned. An input that is sorted
// already is detected, and costs one pass. Dictionary columns become plain (schema() says so),
// other types do not change; the schema's penstock.order becomes the keys.
//
// Rows that exceed the memory go to disk in sorted runs (sorted_runs.h). With a limit only about
// twice that number of rows are held, if they fit; otherwise all rows are sorted as if there were
// no limit.
//
// Throws Error when a key is unknown, ambiguous, or of a type without an order, and when spilling
// fails. REQUIRES at least one key, limit >= 0.
OperatorPtr make_sort(OperatorPtr input, const SortOptions& options);

}  // namespace penstock
