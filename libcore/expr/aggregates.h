// The aggregates' table: names, signatures, what they do and what they need of their rows, for
// binding, planning and documentation.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "libcore/expr/functions/functions.h"

namespace penstock {

struct AggregateFunction {
  // What of a group it must have at once. A call with `distinct` or an order needs all of it too.
  enum class Needs : uint8_t {
    kParts,       // some rows here and some there: their states are put together
    kWholeGroup,  // all rows: it is holistic
  };
  // What of the order in which rows come can be seen in the result.
  enum class Order : uint8_t {
    kAny,           // nothing
    kFirstOfEqual,  // which of several equal rows came first
    kRows,          // all of it, but where the call has an order of its own
  };

  std::string_view name;
  std::string_view signature;
  std::string_view summary;
  std::string_view canonical;  // what AggregateCall::function says
  Needs needs;
  Order order;
};

std::span<const AggregateFunction> aggregate_functions();

bool is_aggregate_function(std::string_view name);

}  // namespace penstock
