// Makes dictionary columns of different batches share one dictionary.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/column.h"

namespace penstock {

// Returns whether all columns have the same dictionary object. REQUIRES dictionary columns.
bool share_dictionary(std::span<const ColumnPtr> columns);

// Returns the same columns over one dictionary: their dictionaries one after the other, each object
// once, so that values may repeat in it. Costs a pass over dictionaries and indices. Throws Error
// when the index type cannot number all values. REQUIRES at least one column, all of one dictionary
// type.
std::vector<ColumnPtr> unify_dictionaries(std::span<const ColumnPtr> columns);

// Returns the row of the dictionary that row i refers to. REQUIRES that row i is not null.
int64_t dictionary_row(const Column& column, int64_t i);

// The same for all rows, with -1 for a null.
std::vector<int32_t> dictionary_rows(const Column& column);

}  // namespace penstock
