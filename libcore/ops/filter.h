// Selection: the rows for which a condition holds.
#pragma once

#include <string_view>

#include "libcore/data/batch.h"

namespace penstock {

// Keeps the input's order and schema. Throws Error when the condition does not bind (expression.h).
OperatorPtr make_filter(OperatorPtr input, std::string_view condition);

}  // namespace penstock
