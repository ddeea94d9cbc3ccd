// Aggregates over whole numbers and truth values: count, sum, avg, bool_and.
#pragma once

#include "libcore/ops/aggregate/state.h"

namespace penstock {

AggregateStatePtr make_count_state(const AggregateCall& call);  // of rows or of values
// Sums integers and decimals exactly; an Error when the sum does not fit the call's type. Floats go
// to make_float_sum_state() (ops/aggregate/floats.h).
AggregateStatePtr make_sum_state(const AggregateCall& call);
// The same sum divided by the number of values.
AggregateStatePtr make_average_state(const AggregateCall& call);
// Whether all values are true, or any.
AggregateStatePtr make_all_true_state();
AggregateStatePtr make_any_true_state();

}  // namespace penstock
