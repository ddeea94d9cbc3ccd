// The type rules: how a type is written, and what type several values have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/type.h"
#include "libcore/expr/syntax/source.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// As messages name it: "text" for utf8, "interval" for an interval, else Type::to_string().
std::string type_name(const Type& type);

// A type as written in a cast. Throws Error (three lines) when it is unknown or not supported.
TypePtr resolve_type(const TypeName& name, const Source& source);

// Months, days and nanoseconds: an interval's value, in Arrow's layout.
struct Interval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t nanoseconds = 0;
};
TypePtr interval_type();

// A decimal that holds every value of a numeric type exactly; empty for floats and other types.
TypePtr decimal_for(const Type& type);

// The decimal that holds both exactly, as far as 38 digits go (the scale is kept).
TypePtr common_decimal(const Type& a, const Type& b);

// The type that values of both have in common: itself; the wider integer (int64 for any mix, a
// decimal when one is uint64 and the other signed); a decimal for decimals and integers; float64
// for a float and any other number; the finer unit of times and timestamps; a timestamp for a date
// and a timestamp. Empty when there is none; a timestamp with a zone and one without have none.
TypePtr common_type(const Type& a, const Type& b);

// "; …" what to do about two types without one in common, or nothing.
std::string mismatch_advice(const Type& a, const Type& b);

// "; …" what to do where nothing is computed on a decimal256.
std::string decimal256_advice();

// The smallest decimal that holds a number's digits as typed; null when it has over 38.
TypePtr decimal_of_digits(std::string_view number);

}  // namespace penstock
