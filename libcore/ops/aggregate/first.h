// The first value of each group.
#pragma once

#include "libcore/ops/aggregate/state.h"

namespace penstock {

// any_value(x) of any type: the first x that is not null, in the order of the rows.
AggregateStatePtr make_first_state(const AggregateCall& call);
// The last value that is not null.
AggregateStatePtr make_last_state(const AggregateCall& call);

}  // namespace penstock
