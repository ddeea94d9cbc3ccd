// Marks rows of a store, and finds the ones that are not marked.
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
  // Begins with no marks, for rows numbered as by parts().
  void begin(RowStore& store);
  // Adds the parts that have come since, without marks.
  void extend(RowStore& store);

  // Marks rows. A part of -1 stands for no row.
  void mark(std::span<const PartRow> rows);

  // Returns the next rows (at most `most`) that are not marked, in the store's order; empty at the
  // end.
  std::vector<PartRow> next_unmarked(int64_t most);
  // The same for the rows before `end`.
  std::vector<PartRow> next_unmarked(int64_t most, PartRow end);

  // Removes the first `parts` parts, and numbers the others from 0 again.
  void drop(int32_t parts);

 private:
  std::vector<std::vector<bool>> marked_;  // by part
  PartRow next_{0, 0};
};

}  // namespace penstock
