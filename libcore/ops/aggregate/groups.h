// Groups and the states of all calls for them: what pagg holds in memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/group_table.h"
#include "libcore/ops/aggregate/call.h"

namespace penstock {

// Groups are numbered in the order of their first rows. Not thread-safe.
class AggregateGroups {
 public:
  // The key columns are `keys` (plain types). Without keys there is one group from the beginning.
  AggregateGroups(std::vector<Field> keys, std::span<const AggregateCall> calls);

  // Adds rows of the input, whose key columns are batch.columns[key_columns[0]], …
  void add(const Batch& batch, std::span<const size_t> key_columns);

  // Adds rows of state_fields(), which may come from strangers. They count as later than everything
  // added before. The same key may come in several rows.
  void merge(const Batch& states);

  int64_t size() const { return groups_; }
  // The group of each row of the batch that was added or merged last.
  std::span<const int32_t> last_groups() const { return numbers_; }
  // The rows of that batch that were the first of their group.
  std::span<const RowIndex> last_first_rows() const { return first_rows_; }

  // Returns the keys, then for each call its states as "#0.n", "#0.sum", "#1.value", …
  std::vector<Field> state_fields() const;

  // Return columns of the groups [begin, begin + count): keys and states, or keys and results.
  // After the first such call nothing may be added.
  std::vector<ColumnPtr> states(int64_t begin, int64_t count);
  std::vector<ColumnPtr> results(int64_t begin, int64_t count);

  // Returns how many groups to request at once so that their results do not take much more memory
  // than a batch of output should. Constant after the first call.
  int64_t rows_at_once();

  // Memory in bytes, by capacity.
  int64_t bytes() const;

  // Puts the values that are held of one call for all groups on disk, as AggregateState::spill().
  void spill(SpillFile& file, const SpillOptions& options);

 private:
  void number(std::span<const ColumnPtr> keys, int64_t rows);
  void resize(int64_t groups);

  std::vector<Field> keys_;
  GroupTable table_;
  std::vector<CallRunner> calls_;
  int64_t groups_ = 0;
  int64_t rows_at_once_ = 0;  // 0 while it is unknown
  // Sets group_rows_ to what AggregateRows says of it.
  void count_rows();

  std::vector<int32_t> numbers_;
  std::vector<int64_t> group_rows_;
  std::vector<RowIndex> first_rows_;
};

}  // namespace penstock
