// Keys of two inputs made comparable.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/take.h"

namespace penstock {

// The type in which keys of the two (plain) types are compared, so that no two different values
// become equal: see make_join for the pairs that have one. Throws Error that names both columns and
// types otherwise.
TypePtr common_key_type(const Field& left, const Field& right);

// A plain column in a common type. A value that the type does not have, and that so equals no
// value of the other side, becomes null: nulls equal nothing either.
ColumnPtr to_key_type(const ColumnPtr& column, const TypePtr& common);

// The rows of which no key is null, and those of which one is.
std::vector<RowIndex> rows_with_key(std::span<const ColumnPtr> keys, int64_t rows);
std::vector<RowIndex> rows_without_key(std::span<const ColumnPtr> keys, int64_t rows);

}  // namespace penstock
