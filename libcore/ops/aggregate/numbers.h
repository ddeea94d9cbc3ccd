// Aggregates over whole numbers and truth values: count, sum, avg, bool_and.
#pragma once

#include "libcore/ops/aggregate/state.h"

namespace penstock {

AggregateStatePtr make_count_state(const AggregateCall& call);  // count, count_star
// Sums integers and decimals exactly; an Error when the sum does not fit the call's type. Floats go
// to make_float_sum_state() (ops/aggregate/floats.h).
AggregateStatePtr make_sum_state(const AggregateCall& call);   // sum, avg
AggregateStatePtr make_bool_state(const AggregateCall& call);  // bool_and, bool_or

}  // namespace penstock
