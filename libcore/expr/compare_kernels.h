// Kernels that compare two operands of one plain type, in the order of data/compare.h.
#pragma once

#include <cstdint>
#include <string_view>

#include "libcore/expr/node.h"

namespace penstock {

// The three kernels that all six comparisons use: a > b is b < a, or the negation of a <= b, which
// holds for floats too because their order is total (NaN equals itself and comes last).
enum class Comparison : uint8_t { kEqual, kLess, kLessEqual };

struct ComparisonKernel {
  Comparison comparison;
  bool negated;
};
// For =, <>, <, <=, >, >=.
ComparisonKernel comparison_of(std::string_view op);

// Returns a strict kernel over operands of `type`; empty when the type has no order.
Kernel find_comparison(const Type& type, ComparisonKernel kernel);

}  // namespace penstock
