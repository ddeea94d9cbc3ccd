// Values by condition: case, and the functions that choose one of their arguments.
#pragma once

#include <vector>

#include "libcore/expr/node.h"

namespace penstock {

// The value of the first condition that is true, else the last value. A value that can fail is
// computed only for its own rows, and a condition only for rows for which no earlier one was true.
// REQUIRES: values of `type`, one more than conditions.
NodePtr make_case(TypePtr type, std::vector<NodePtr> conditions, std::vector<NodePtr> values);

// The first value that is not null; later ones are computed only where needed. REQUIRES: values of
// `type`.
NodePtr make_coalesce(TypePtr type, std::vector<NodePtr> values);

}  // namespace penstock
