// Rows beside what is true of their group: window functions over (partition by KEYS).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Every row of the input, in its order, with what `list` computes of its group (make_aggregate();
// without keys all rows are one group) in columns behind its own. Dictionary columns come out as
// plain values. Nulls of a key form one group here too.
//
// How: rows are put aside while they are aggregated, and joined with the groups then. So all of the
// input is read before the first row comes out, and each of the three steps spills.
//
// Throws Error as make_aggregate() does, and when a result has the name of a column of the input.
OperatorPtr make_window(OperatorPtr input, const std::vector<std::string>& keys,
                        std::string_view list, const SpillOptions& spill);

}  // namespace penstock
