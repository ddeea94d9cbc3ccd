// Rows put aside with their groups, and brought together group by group: for aggregates that need
// all their values at once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/ops/aggregate/state.h"
#include "libcore/rows/store.h"

namespace penstock {

// Rows of some columns, numbered by the group they belong to. Not thread-safe.
class RowsByGroup {
 public:
  explicit RowsByGroup(std::vector<Field> columns);

  void resize(int64_t groups) { groups_ = groups; }

  // REQUIRES columns as in the constructor, after dictionaries are decoded.
  void add(const AggregateRows& rows);

  // What was added, the int32 groups as first column.
  std::span<const Batch> parts() { return store_.parts(); }
  RowStore& store() { return store_; }

  // For each column the rows of the groups [begin, begin + count) as lists, in the order in which
  // they were added. After the first call nothing is added.
  std::vector<ColumnPtr> lists(int64_t begin, int64_t count);

  // Adds lists as lists() gives them, one a row; a null is an empty one.
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

// The fields of lists of those columns.
std::vector<Field> list_fields(std::span<const Field> columns);

}  // namespace penstock
