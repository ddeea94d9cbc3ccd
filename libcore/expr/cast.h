// Conversions between types: the kernels behind casts and coercions.
#pragma once

#include <string_view>

#include "libcore/expr/node.h"

namespace penstock {

struct Cast {
  Kernel kernel;  // empty when there is no such cast
  bool can_fail = false;
};

// The cast of a plain type to another. Rules (README.md): floats become integers by rounding half
// to even, decimals by rounding half away from zero; what does not fit is an Error with the value.
Cast find_cast(const TypePtr& from, const TypePtr& to);

// The families that find_cast() asks; each gives an empty kernel for what is not its own.
Cast find_number_cast(const TypePtr& from, const TypePtr& to);
Cast find_text_cast(const TypePtr& from, const TypePtr& to);
Cast find_time_cast(const TypePtr& from, const TypePtr& to);

// Reads text as a value of `type`, spaces around it aside, and appends it to `values` (a bool as
// one byte). False when it is no such value. Interval literals and all fixed-width types.
bool parse_value(std::string_view text, const Type& type, MutableBuffer& values);

// A column of one parsed value; null pointer when `text` is no value of `type`.
ColumnPtr parse_constant(std::string_view text, const TypePtr& type);

}  // namespace penstock
