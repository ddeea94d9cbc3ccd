// The first rows of each group in sorted output.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/sort/sort.h"

namespace penstock {

// Returns the first options.limit rows of each group of rows with equal `per` columns in what
// make_sort() would return for the same keys, in that order: as make_group_head() behind a sort.
//
// Reads the whole input before it returns the first row. Holds about twice the rows that are
// returned, a key for each group, and their copy in order. When these take more than a part of the
// memory, the rest is sorted without the rows that are beyond what is known of their groups.
//
// Throws Error as make_sort() and make_group_head() do. REQUIRES a limit, and columns in `per`.
OperatorPtr make_group_top(OperatorPtr input, const SortOptions& options,
                           const std::vector<std::string>& per);

}  // namespace penstock
