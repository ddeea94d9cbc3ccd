// Projection: computed columns.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"

namespace penstock {

// Returns the columns of `list` (`expr [as name], …`, `*` for all; expression.h) for the input's
// rows, in their order. With row-making functions, one row may give any number of rows. Then the
// input is computed in slices, and the output is cut into batches of at most kBatchRows, so that
// memory depends on the longest list of few rows rather than on a whole input batch. penstock.order
// and penstock.partitioning are kept as far as the columns that they name pass unchanged. Throws
// Error when the list does not bind.
OperatorPtr make_project(OperatorPtr input, const ExpressionText& list);

}  // namespace penstock
