// The table of aggregates: all that is true of an aggregate, for binding, planning, computing and
// documentation.
//
// To add one, write its row in aggregates.cc and its state in ops/aggregate, and map its kind to
// the state in ops/aggregate/state.cc (the compiler finds a kind that is forgotten there).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace penstock {

// What computes an aggregate. ops/aggregate/state.cc has the state of each kind.
enum class AggregateKind : uint8_t {
  kCount,
  kSum,
  kAverage,
  kMin,
  kMax,
  kMinBy,
  kMaxBy,
  kFirst,
  kStddevOfSample,
  kStddevOfPopulation,
  kVarianceOfSample,
  kVarianceOfPopulation,
  kMedian,
  kPercentile,
  kDiscretePercentile,
  kMode,
  kList,
  kText,
  kAllTrue,
  kLast,
  kHistogram,
  kApproximateDistinct,
  kApproximatePercentile,
  kCovarianceOfPopulation,
  kCovarianceOfSample,
  kCorrelation,
  kSlope,
  kIntercept,
  kDetermination,
  kPairs,
  kProduct,
  kBitAnd,
  kBitOr,
  kBitXor,
  kAnyTrue,
};

struct AggregateFunction {
  // How a call is written.
  enum class Form : uint8_t {
    kValue,          // f(x)
    kRowsOrValue,    // f(*) or f(x)
    kValueBy,        // f(x, y), where the y must have an order
    kPair,           // f(y, x), both of what f takes
    kAtFraction,     // f(x, fraction)
    kValues,         // f(x [order by …])
    kJoined,         // f(x, separator [order by …])
    kFraction,       // f(fraction) within group (order by x)
    kValueOrWithin,  // f(x) or f() within group (order by x)
  };
  // What x may be, and what it becomes before it is added to a state.
  enum class Takes : uint8_t {
    kAnything,
    kOrdered,  // a value of a type with an order
    kNumber,   // a number, which stays what it is: whole numbers and decimals are exact
    kFloat,    // a number or a literal, as float64
    kInteger,  // what becomes an int64 without loss
    kKey,      // a value of a type that can be a key
    kBool,
    kText,
  };
  // The type of the result.
  enum class Gives : uint8_t {
    kInt64,
    kFloat64,
    kBool,
    kText,
    kValue,   // that of x
    kValues,  // a list of x
    kCounts,  // a list of structs: value, of x's type, and count
    kSum,     // the widest type of the same kind of number as x
  };
  // Which rows of a group it needs at once. A call with `distinct` or an order needs all rows,
  // whatever this says.
  enum class Needs : uint8_t {
    kParts,       // some rows here and some there: their states are combined (STATE.md)
    kWholeGroup,  // all rows: it is holistic, and has no partial stage
  };
  // How far the result depends on the order in which rows come.
  enum class Order : uint8_t {
    kAny,           // nothing
    kFirstOfEqual,  // on which of several equal rows came first
    kRows,          // on all of it, unless the call has an order of its own
  };

  std::string_view name;
  std::string_view signature;
  std::string_view summary;
  // "sum(x) of x: 1, null, 3 → 4": a call, the values of the columns, and the result.
  std::string_view example;
  AggregateKind kind;
  Form form;
  Takes takes;
  Gives gives;
  Needs needs;
  Order order;
};

std::span<const AggregateFunction> aggregate_functions();

// Returns the row of the table; null when the name is not that of an aggregate. The row lives as
// long as the program.
const AggregateFunction* find_aggregate(std::string_view name);

}  // namespace penstock
