// Rows of a store that have been seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/rows/store.h"

namespace penstock {

class RowMarks {
 public:
  // For rows with the numbers that parts() gives them.
  void begin(RowStore& store);
  // The same for the parts that have come since.
  void extend(RowStore& store);

  // A part of -1 is no row.
  void mark(std::span<const PartRow> rows);

  // The next rows (at most `most`) that were not marked, in the store's order; empty at the end.
  std::vector<PartRow> next_unmarked(int64_t most);
  // The same of the rows before `end`.
  std::vector<PartRow> next_unmarked(int64_t most, PartRow end);

  // Forgets the first parts: the others are numbered anew.
  void drop(int32_t parts);

 private:
  std::vector<std::vector<bool>> marked_;  // by part
  PartRow next_{0, 0};
};

}  // namespace penstock
