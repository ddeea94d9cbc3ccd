// What the grammar has for lists beside functions: a || b and x[2:3].
#pragma once

#include "libcore/expr/functions/functions.h"

namespace penstock {

// a || b of lists; one may be a literal such as '{1,2}', or null. Throws Error for lists of
// different types.
Bound bind_list_concatenation(Binder& binder, const Syntax& call, Bound a, Bound b);

// list[from:to], both counted from 1; what lies outside of the list is not an error.
Bound bind_slice(const Binder& binder, const Bound& list, const Bound& from, const Bound& to);

}  // namespace penstock
