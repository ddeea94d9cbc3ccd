// Which casts keep the order of values.
#pragma once

#include "libcore/data/type.h"
#include "libcore/expr/prune/meaning.h"

namespace penstock {

// Returns whether a cast between plain types rises with its operand; kNo for pairs without a cast.
Rising rising_of_cast(const Type& from, const Type& to);

}  // namespace penstock
