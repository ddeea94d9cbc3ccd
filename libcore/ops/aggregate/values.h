// Aggregates over all values of a group together, of any type: array_agg, mode, percentile_disc.
#pragma once

#include "libcore/ops/aggregate/state.h"

namespace penstock {

AggregateStatePtr make_values_state(const AggregateCall& call);

}  // namespace penstock
