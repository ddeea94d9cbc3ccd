// One value as text and back: the single definition of how each type prints, shared by CSV, NDJSON,
// tables, casts and messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/data/column.h"

namespace penstock {

// Floats as base/number_text.h prints them.
void append_float64(std::string& out, double value);
void append_float32(std::string& out, float value);

// Row i as people read it, without quotes: true/false, digits, ISO dates and times (a timestamp
// with a zone ends in "Z" for UTC and in its offset, as "+02:00", for others), raw bytes of text,
// hex
// (\x6162) for binary, ISO 8601 for intervals ("P1M2DT3.5S"), JSON for nested types, a union as its
// member. Null appends nothing. Throws Error when a timestamp's zone is unknown.
void append_text(std::string& out, const Column& column, int64_t i);

// Row i as a JSON value: text quoted and escaped, numbers bare (nan, inf and -inf as strings: JSON
// has no such number), decimals bare with all digits, binary as lower-case hex in a string, dates
// as strings, lists and structs nested, null as null, a map as an array of {"key":…,"value":…}.
void append_json(std::string& out, const Column& column, int64_t i);

// A string quoted and escaped for JSON.
void append_json_string(std::string& out, std::string_view text);

// Whether append_parsed knows the type: all of fixed width but intervals and dictionaries.
bool is_parseable(const Type& type);

// Reads `text` as `type` into a builder-free form: appends one value of a fixed-width type to
// `values` (`fixed_width` bytes). False when text is no such value; nothing is appended then.
// For bool (true or false, in any case) one byte 0 or 1 is appended. Numbers as number.h takes
// them, without loss: a fraction is no integer. Decimals as decimal.h, dates and times as
// datetime.h takes them; a timestamp type with a zone requires an offset in the text, one without
// refuses it. Fixed-size binary is its very bytes, or \x and two hex digits a byte. REQUIRES
// is_parseable(type).
bool append_parsed(MutableBuffer& values, const Type& type, std::string_view text);

}  // namespace penstock
