// Rows beside the aggregates of their group, or with `over (…)` beside any window function.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Returns every row of the input, in order, followed by columns with what `list` computes of its
// group (make_aggregate(); without keys all rows form one group). Dictionary columns become plain.
// Nulls of a key form one group here too.
//
// How: rows are stored while they are aggregated, and then joined with the groups. So all of the
// input is read before the first row is returned, and each of the three steps spills.
//
// A list with `over (…)` is computed as make_ordered_windows() says (ops/window/window.h), with the
// same order of the rows.
//
// Throws Error as make_aggregate() does, and when a result has the name of a column of the input.
OperatorPtr make_window(OperatorPtr input, const std::vector<std::string>& keys,
                        const ExpressionText& list, const SpillOptions& spill);

}  // namespace penstock
