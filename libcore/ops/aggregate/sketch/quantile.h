// approx_percentile: about the value at a fraction of the order, in memory that does not grow with
// the rows.
#pragma once

#include "libcore/ops/aggregate/state.h"

namespace penstock {

// Counts values in buckets by their sign, exponent and first 8 binary digits, so that a bucket's
// bounds are within 0.4 % of each other: the sketch of Masson, Rim and Lee ("DDSketch: a fast and
// fully-mergeable quantile sketch with relative-error guarantees", 2019), with their linearly
// interpolated logarithm. Unlike those of t-digest and KLL, the result does not depend on the order
// of the rows, nor on how they are divided. A bucket also has the least and greatest of its values,
// so a bucket of equal ones is exact.
AggregateStatePtr make_quantile_sketch_state(double fraction);

}  // namespace penstock
