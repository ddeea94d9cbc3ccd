// Binds one call of an aggregate, as its row of the table of aggregates says.
#pragma once

#include "libcore/expr/aggregates.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/expression.h"

namespace penstock {

// Returns whether the call needs all rows of a group at once: by its function, because only
// different values count, or because it has an order.
bool is_holistic_call(const AggregateFunction& function, const Syntax& call);

// Binds the call's arguments, filter and order over `rows`, a binder of the input's columns. Throws
// Error when the call is not written in the function's form, or has arguments that the function
// does not take.
AggregateCall bind_aggregate_call(Binder& rows, const Syntax& call,
                                  const AggregateFunction& function);

}  // namespace penstock
