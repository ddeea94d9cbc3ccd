// Projection: computed columns.
#pragma once

#include <string_view>

#include "libcore/data/batch.h"

namespace penstock {

// The columns of `list` (`expr [as name], …`, `*` for all; expression.h) over the input's rows, in
// their order. A list with row-making functions may give any number of rows for one: its input is
// computed in slices, and what comes out is cut into batches of at most kBatchRows, so that memory
// follows the longest list of few rows rather than a whole input batch. penstock.order and
// penstock.partitioning stay as far as the columns they name come through unchanged. Throws Error
// when the list does not bind.
OperatorPtr make_project(OperatorPtr input, std::string_view list);

}  // namespace penstock
