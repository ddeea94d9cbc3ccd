#include "libcore/ops/aggregate/state.h"

#include "libcore/base/check.h"
#include "libcore/expr/aggregates.h"
#include "libcore/ops/aggregate/extremes.h"
#include "libcore/ops/aggregate/first.h"
#include "libcore/ops/aggregate/floats.h"
#include "libcore/ops/aggregate/lists.h"
#include "libcore/ops/aggregate/numbers.h"
#include "libcore/ops/aggregate/values.h"

namespace penstock {

AggregateStatePtr make_aggregate_state(const AggregateCall& call) {
  using Kind = AggregateKind;
  switch (call.function->kind) {  // without a default, so that the compiler finds a missing kind
    case Kind::kCount:
      return make_count_state(call);
    case Kind::kSum:
      return make_sum_state(call);
    case Kind::kAverage:
      return make_average_state(call);
    case Kind::kMin:
      return make_extreme_state(call, Extreme::kLeast);
    case Kind::kMax:
      return make_extreme_state(call, Extreme::kGreatest);
    case Kind::kMinBy:
      return make_extreme_by_state(call, Extreme::kLeast);
    case Kind::kMaxBy:
      return make_extreme_by_state(call, Extreme::kGreatest);
    case Kind::kFirst:
      return make_first_state(call);
    case Kind::kStddevOfSample:
      return make_variance_state({.sample = true, .root = true});
    case Kind::kStddevOfPopulation:
      return make_variance_state({.sample = false, .root = true});
    case Kind::kVarianceOfSample:
      return make_variance_state({.sample = true, .root = false});
    case Kind::kVarianceOfPopulation:
      return make_variance_state({.sample = false, .root = false});
    case Kind::kMedian:
      return make_percentile_state(0.5);
    case Kind::kPercentile:
      // From the other end the same place has the rest of the fraction.
      return make_percentile_state(call.descending ? 1 - call.fraction : call.fraction);
    case Kind::kDiscretePercentile:
      return make_values_state(call, ValuesAs::kAtFraction);
    case Kind::kMode:
      return make_values_state(call, ValuesAs::kMostCommon);
    case Kind::kList:
      return make_values_state(call, ValuesAs::kList);
    case Kind::kText:
      return make_string_state(call);
    case Kind::kAllTrue:
      return make_all_true_state();
    case Kind::kAnyTrue:
      return make_any_true_state();
  }
  check_failed(__FILE__, __LINE__, "an aggregate of an unknown kind");
}

}  // namespace penstock
