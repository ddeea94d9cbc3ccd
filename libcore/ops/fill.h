// Values in the place of nulls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/column_list.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct FillOptions {
  std::optional<ColumnList> columns = {};  // that are filled; else all but the keys
  enum class From : uint8_t { kBefore, kBehind, kText };
  From from = From::kBefore;
  std::string text = {};               // of kText: the value, read as each column's type
  std::vector<std::string> keys = {};  // take values only from rows with equal keys
  SpillOptions spill = {};
};

// Returns the rows in their order, with dictionary columns as plain ones. A null of a filled column
// becomes the last value before it that is not null, or the next one behind it, or the text's
// value; it stays null where there is no such value.
//
// From before, and with a text, a row is given with the batch in which it came. Then the last
// values of all keys are held in memory. From behind all input is read first, and goes to disk
// where it does not fit the memory.
//
// Throws Error for columns that the input does not have, for keys that are filled or of a type
// that cannot be a key, for a text that is not of a filled column's type, and when the last values
// of the keys take more than the budget.
OperatorPtr make_fill(OperatorPtr input, const FillOptions& options);

}  // namespace penstock
