// Aggregates of pairs of floats: covariance, correlation and the line of least squares.
#pragma once

#include <cstdint>

#include "libcore/ops/aggregate/state.h"

namespace penstock {

enum class PairsAs : uint8_t {
  kCovarianceOfPopulation,
  kCovarianceOfSample,
  kCorrelation,
  kSlope,
  kIntercept,
  kDetermination,  // the square of the correlation, as SQL has it
  kCount,
};

// Of f(y, x), over the rows where neither is null. The sums of y, x, their squares and their
// products are exact, so the result is the same whatever the order of the rows.
AggregateStatePtr make_pairs_state(PairsAs what);

}  // namespace penstock
