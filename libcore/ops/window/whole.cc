#include <algorithm>
#include <utility>

#include "libcore/data/take.h"
#include "libcore/ops/aggregate/call.h"
#include "libcore/ops/window/runner.h"

namespace penstock {
namespace {

class Whole : public WindowRunner {
 public:
  Whole(const SortedRows& rows, const WindowCall& call, const CallColumns& columns)
      : rows_(rows), cursor_(rows), call_(call_of_columns(call, columns)), columns_(columns) {
    if (columns.filter) columns_.arguments.push_back(*columns.filter);
  }

  ColumnPtr run(const WindowBlock& block) override {
    // Of the partitions that were computed, the last one may go on.
    const bool goes_on = block.partition_begin[0] < block.begin;
    if (!goes_on) results_ = nullptr;
    if (results_) results_ = slice(results_, results_->length - 1, 1);
    if (block.partition_end.back() > done_) add_partitions(block.partition_end.back());
    std::vector<RowIndex> partitions(block.rows());
    RowIndex partition = -1;
    for (size_t i = 0; i < partitions.size(); ++i) {
      const int64_t row = block.begin + static_cast<int64_t>(i);
      if (i == 0 || row == block.partition_begin[i]) ++partition;
      partitions[i] = partition;
    }
    return take(*results_, partitions);
  }

 private:
  // Computes those between done_ and `end`, and appends them to results_.
  void add_partitions(int64_t end) {
    CallRunner runner(call_);
    int32_t group = -1;
    std::vector<int32_t> groups;
    while (done_ < end) {
      const int64_t stop = std::min(done_ + rows_.block_rows(), end);
      Batch batch{nullptr, stop - done_, {}};
      for (size_t column : columns_.arguments)
        batch.columns.push_back(cursor_.range(column, done_, stop));
      groups.clear();
      for (; done_ < stop; ++done_) {
        if (rows_.begins_partition(done_)) ++group;
        groups.push_back(group);
      }
      runner.resize(group + 1);
      runner.add(batch, groups);
    }
    const ColumnPtr added = runner.finish(0, group + 1);
    const ColumnPtr both[] = {results_, added};
    results_ = results_ ? concatenate(both) : added;
  }

  const SortedRows& rows_;
  RowCursor cursor_;
  AggregateCall call_;
  CallColumns columns_;
  int64_t done_ = 0;   // the rows whose partitions were computed
  ColumnPtr results_;  // of the block's partitions
};

}  // namespace

WindowRunnerPtr make_whole(const WindowCall& call, const CallColumns& columns,
                           const SortedRows& rows) {
  return std::make_unique<Whole>(rows, call, columns);
}

}  // namespace penstock
