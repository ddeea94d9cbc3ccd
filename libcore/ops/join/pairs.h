// Turns candidate pairs of rows into a join's output. All algorithms use it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/take.h"
#include "libcore/ops/join/plan.h"
#include "libcore/rows/marks.h"
#include "libcore/rows/store.h"

namespace penstock {

// Left rows that have found a partner, by their number in the left input.
struct FoundRows {
  std::vector<bool> rows;
  int64_t base = 0;  // the number of the current batch's first row
};

// An algorithm adds candidates for the rows of a left batch, in the order of the rows, and requests
// the output of them from time to time. Left rows are named by their number in the batch (with the
// columns of plan.left), right rows by their place in a store (of plan.right) whose parts() was
// called.
class JoinPairs {
 public:
  // `plan` must outlive this object. Left rows with a partner are recorded in `found`, unless it is
  // null.
  explicit JoinPairs(const JoinPlan& plan, FoundRows* found = nullptr)
      : plan_(plan), found_(found) {}

  // Adds a candidate. A right row whose part is -1 states that the left row has no partner; only
  // for joins without a condition.
  void add(int64_t left_row, PartRow right_row) {
    left_rows_.push_back(static_cast<RowIndex>(left_row));
    right_rows_.push_back(right_row);
  }
  int64_t size() const { return static_cast<int64_t>(left_rows_.size()); }

  // Returns whether a further candidate of the row tried last cannot change the output.
  bool is_settled() const { return has_partner_ && !plan_.gives_right(); }

  // Returns the output of the candidates added since the last call. They must be complete for the
  // left rows from `first` (where the last call ended) up to `end`, and may include some of row
  // `end`. Marks the right rows that found a partner. Empty when there is no output.
  std::optional<Batch> output(const Batch& left, int64_t first, int64_t end, const RowStore& right,
                              RowMarks& marks);

  // The steps of output(), for callers that keep account of partners themselves. keep_partners()
  // drops the pairs that are not partners; left_rows() and right_rows() are the remaining pairs;
  // output_of_pairs() returns their output as a kInner join does, and leaves no pairs.
  void keep_partners(const Batch& left, const RowStore& right);
  std::span<const RowIndex> left_rows() const { return left_rows_; }
  std::span<const PartRow> right_rows() const { return right_rows_; }
  std::optional<Batch> output_of_pairs(const Batch& left, const RowStore& right);
  void clear() {
    left_rows_.clear();
    right_rows_.clear();
  }

  // Returns the output of all rows of `left` in kInner and kLeft, kRight and kFull, when each has
  // one partner.
  Batch output_of_all(const Batch& left, const RowStore& right,
                      std::span<const PartRow> right_rows) const;
  // Returns the output of right rows without a partner.
  Batch right_alone(const RowStore& right, std::span<const PartRow> right_rows) const;
  // Returns the output of left rows in kSemi and kAnti.
  Batch left_alone(const Batch& left, std::span<const RowIndex> left_rows) const;

 private:
  void settle(int64_t first, int64_t end);
  template <typename TakeLeft>
  Batch make(TakeLeft take_left, const RowStore& right, std::span<const PartRow> right_rows) const;

  const JoinPlan& plan_;
  FoundRows* found_;
  std::vector<RowIndex> left_rows_;
  std::vector<PartRow> right_rows_;
  bool has_partner_ = false;  // the row at which the last call ended has one
  std::vector<RowIndex> settled_left_;
  std::vector<PartRow> settled_right_;
};

}  // namespace penstock
