// Selection: the rows for which a condition holds.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"

namespace penstock {

// Keeps the input's order and schema. Throws Error when the condition does not bind (expression.h).
OperatorPtr make_filter(OperatorPtr input, const ExpressionText& condition);

// The same, giving only these columns, in this order; the condition may use all. REQUIRES columns
// of the input.
OperatorPtr make_filter(OperatorPtr input, const ExpressionText& condition,
                        const std::vector<std::string>& columns);

}  // namespace penstock
