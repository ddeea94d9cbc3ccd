// Holds rows with their groups, and brings them together group by group, for aggregates that need
// all their values at once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/ops/aggregate/state.h"
#include "libcore/rows/store.h"

namespace penstock {

// Rows of some columns, numbered by their group. Not thread-safe.
class RowsByGroup {
 public:
  explicit RowsByGroup(std::vector<Field> columns);

  void resize(int64_t groups) { groups_ = groups; }

  // REQUIRES the columns of the constructor, after dictionaries are decoded.
  void add(const AggregateRows& rows);

  // Returns what was added, with the int32 groups as first column.
  std::span<const Batch> parts() { return store_.parts(); }
  RowStore& store() { return store_; }

  // Returns, for each column, the rows of the groups [begin, begin + count) as lists, in the order
  // in which they were added. After the first call nothing may be added.
  std::vector<ColumnPtr> lists(int64_t begin, int64_t count);

  // Adds lists as lists() returns them, one in each row; a null is an empty list.
  void add_lists(const AggregateRows& lists);

  int64_t bytes() const;

 private:
  void bring_together();

  RowStore store_;
  int64_t groups_ = 0;
  bool is_together_ = false;
  std::vector<PartRow> rows_;    // of all groups, one after the other
  std::vector<int64_t> begins_;  // of each group in rows_, and the end
};

// Returns the fields of lists of those columns.
std::vector<Field> list_fields(std::span<const Field> columns);

}  // namespace penstock
