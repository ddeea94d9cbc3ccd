// One aggregate call over all groups: its filter, its arguments and its distinct, around its
// states.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "libcore/keys/group_table.h"
#include "libcore/ops/aggregate/rows_by_group.h"
#include "libcore/ops/aggregate/state.h"
#include "libcore/rows/run.h"

namespace penstock {

std::vector<TypePtr> types_of(std::span<const Field> fields);

// Not thread-safe.
class CallRunner {
 public:
  // Throws Error when the call does not support the argument's type, or the type cannot be
  // distinct.
  explicit CallRunner(const AggregateCall& call);

  void resize(int64_t groups);

  // Adds the rows of a batch of the input; `groups` has the group of each row. An argument is
  // computed only where the filter holds, because it may not be computable elsewhere (`sum(1 / x)
  // filter (where x <> 0)`). `group_rows` is as in AggregateRows.
  void add(const Batch& batch, std::span<const int32_t> groups,
           std::span<const int64_t> group_rows = {});

  // As in AggregateState. The states of a distinct call are the lists of its distinct arguments.
  ColumnPtr finish(int64_t begin, int64_t count);
  std::vector<Field> state_fields() const;
  std::vector<ColumnPtr> states(int64_t begin, int64_t count);
  void merge(const AggregateRows& states);
  int64_t bytes() const;
  void spill(SpillFile& file, const SpillOptions& options);

 private:
  std::vector<Field> argument_fields() const;
  std::vector<Field> distinct_fields() const;
  void write_distinct();
  void add_distinct_spilled();
  void add_selected(const Batch& batch, std::span<const int32_t> groups,
                    std::span<const int64_t> group_rows);
  void add_distinct(std::vector<ColumnPtr>& columns, std::span<const int32_t> groups);

  AggregateCall call_;
  std::vector<size_t> columns_;  // of the input, that the arguments and the order read
  AggregateStatePtr state_;
  int64_t groups_ = 0;
  std::optional<GroupTable> distinct_;    // of group and arguments
  std::optional<RowsByGroup> arguments_;  // of distinct_, once states() was called
  // Rows of distinct_ that were spilled, perhaps with repeats; state_ gets them at the end.
  std::unique_ptr<RunWriter> spilled_;
  SpillFile* file_ = nullptr;
  SpillOptions options_;
  std::vector<int32_t> selected_;
  std::vector<int32_t> first_;
  std::vector<int32_t> numbers_;
};

}  // namespace penstock
