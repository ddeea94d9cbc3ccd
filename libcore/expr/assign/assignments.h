// Assignments, as those of UPDATE … SET: `a = expr, "b c" = expr`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libcore/expr/expression.h"
#include "libcore/expr/parameters.h"

namespace penstock {

struct Assignment {
  size_t column = 0;    // of the schema
  ExpressionPtr value;  // of the plain type of the column
};

// Binds a list of assignments to the columns of a schema. A value is cast to the column's type as
// PostgreSQL assigns: numbers to numbers, rounded where the column has fewer digits, and other
// values where no value changes. A number that does not fit is an Error when it is computed. Throws
// Error (three lines) for text that is not such a list, for a column that is unknown or set twice,
// and for a value of another type.
std::vector<Assignment> bind_assignments(const ExpressionText& text, const Schema& schema);

}  // namespace penstock
