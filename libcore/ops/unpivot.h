// Columns as rows: from a wide table to a long one.
#pragma once

#include <string>

#include "libcore/data/batch.h"
#include "libcore/data/column_list.h"

namespace penstock {

struct UnpivotOptions {
  ColumnList columns;           // that become rows
  std::string name = "name";    // the output's column of their names (utf8)
  std::string value = "value";  // and of their values
  bool drop_nulls = false;      // leaves the rows out whose value is null
};

// Returns, for each row and each of the columns, in their order, a row: the other columns of the
// input, the name of the column, and its value. Values have the common type of the columns
// (common_type() in expr/types.h), dictionaries being plain.
//
// Throws Error for columns that the input does not have or that have no common type, and for a name
// that one of the other columns has.
OperatorPtr make_unpivot(OperatorPtr input, const UnpivotOptions& options);

}  // namespace penstock
