// Aggregates over whole numbers and truth values: count, sum, avg, bool_and.
#pragma once

#include "libcore/ops/aggregate/state.h"

namespace penstock {

AggregateStatePtr make_count_state(const AggregateCall& call);  // count, count_star
// Integers and decimals are summed exactly; an Error when the sum leaves the call's type. Floats
// are make_float_sum_state()'s (ops/aggregate/floats.h).
AggregateStatePtr make_sum_state(const AggregateCall& call);   // sum, avg
AggregateStatePtr make_bool_state(const AggregateCall& call);  // bool_and, bool_or

}  // namespace penstock
