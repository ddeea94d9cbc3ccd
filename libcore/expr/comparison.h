// Comparisons: operators, between, in, is null and their kin.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "libcore/expr/bind.h"

namespace penstock {

// Binds a OP b for =, <>, <, <=, >, >=. Literals take the type of the other side. Throws Error when
// the types have no common type.
Bound bind_comparison(Binder& binder, std::string_view op, const Bound& a, const Bound& b,
                      int64_t location);

// Returns whether the first argument of a call equals any of the others; `equal` compares two
// values of their type.
ColumnPtr compare_to_list(const KernelCall& call, const Kernel& equal);

// value in (list); defined in membership.cc.
Bound bind_in(Binder& binder, const Syntax& call, std::vector<Bound> arguments);

}  // namespace penstock
