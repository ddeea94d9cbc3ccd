// The aggregates' table: names, signatures and what they do, for binding and documentation.
#pragma once

#include <span>
#include <string_view>

#include "libcore/expr/functions.h"

namespace penstock {

struct AggregateFunction {
  std::string_view name;
  std::string_view signature;
  std::string_view summary;
  std::string_view canonical;  // what AggregateCall::function says
};

std::span<const AggregateFunction> aggregate_functions();

bool is_aggregate_function(std::string_view name);

}  // namespace penstock
