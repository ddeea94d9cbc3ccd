// Reads the partners of one left row from disk.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/ops/join/pairs.h"
#include "libcore/rows/run.h"

namespace penstock {

// All rows of a run (with the columns of plan.right) are candidates of each left row.
class RunPartners {
 public:
  // `file`, `plan` and `pairs` must outlive it.
  RunPartners(const SpillFile& file, SpilledRun run, const JoinPlan& plan, JoinPairs& pairs)
      : file_(file), run_(std::move(run)), plan_(plan), pairs_(pairs), store_(plan.right) {}

  // Returns the next output of row `row` of `left`; empty after the last, and then the next call
  // begins with another row.
  std::optional<Batch> next(const Batch& left, int64_t row);

  // Returns the output of the rows that found no partner. Pull it to its end after all calls of
  // next().
  std::optional<Batch> next_lonely();

 private:
  bool read();

  const SpillFile& file_;
  SpilledRun run_;
  const JoinPlan& plan_;
  JoinPairs& pairs_;
  OperatorPtr rows_;             // while a row is processed
  bool is_done_ = false;         // all of the row's candidates have been tried,
  bool is_told_ = false;         // and the output that follows from this was returned
  size_t number_ = 0;            // of the current batch
  RowStore store_;               // which is this,
  int64_t at_ = 0;               // and how many of its rows have been candidates of the row
  std::vector<RowMarks> marks_;  // by batch
};

}  // namespace penstock
