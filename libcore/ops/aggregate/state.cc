#include "libcore/ops/aggregate/state.h"

#include "libcore/base/check.h"
#include "libcore/expr/aggregates.h"
#include "libcore/ops/aggregate/extremes.h"
#include "libcore/ops/aggregate/first.h"
#include "libcore/ops/aggregate/floats.h"
#include "libcore/ops/aggregate/folds.h"
#include "libcore/ops/aggregate/lists.h"
#include "libcore/ops/aggregate/numbers.h"
#include "libcore/ops/aggregate/regression.h"
#include "libcore/ops/aggregate/sketch/distinct.h"
#include "libcore/ops/aggregate/sketch/quantile.h"
#include "libcore/ops/aggregate/values.h"

namespace penstock {
namespace {

VarianceOf variance_of(AggregateKind kind) {
  using Kind = AggregateKind;
  return {.sample = kind == Kind::kStddevOfSample || kind == Kind::kVarianceOfSample,
          .root = kind == Kind::kStddevOfSample || kind == Kind::kStddevOfPopulation};
}

PairsAs pairs_as(AggregateKind kind) {
  switch (kind) {
    case AggregateKind::kCovarianceOfPopulation:
      return PairsAs::kCovarianceOfPopulation;
    case AggregateKind::kCovarianceOfSample:
      return PairsAs::kCovarianceOfSample;
    case AggregateKind::kCorrelation:
      return PairsAs::kCorrelation;
    case AggregateKind::kSlope:
      return PairsAs::kSlope;
    case AggregateKind::kIntercept:
      return PairsAs::kIntercept;
    case AggregateKind::kDetermination:
      return PairsAs::kDetermination;
    default:
      return PairsAs::kCount;
  }
}

BitsOf bits_of(AggregateKind kind) {
  if (kind == AggregateKind::kBitAnd) return BitsOf::kAll;
  return kind == AggregateKind::kBitOr ? BitsOf::kAny : BitsOf::kOdd;
}

ValuesAs values_as(AggregateKind kind) {
  if (kind == AggregateKind::kDiscretePercentile) return ValuesAs::kAtFraction;
  if (kind == AggregateKind::kMode) return ValuesAs::kMostCommon;
  return kind == AggregateKind::kList ? ValuesAs::kList : ValuesAs::kHistogram;
}

}  // namespace

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
      return call.order_by.empty() ? make_first_state(call)
                                   : make_values_state(call, ValuesAs::kFirst);
    case Kind::kLast:
      return call.order_by.empty() ? make_last_state(call)
                                   : make_values_state(call, ValuesAs::kLast);
    case Kind::kStddevOfSample:
    case Kind::kStddevOfPopulation:
    case Kind::kVarianceOfSample:
    case Kind::kVarianceOfPopulation:
      return make_variance_state(variance_of(call.function->kind));
    case Kind::kMedian:
      return make_percentile_state(0.5);
    case Kind::kPercentile:
      // From the other end the same place has the rest of the fraction.
      return make_percentile_state(call.descending ? 1 - call.fraction : call.fraction);
    case Kind::kDiscretePercentile:
    case Kind::kMode:
    case Kind::kList:
    case Kind::kHistogram:
      return make_values_state(call, values_as(call.function->kind));
    case Kind::kText:
      return make_string_state(call);
    case Kind::kApproximateDistinct:
      return make_distinct_sketch_state();
    case Kind::kApproximatePercentile:
      return make_quantile_sketch_state(call.fraction);
    case Kind::kCovarianceOfPopulation:
    case Kind::kCovarianceOfSample:
    case Kind::kCorrelation:
    case Kind::kSlope:
    case Kind::kIntercept:
    case Kind::kDetermination:
    case Kind::kPairs:
      return make_pairs_state(pairs_as(call.function->kind));
    case Kind::kProduct:
      return make_product_state();
    case Kind::kBitAnd:
    case Kind::kBitOr:
    case Kind::kBitXor:
      return make_bits_state(bits_of(call.function->kind));
    case Kind::kAllTrue:
    case Kind::kAnyTrue:
      return call.function->kind == Kind::kAllTrue ? make_all_true_state() : make_any_true_state();
  }
  check_failed(__FILE__, __LINE__, "an aggregate of an unknown kind");
}

}  // namespace penstock
