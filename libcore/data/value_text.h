// One value as text and back: the single definition of how each type is printed, shared by CSV,
// NDJSON, tables, casts and messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/data/column.h"

namespace penstock {

// Floats as base/number_text.h prints them.
void append_float64(std::string& out, double value);
void append_float32(std::string& out, float value);

// Appends row i as people read it, without quotes: true/false, digits, ISO dates and times (a
// timestamp with a zone ends in "Z" for UTC, and in its offset, such as "+02:00", for others), the
// bytes of text, hex (\x6162) for binary, ISO 8601 for intervals ("P1M2DT3.5S"), JSON for nested
// types, a union as its member. Appends nothing for a null. Throws Error when a timestamp's zone is
// unknown.
void append_text(std::string& out, const Column& column, int64_t i);

// Appends row i as a JSON value: text quoted and escaped, numbers bare (but nan, inf and -inf as
// strings, because JSON does not have these numbers), decimals bare with all digits, binary as a
// string of lower-case hex digits, dates as strings, lists and structs nested, null as null, a map
// as an array of {"key":…,"value":…}.
void append_json(std::string& out, const Column& column, int64_t i);

// Appends a string quoted and escaped for JSON.
void append_json_string(std::string& out, std::string_view text);

// Returns whether append_parsed() supports the type: all fixed-width types but intervals and
// dictionaries.
bool is_parseable(const Type& type);

// Reads `text` as `type` and appends one value to `values` (`fixed_width` bytes; for bool, true or
// false in any case, one byte 0 or 1). Returns false, and appends nothing, when the text is not a
// value of the type.
//
// Numbers are read as in number.h, without loss: a fraction is not an integer. Decimals, dates and
// times are read as in decimal.h and datetime.h. A timestamp type with a zone requires an offset in
// the text, and one without a zone refuses it. Text of fixed-size binary stands for its own bytes,
// or is \x and two hex digits for each byte. REQUIRES is_parseable(type).
bool append_parsed(MutableBuffer& values, const Type& type, std::string_view text);

}  // namespace penstock
