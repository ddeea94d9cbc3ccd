// Rows of an input as rows of a table: columns matched by name, and cast where no value changes.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/data/type.h"

namespace penstock {

struct FitOptions {
  // Columns of the table that the input lacks are null, and those that only the input has are
  // columns of the table behind all others. Else both are Errors.
  bool adds_columns = false;
  // Of the columns that are added, only types that Delta Lake has (delta_schema()).
  bool is_delta = false;
};

// Returns the columns of the table after rows of `input` were added. Throws Error that names all
// columns that are missing, or that only the input has, and for a name that the input has twice.
SchemaPtr fitted_schema(const Schema& table, const Schema& input, const FitOptions& options);

// Returns the rows with the columns of `table`, null where the input lacks one. A type that differs
// is cast where that changes no value: integers to integers, decimals and floats that hold them,
// decimals to ones with as many digits behind the point, floats and the units of times to wider
// ones. Another difference is an Error that names the column and the cast. While rows are read, a
// number that its column does not hold is an Error that names both. `input` must outlive it.
OperatorPtr fit_rows(Operator& input, SchemaPtr table);

}  // namespace penstock
