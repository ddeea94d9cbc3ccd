// The places of rows in a stream, for operators that bring rows into another order for a while.
#pragma once

#include "libcore/data/batch.h"

namespace penstock {

// The name of the column of places.
inline constexpr char kPlace[] = "#place";

// Returns the schema with plain columns for dictionary columns and, last, the places (int64).
SchemaPtr with_place(const SchemaPtr& input);

// Returns the rows with their places, which begin with 0, under that schema.
OperatorPtr make_placed(OperatorPtr input);

// Returns the rows with only the first columns, as many as `schema` has.
OperatorPtr make_first_columns(OperatorPtr input, SchemaPtr schema);

}  // namespace penstock
