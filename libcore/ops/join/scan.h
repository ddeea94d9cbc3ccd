// The partners of one left row read from disk.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/ops/join/pairs.h"
#include "libcore/rows/run.h"

namespace penstock {

// All rows of a run (as plan.right has them) are candidates of each left row that is started.
class RunPartners {
 public:
  // `file`, `plan` and `pairs` outlive it.
  RunPartners(const SpillFile& file, SpilledRun run, const JoinPlan& plan, JoinPairs& pairs)
      : file_(file), run_(std::move(run)), plan_(plan), pairs_(pairs), store_(plan.right) {}

  // The next output of row `row` of `left`; empty when all of it has been given. The next call then
  // begins with another row.
  std::optional<Batch> next(const Batch& left, int64_t row);

  // The output of those rows that found no partner. To be pulled to its end after all next().
  std::optional<Batch> next_lonely();

 private:
  bool read();

  const SpillFile& file_;
  SpilledRun run_;
  const JoinPlan& plan_;
  JoinPairs& pairs_;
  OperatorPtr rows_;             // while a row is at work
  bool is_done_ = false;         // all of the row's candidates have been tried,
  bool is_told_ = false;         // and what follows from that was given
  size_t number_ = 0;            // of the batch at hand
  RowStore store_;               // which is this,
  int64_t at_ = 0;               // and how many of its rows have been candidates of the row
  std::vector<RowMarks> marks_;  // by batch
};

}  // namespace penstock
