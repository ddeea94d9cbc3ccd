// Aggregates that need all values of a group: percentile_cont, string_agg.
#pragma once

#include "libcore/ops/aggregate/state.h"

namespace penstock {

// The value at a fraction of the values in ascending order, interpolated between two of them.
AggregateStatePtr make_percentile_state(double fraction);

// Texts one after the other with a separator between them, in the call's order, or else in the
// order of the rows.
AggregateStatePtr make_string_state(const AggregateCall& call);

}  // namespace penstock
