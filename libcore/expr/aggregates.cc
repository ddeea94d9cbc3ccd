#include "libcore/expr/aggregates.h"

#include <algorithm>

#include "libcore/expr/aggregate_call.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/syntax/same.h"

namespace penstock {
namespace {

using Kind = AggregateKind;
using Form = AggregateFunction::Form;
using Takes = AggregateFunction::Takes;
using Gives = AggregateFunction::Gives;
using Needs = AggregateFunction::Needs;
using Order = AggregateFunction::Order;

// A row is read as a row: three lines, the last of which has the values.
// clang-format off
constexpr AggregateFunction kAggregates[] = {
    {"count", "(*) -> int64", "rows; count(x): rows where x is not null",
     "count(x) of x: 1, null, 3 → 2", Kind::kCount,
     Form::kRowsOrValue, Takes::kAnything, Gives::kInt64, Needs::kParts, Order::kAny},
    {"sum", "(number) -> number",
     "sum: int64 of integers, uint64 of uint64, decimal(38,s) of decimals, float64 of floats",
     "sum(x) of x: 1, null, 3 → 4",
     Kind::kSum, Form::kValue, Takes::kNumber, Gives::kSum, Needs::kParts, Order::kAny},
    {"avg", "(number) -> float64", "mean",
     "avg(x) of x: 1, 2, null → 1.5", Kind::kAverage, Form::kValue, Takes::kNumber,
     Gives::kFloat64, Needs::kParts, Order::kAny},
    {"min", "(any) -> any", "least value",
     "min(x) of x: 'b', 'a' → 'a'", Kind::kMin, Form::kValue, Takes::kOrdered, Gives::kValue,
     Needs::kParts, Order::kAny},
    {"max", "(any) -> any", "greatest value",
     "max(x) of x: 1.5, 20.25 → 20.25", Kind::kMax, Form::kValue, Takes::kOrdered,
     Gives::kValue, Needs::kParts, Order::kAny},
    {"min_by", "(any, any) -> any", "the first argument where the second is least",
     "min_by(x, y) of x: 'a', 'b'; y: 2, 1 → 'b'", Kind::kMinBy,
     Form::kValueBy, Takes::kAnything, Gives::kValue, Needs::kParts, Order::kFirstOfEqual},
    {"max_by", "(any, any) -> any", "the first argument where the second is greatest",
     "max_by(x, y) of x: 'a', 'b'; y: 2, 1 → 'a'", Kind::kMaxBy,
     Form::kValueBy, Takes::kAnything, Gives::kValue, Needs::kParts, Order::kFirstOfEqual},
    {"any_value", "(any) -> any", "a value that is not null: the first",
     "any_value(x) of x: null, 'b', 'c' → 'b'", Kind::kFirst,
     Form::kValue, Takes::kAnything, Gives::kValue, Needs::kParts, Order::kFirstOfEqual},
    {"stddev", "(float64) -> float64", "standard deviation of a sample",
     "stddev(x) of x: 1, 2, 3 → 1", Kind::kStddevOfSample,
     Form::kValue, Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"stddev_samp", "(float64) -> float64", "standard deviation of a sample",
     "stddev_samp(x) of x: 1, 3 → 1.4142135623730951", Kind::kStddevOfSample,
     Form::kValue, Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"stddev_pop", "(float64) -> float64", "standard deviation of a population",
     "stddev_pop(x) of x: 1, 3 → 1",
     Kind::kStddevOfPopulation, Form::kValue, Takes::kFloat, Gives::kFloat64, Needs::kParts,
     Order::kAny},
    {"variance", "(float64) -> float64", "variance of a sample",
     "variance(x) of x: 1, 3 → 2", Kind::kVarianceOfSample,
     Form::kValue, Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"var_samp", "(float64) -> float64", "variance of a sample",
     "var_samp(x) of x: 1, 3 → 2", Kind::kVarianceOfSample,
     Form::kValue, Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"var_pop", "(float64) -> float64", "variance of a population",
     "var_pop(x) of x: 1, 3 → 1", Kind::kVarianceOfPopulation,
     Form::kValue, Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"median", "(float64) -> float64", "middle value, interpolated",
     "median(x) of x: 4, 1, 3, 2 → 2.5", Kind::kMedian, Form::kValue,
     Takes::kFloat, Gives::kFloat64, Needs::kWholeGroup, Order::kAny},
    {"percentile_cont", "(fraction) within group (order by float64) -> float64",
     "value at a fraction of the order, interpolated",
     "percentile_cont(0.25) within group (order by x) of x: 1, 2, 3 → 1.5", Kind::kPercentile, Form::kFraction,
     Takes::kFloat, Gives::kFloat64, Needs::kWholeGroup, Order::kAny},
    {"percentile_disc", "(fraction) within group (order by any) -> any",
     "first value at or past a fraction of the order",
     "percentile_disc(0.5) within group (order by x) of x: 'b', 'a', 'c' → 'b'", Kind::kDiscretePercentile, Form::kFraction,
     Takes::kOrdered, Gives::kValue, Needs::kWholeGroup, Order::kAny},
    {"mode", "(any) -> any", "most frequent value, the least of several",
     "mode(x) of x: 1, 2, 2 → 2", Kind::kMode,
     Form::kValueOrWithin, Takes::kOrdered, Gives::kValue, Needs::kWholeGroup, Order::kAny},
    {"array_agg", "(any [order by …]) -> list", "all values as a list, nulls too",
     "array_agg(x order by x) of x: 3, null, 1 → [1,3,null]", Kind::kList,
     Form::kValues, Takes::kAnything, Gives::kValues, Needs::kWholeGroup, Order::kRows},
    {"string_agg", "(text, separator [order by …]) -> text", "texts joined",
     "string_agg(x, '+') of x: 'a', null, 'b' → 'a+b'", Kind::kText,
     Form::kJoined, Takes::kText, Gives::kText, Needs::kParts, Order::kRows},
    {"first", "(any [order by …]) -> any", "the first value that is not null",
     "first(x) of x: null, 'b', 'c' → 'b'", Kind::kFirst, Form::kValues,
     Takes::kAnything, Gives::kValue, Needs::kParts, Order::kRows},
    {"last", "(any [order by …]) -> any", "the last value that is not null",
     "last(x order by y) of x: 'a', 'b', 'c'; y: 1, 3, 2 → 'b'", Kind::kLast, Form::kValues,
     Takes::kAnything, Gives::kValue, Needs::kParts, Order::kRows},
    {"approx_count_distinct", "(any) -> int64",
     "about how many different values there are, within 1.6 % as a rule (HyperLogLog)",
     "approx_count_distinct(x) of x: 'a', 'b', 'a', null → 2", Kind::kApproximateDistinct,
     Form::kValue, Takes::kKey, Gives::kInt64, Needs::kParts, Order::kAny},
    {"approx_percentile", "(float64, fraction) -> float64",
     "about the value at a fraction of the order, within 0.4 % of it (DDSketch)",
     "approx_percentile(x, 0.5) of x: 1, 5, 2, 4, 3 → 3", Kind::kApproximatePercentile,
     Form::kAtFraction, Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"histogram", "(any) -> list", "each value with its count, in the order of the values",
     "histogram(x) of x: 'b', 'a', 'b' → "
     "[{\"value\":\"a\",\"count\":1},{\"value\":\"b\",\"count\":2}]",
     Kind::kHistogram, Form::kValue, Takes::kOrdered, Gives::kCounts, Needs::kWholeGroup,
     Order::kAny},
    {"product", "(float64) -> float64", "product",
     "product(x) of x: 2, 3, 4 → 24", Kind::kProduct, Form::kValue, Takes::kFloat,
     Gives::kFloat64, Needs::kParts, Order::kAny},
    {"covar_pop", "(float64, float64) -> float64", "covariance of a population",
     "covar_pop(y, x) of y: 1, 2, 6; x: 1, 2, 3 → 1.6666666666666667",
     Kind::kCovarianceOfPopulation, Form::kPair, Takes::kFloat, Gives::kFloat64, Needs::kParts,
     Order::kAny},
    {"covar_samp", "(float64, float64) -> float64", "covariance of a sample",
     "covar_samp(y, x) of y: 1, 2, 6; x: 1, 2, 3 → 2.5", Kind::kCovarianceOfSample,
     Form::kPair, Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"corr", "(float64, float64) -> float64", "correlation (Pearson's)",
     "corr(y, x) of y: 1, 2, 3; x: 6, 4, 2 → -1", Kind::kCorrelation, Form::kPair,
     Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"regr_slope", "(float64, float64) -> float64", "slope of the line of least squares, y by x",
     "regr_slope(y, x) of y: 1, 3, 5; x: 1, 2, 3 → 2", Kind::kSlope, Form::kPair,
     Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"regr_intercept", "(float64, float64) -> float64", "where that line has x = 0",
     "regr_intercept(y, x) of y: 1, 3, 5; x: 1, 2, 3 → -1", Kind::kIntercept, Form::kPair,
     Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"regr_r2", "(float64, float64) -> float64", "square of the correlation",
     "regr_r2(y, x) of y: 1, 3, 5; x: 1, 2, 3 → 1", Kind::kDetermination, Form::kPair,
     Takes::kFloat, Gives::kFloat64, Needs::kParts, Order::kAny},
    {"regr_count", "(float64, float64) -> int64", "rows where neither is null",
     "regr_count(y, x) of y: 1, null, 5; x: 1, 2, 3 → 2", Kind::kPairs, Form::kPair,
     Takes::kFloat, Gives::kInt64, Needs::kParts, Order::kAny},
    {"bit_and", "(int64) -> int64", "the bits that all values have",
     "bit_and(x) of x: 7, 6, 3 → 2", Kind::kBitAnd, Form::kValue, Takes::kInteger,
     Gives::kInt64, Needs::kParts, Order::kAny},
    {"bit_or", "(int64) -> int64", "the bits that any value has",
     "bit_or(x) of x: 1, 6 → 7", Kind::kBitOr, Form::kValue, Takes::kInteger, Gives::kInt64,
     Needs::kParts, Order::kAny},
    {"bit_xor", "(int64) -> int64", "the bits that an odd number of values has",
     "bit_xor(x) of x: 7, 6, 3 → 2", Kind::kBitXor, Form::kValue, Takes::kInteger,
     Gives::kInt64, Needs::kParts, Order::kAny},
    {"bool_and", "(bool) -> bool", "whether all are true",
     "bool_and(x) of x: true, null, false → false", Kind::kAllTrue, Form::kValue,
     Takes::kBool, Gives::kBool, Needs::kParts, Order::kAny},
    {"every", "(bool) -> bool", "as bool_and",
     "every(x) of x: true, null → true", Kind::kAllTrue, Form::kValue, Takes::kBool,
     Gives::kBool, Needs::kParts, Order::kAny},
    {"bool_or", "(bool) -> bool", "whether any is true",
     "bool_or(x) of x: false, null, true → true", Kind::kAnyTrue, Form::kValue, Takes::kBool,
     Gives::kBool, Needs::kParts, Order::kAny},
};
// clang-format on

// If the call's own order is by the values that it returns, rows that are equal in it do not differ
// in the result.
bool depends_on_order(const AggregateFunction& function, const Syntax& call) {
  if (function.order == Order::kAny) return false;
  return std::none_of(call.order_by.begin(), call.order_by.end(), [&](const SortSyntax& order) {
    return !call.args.empty() && same_syntax(order.value, call.args[0]);
  });
}

void add_traits(const Syntax& syntax, AggregateTraits& traits) {
  const AggregateFunction* function =
      syntax.kind == Syntax::Kind::kCall ? find_aggregate(syntax.text) : nullptr;
  if (function != nullptr) {
    traits.holistic = traits.holistic || is_holistic_call(*function, syntax);
    traits.depends_on_order = traits.depends_on_order || depends_on_order(*function, syntax);
    return;
  }
  for (const SyntaxPtr& argument : syntax.args) {
    if (argument != nullptr) add_traits(*argument, traits);
  }
}

}  // namespace

std::span<const AggregateFunction> aggregate_functions() {
  return kAggregates;
}

const AggregateFunction* find_aggregate(std::string_view name) {
  for (const AggregateFunction& function : kAggregates) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

AggregateTraits traits_of_aggregates(const ExpressionText& text) {
  AggregateTraits traits;
  for (const ItemSyntax& item : parse_select_list(Source(text)))
    add_traits(*item.value, traits);
  return traits;
}

}  // namespace penstock
