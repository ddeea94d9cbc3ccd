// Aggregates that pick a value: min, max, min_by, max_by.
#pragma once

#include <cstdint>

#include "libcore/ops/aggregate/state.h"

namespace penstock {

enum class Extreme : uint8_t { kLeast, kGreatest };

// min, max of any type with an order (compare.h: NaN is the greatest number).
AggregateStatePtr make_extreme_state(const AggregateCall& call, Extreme which);

// min_by(x, y), max_by(x, y): the x, which may be null, of the row whose y is least or greatest; of
// equal ones, the first. Rows with a null y do not count.
AggregateStatePtr make_extreme_by_state(const AggregateCall& call, Extreme which);

}  // namespace penstock
