// Groups and the states of all calls for them: what pagg holds in memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/group_table.h"
#include "libcore/ops/aggregate/call.h"

namespace penstock {

// Groups are numbered in the order in which they first came. Not thread-safe.
class AggregateGroups {
 public:
  // The key columns are `keys` (plain types); without any there is one group from the beginning.
  AggregateGroups(std::vector<Field> keys, std::span<const AggregateCall> calls);

  // Rows of the input; its key columns are batch.columns[key_columns[0]], …
  void add(const Batch& batch, std::span<const size_t> key_columns);

  // Rows of state_fields(), which may come from strangers; what they saw counts as later. The same
  // key may come in several rows.
  void merge(const Batch& states);

  int64_t size() const { return groups_; }
  // Of each row of the batch last added or merged.
  std::span<const int32_t> last_groups() const { return numbers_; }
  // The rows of that batch that were the first of their group.
  std::span<const RowIndex> last_first_rows() const { return first_rows_; }

  // The keys, then for each call its states as "#0.n", "#0.sum", "#1.value", …
  std::vector<Field> state_fields() const;

  // Columns of the groups [begin, begin + count): keys and states, or keys and results. After the
  // first such call nothing is added.
  std::vector<ColumnPtr> states(int64_t begin, int64_t count);
  std::vector<ColumnPtr> results(int64_t begin, int64_t count);

  // How many groups to ask for at once so that their results do not take much more than a batch of
  // output should. From the first call on it stays.
  int64_t rows_at_once();

  // Memory taken, by capacity.
  int64_t bytes() const;

  // Puts values of the groups that are held to one call's end on disk, as AggregateState::spill().
  void spill(SpillFile& file, const SpillOptions& options);

 private:
  void number(std::span<const ColumnPtr> keys, int64_t rows);
  void resize(int64_t groups);

  std::vector<Field> keys_;
  GroupTable table_;
  std::vector<CallRunner> calls_;
  int64_t groups_ = 0;
  int64_t rows_at_once_ = 0;  // unknown yet
  std::vector<int32_t> numbers_;
  std::vector<RowIndex> first_rows_;
};

}  // namespace penstock
