// Floats of which equal ones have equal bits.
#pragma once

#include "libcore/data/column.h"

namespace penstock {

// The same column with 0 for -0 and one NaN for all, in nested values too; itself where no float is
// in it. For results that are one of several equal values: which of them came first must not show.
ColumnPtr with_one_zero(const ColumnPtr& column);

}  // namespace penstock
