// The parameters of an expression, `:name`, which PostgreSQL's grammar does not have: its parser
// gets $1 in the place of each.
#pragma once

#include <cstdint>
#include <string>

#include "libcore/expr/syntax/source.h"

namespace penstock {

// Writes $1 and blanks over each :name of a text; the number of its bytes stays. In brackets a
// colon that stands behind a value is that of a slice, as in x[a:b], and so is one that stands
// first in brackets behind a value, as in x[:b]: a parameter there is x[(:b)].
void take_parameters(std::string& text);

// Returns the name of the parameter that stands at this byte of the source. Throws Error where it
// is a $1 that the user wrote.
std::string parameter_name_at(const Source& source, int64_t at);

}  // namespace penstock
