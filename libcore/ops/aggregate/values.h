// Aggregates over all values of a group together, of any type: array_agg, mode, percentile_disc,
// histogram, and first and last in an order of their own.
#pragma once

#include <cstdint>

#include "libcore/ops/aggregate/state.h"

namespace penstock {

enum class ValuesAs : uint8_t {
  kList,        // all of them, in the call's order or that of the rows
  kMostCommon,  // the most frequent value, the first in the call's order of several
  kAtFraction,  // the first value at or past the call's fraction, in the call's order
  kFirst,       // the first value that is not null, in the call's order or that of the rows
  kLast,        // the last one
  kHistogram,   // each value with its number, in their order
};
AggregateStatePtr make_values_state(const AggregateCall& call, ValuesAs what);

}  // namespace penstock
