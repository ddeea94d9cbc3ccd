// Conversions between types: the kernels of casts and coercions.
#pragma once

#include <string_view>

#include "libcore/expr/node.h"

namespace penstock {

struct Cast {
  Kernel kernel;  // empty when this cast does not exist
  bool can_fail = false;
};

// Returns the cast of a plain type to another. Rules (README.md): floats become integers by
// rounding half to even, decimals by rounding half away from zero; a value that does not fit is an
// Error that names it.
Cast find_cast(const TypePtr& from, const TypePtr& to);

// The families that find_cast() tries; each returns an empty kernel for casts of other families.
Cast find_number_cast(const TypePtr& from, const TypePtr& to);
Cast find_text_cast(const TypePtr& from, const TypePtr& to);
Cast find_time_cast(const TypePtr& from, const TypePtr& to);

// Reads text as a value of `type`, ignoring spaces around it, and appends it to `values` (a bool as
// one byte). Returns false when it is not such a value. For interval literals and all fixed-width
// types.
bool parse_value(std::string_view text, const Type& type, MutableBuffer& values);

// Returns a column of one parsed value; a null pointer when `text` is not a value of `type`.
ColumnPtr parse_constant(std::string_view text, const TypePtr& type);

}  // namespace penstock
