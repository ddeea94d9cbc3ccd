// Dictionary columns that come from different batches, made to share one dictionary.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/column.h"

namespace penstock {

// Whether all columns have the very same dictionary. REQUIRES dictionary columns.
bool share_dictionary(std::span<const ColumnPtr> columns);

// The same columns over one dictionary: theirs one after the other (repeats of the very same one
// left out), so that values may repeat in it. Costs a pass over dictionaries and indices. Throws
// Error when the index type cannot number them all. REQUIRES at least one column, of one dictionary
// type.
std::vector<ColumnPtr> unify_dictionaries(std::span<const ColumnPtr> columns);

// The row of the dictionary that row i stands for. REQUIRES it not null.
int64_t dictionary_row(const Column& column, int64_t i);

// The same for all rows; -1 for a null.
std::vector<int32_t> dictionary_rows(const Column& column);

}  // namespace penstock
