// The hash join: one side is held in memory by key, the other is looked up row by row.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/plan.h"
#include "libcore/ops/join/table.h"
#include "libcore/rows/marks.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Returns an empty table for what a join of this plan keeps of its right side.
JoinTable make_join_table(const JoinPlan& plan);

// Finds the partners of left batches in a finished table.
class HashProbe {
 public:
  // All arguments must outlive it. REQUIRES keys in the plan, and that marks were begun before the
  // first next(). `found` is null, or the plan is of kInner or kRight.
  HashProbe(const JoinPlan& plan, JoinTable& table, RowMarks& marks, FoundRows* found)
      : plan_(plan), pairs_(plan, found), table_(table), marks_(marks), found_(found) {}

  // Begins the next left batch, with the columns of plan.left. REQUIRES that next() returned empty
  // for the last one.
  void start(Batch left);
  // Returns the next rows of output; empty after the last ones of the batch.
  std::optional<Batch> next();

 private:
  std::optional<Batch> select_left();
  std::optional<Batch> pair_whole();
  std::optional<Batch> pair_some();

  const JoinPlan& plan_;
  JoinPairs pairs_;
  JoinTable& table_;
  RowMarks& marks_;
  FoundRows* found_;

  Batch batch_;  // of which row_ rows are done,
  int64_t row_ = 0;
  size_t partner_ = 0;            // and of the next row this many partners
  std::vector<int32_t> numbers_;  // each row's key
  bool all_have_one_ = false;
  int64_t most_rows_ = 0;        // of pairs in a batch
  int64_t most_right_rows_ = 0;  // of right rows beside left rows that are not copied
  std::vector<PartRow> right_rows_;
};

// Reads all of the right input into memory, then streams the left. REQUIRES keys in the plan, and
// in `found`, as above, a row for each left row.
OperatorPtr make_memory_hash_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                  FoundRows* found = nullptr);

// The same while the right input fits into memory; otherwise a hybrid hash join
// (ops/join/spill/hash.h).
OperatorPtr make_hash_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                           const SpillOptions& spill);

}  // namespace penstock
