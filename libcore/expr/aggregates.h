// The table of aggregates: their names and signatures, what they do and what they need of their
// rows, for binding, planning and documentation.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "libcore/expr/functions/functions.h"

namespace penstock {

struct AggregateFunction {
  // Which rows of a group it needs at once. A call with `distinct` or an order needs all rows,
  // whatever this says.
  enum class Needs : uint8_t {
    kParts,       // some rows here and some there: their states are combined
    kWholeGroup,  // all rows: it is holistic
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
  std::string_view canonical;  // the name in AggregateCall::function
  Needs needs;
  Order order;
};

std::span<const AggregateFunction> aggregate_functions();

bool is_aggregate_function(std::string_view name);

}  // namespace penstock
