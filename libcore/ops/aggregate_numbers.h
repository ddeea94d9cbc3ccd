// Aggregates over numbers and truth values: count, sum, avg, variance, bool_and.
#pragma once

#include "libcore/ops/aggregate_state.h"

namespace penstock {

AggregateStatePtr make_count_state(const AggregateCall& call);  // count, count_star
// Integers and decimals are summed exactly; an Error when the sum leaves the call's type. Floats
// are summed in row order.
AggregateStatePtr make_sum_state(const AggregateCall& call);       // sum, avg
AggregateStatePtr make_variance_state(const AggregateCall& call);  // stddev_*, var_*
AggregateStatePtr make_bool_state(const AggregateCall& call);      // bool_and, bool_or

}  // namespace penstock
