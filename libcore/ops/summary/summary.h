// A summary of columns: what types, nulls, values and lengths they have.
#pragma once

#include <cstdint>
#include <optional>

#include "libcore/data/batch.h"
#include "libcore/data/column_list.h"

namespace penstock {

struct SummaryOptions {
  std::optional<ColumnList> columns = {};  // only these, in this order
  // Gives the states of the columns in one row, for another summary to put together, and takes
  // such rows, from any number of places and in any order. Both together are not supported.
  bool partial = false;
  bool final = false;
};

// Returns one row for each column: its name and type; rows and nulls; about how many different
// values it has; its least value, quartiles, greatest value and mean; its most frequent value and
// the number of its rows; and of texts the least and greatest number of characters. Figures that a
// column's type does not have, or that it cannot have without values, are null.
//
// The number of different values and the most frequent one are exact for few different values and
// else estimated (summary/value_counts.h); quartiles are within 0.4 % of the values at their places
// (sketch/quantile.h); all else is exact. No figure depends on the order of the rows, or on how
// they are divided. Memory does not grow with the rows.
//
// Throws Error for columns that the input does not have, and for partial states that are not such.
OperatorPtr make_summary(OperatorPtr input, const SummaryOptions& options = {});

}  // namespace penstock
