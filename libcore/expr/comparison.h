// Comparisons: operators, between, in, is null and their kin.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "libcore/expr/bind.h"

namespace penstock {

// a OP b for =, <>, <, <=, >, >=. Literals take the other side's type. Throws Error when the types
// have none in common.
Bound bind_comparison(Binder& binder, std::string_view op, const Bound& a, const Bound& b,
                      int64_t location);

// The first argument of a call equal to any of the others; `equal` compares two of their type.
ColumnPtr compare_to_list(const KernelCall& call, const Kernel& equal);

// value in (list); bound in membership.cc.
Bound bind_in(Binder& binder, const Syntax& call, std::vector<Bound> arguments);

}  // namespace penstock
