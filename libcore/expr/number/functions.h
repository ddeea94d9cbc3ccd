// to_char of numbers, and to_number.
#pragma once

#include <span>
#include <vector>

#include "libcore/expr/functions/functions.h"

namespace penstock {

// Binds to_char(number, pattern). REQUIRES two arguments, the first of a number's type.
Bound bind_number_to_char(Binder& binder, const Syntax& call, std::vector<Bound> arguments);

}  // namespace penstock
