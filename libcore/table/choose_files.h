// Which data files of a version may have rows that a condition selects.
#pragma once

#include <cstdint>
#include <vector>

#include "libcore/expr/parameters.h"
#include "libcore/table/layout.h"
#include "libcore/table/log.h"

namespace penstock {

// Returns for each file of the state whether it may have such a row; all may for an empty
// condition. A file is left out by its partition, where the condition limits all keys of a hash to
// some values, by the values of partition columns, and by its statistics. Throws Error when the
// condition does not bind to the table's columns, or when a file's statistics are damaged.
std::vector<bool> choose_files(const TableState& state, const TableLayout& layout,
                               const ExpressionText& where);

}  // namespace penstock
