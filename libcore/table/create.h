// Makes a table of the rows of an input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/table/layout.h"

namespace penstock {

struct NewTable {
  std::string folder;
  TableLayout layout;  // of ranges, the bounds may be missing: they are found by a sample
  std::vector<std::string> partition_columns = {};
  bool replaces = false;  // the rows of a table that is there
  SpillOptions spill = {};
  Sync sync = Sync::kYes;
};

struct TableWritten {
  int64_t version = 0;
  int64_t rows = 0;
  std::vector<int64_t> partition_rows = {};  // of each partition, also of those without rows
  int64_t files = 0;
};

// Makes the table, as its version 0, or as the next version of one that is replaced. Throws what
// the input throws; Error when the directory has a table (unless it is replaced) or other files,
// when another program makes it at the same time, and as write_rows() does. Then no version was
// made, and the data files are removed. Pulls `input` to its end and leaves it as it is.
TableWritten create_table(Operator& input, const NewTable& table);

}  // namespace penstock
