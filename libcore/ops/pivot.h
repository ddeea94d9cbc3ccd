// Values of a column as columns: from a long table to a wide one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Columns that values may become, because each row has a value in every one of them.
inline constexpr int64_t kMostPivotColumns = 10'000;

struct PivotOptions {
  std::vector<std::string> keys = {};  // of the output's rows; else all columns but the next two
  std::string name;                    // the column whose values become columns
  std::string value;                   // the column that has what stands in them
  std::string aggregate = {};          // combines the values of several rows, as sum; else one each
  SpillOptions spill = {};
};

// Returns a row for each key, in the order of their first rows: the keys, and for each value of the
// column `name`, in the order of compare.h with nulls last, a column of that name ("null" for
// null). What stands in it is the value of the row with that key and name, or the aggregate over
// all such rows; null where there is none.
//
// Reads all of the input at once, because the columns depend on it. Values that do not fit the
// memory go to disk; the keys are held in memory.
//
// Throws Error for columns that the input does not have, for keys and names that cannot be keys,
// when two columns of the output would have one name, for over kMostPivotColumns names, for keys
// that do not fit the memory, and without an aggregate when two rows have the same key and name.
OperatorPtr make_pivot(OperatorPtr input, const PivotOptions& options);

}  // namespace penstock
