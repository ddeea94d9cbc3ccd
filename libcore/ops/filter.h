// Selection: the rows for which a condition holds.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"

namespace penstock {

// Keeps the input's order and schema. Throws Error when the condition does not bind (expression.h).
OperatorPtr make_filter(OperatorPtr input, const ExpressionText& condition);

}  // namespace penstock
