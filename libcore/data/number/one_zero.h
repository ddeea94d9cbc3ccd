// Gives equal floats equal bits.
#pragma once

#include "libcore/data/column.h"

namespace penstock {

// Returns the same column with 0 for -0 and the same NaN for all NaNs, in nested values too; the
// column itself when it contains no floats. For results that are one of several equal values: which
// of them came first must not show.
ColumnPtr with_one_zero(const ColumnPtr& column);

}  // namespace penstock
