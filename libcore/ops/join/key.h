// Makes the keys of two inputs comparable.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/take.h"

namespace penstock {

// Returns the type in which keys of the two (plain) types are compared, so that different values
// never become equal; make_join() lists the pairs that have one. Throws Error, which names both
// columns and types, for other pairs.
TypePtr common_key_type(const Field& left, const Field& right);

// Converts a plain column to a common type. A value that the type cannot represent, and that
// therefore equals no value of the other side, becomes null, which equals nothing either.
ColumnPtr to_key_type(const ColumnPtr& column, const TypePtr& common);

// Return the rows without a null among their keys, and those with one.
std::vector<RowIndex> rows_with_key(std::span<const ColumnPtr> keys, int64_t rows);
std::vector<RowIndex> rows_without_key(std::span<const ColumnPtr> keys, int64_t rows);

}  // namespace penstock
