// Aggregates from exact sums of floats: the same bits whatever the order of the rows.
#pragma once

#include "libcore/ops/aggregate/state.h"

namespace penstock {

// sum and avg: the correctly rounded sum, for avg divided by the number of values.
AggregateStatePtr make_float_sum_state(const AggregateCall& call, bool average);

// stddev_*, var_*: of n values, (n * sum of squares - square of the sum) / (n * (n - 1 or n)). The
// difference is computed exactly and rounded once, so nothing cancels.
struct VarianceOf {
  bool sample = false;  // divides by n - 1; else the population's, by n
  bool root = false;    // the standard deviation
};
AggregateStatePtr make_variance_state(VarianceOf what);

}  // namespace penstock
