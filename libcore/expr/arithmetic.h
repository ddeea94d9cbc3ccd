// Arithmetic on numbers, dates, times and intervals.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/expr/bind.h"

namespace penstock {

// Binds a OP b where one of the two is a date, time or interval; empty when neither is. Throws
// Error for pairs without a meaning. Defined in expr/time/arithmetic.cc.
std::optional<Bound> bind_time_arithmetic(Binder& binder, std::string_view op, const Bound& a,
                                          const Bound& b, int64_t location);

// Returns a kernel on decimals: +, -, *, % of scales `a` and `b`, with `result` as the result's
// type. Defined in decimal_kernels.cc.
Kernel find_decimal_kernel(std::string_view op, int32_t a_scale, int32_t b_scale,
                           const Type& result);

}  // namespace penstock
