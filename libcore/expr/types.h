// The type rules: how a type is written, and the common type of several values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/data/type.h"
#include "libcore/expr/syntax/source.h"
#include "libcore/expr/syntax/syntax.h"

namespace penstock {

// Returns the name of a type in messages: "text" for utf8, "interval" for an interval, else
// Type::to_string().
std::string type_name(const Type& type);

// Returns the type that is written in a cast. Throws Error (three lines) when it is unknown or not
// supported.
TypePtr resolve_type(const TypeName& name, const Source& source);

// Whether a cast to the type says that a text is JSON.
bool is_json_type(const TypeName& name);

// The value of an interval, in Arrow's layout: months, days and nanoseconds.
struct Interval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t nanoseconds = 0;
};
TypePtr interval_type();

// Returns a decimal that holds every value of a numeric type exactly; empty for floats and other
// types.
TypePtr decimal_for(const Type& type);

// Returns the decimal that holds both exactly, within 38 digits (the scale is kept).
TypePtr common_decimal(const Type& a, const Type& b);

// Returns the common type of both: for equal types, that type; the wider integer (int64 for any
// mix, a decimal when one is uint64 and the other signed); a decimal for decimals and integers;
// float64 for a float and any other number; the finer unit of times and timestamps; a timestamp for
// a date and a timestamp. Empty for other pairs, also for a timestamp with a zone and one without.
TypePtr common_type(const Type& a, const Type& b);

// Returns "; …" with what to do about two types without a common one, or nothing.
std::string mismatch_advice(const Type& a, const Type& b);

// Returns "; …" with what to do where a decimal256 cannot be used.
std::string decimal256_advice();

// Returns the smallest decimal that holds a number's digits as typed; null when it has over 38.
TypePtr decimal_of_digits(std::string_view number);

}  // namespace penstock
