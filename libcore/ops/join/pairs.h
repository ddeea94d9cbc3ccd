// From candidate pairs of rows to a join's output: what all algorithms share.
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

// Rows of a left input that have found a partner, by their number in it.
struct FoundRows {
  std::vector<bool> rows;
  int64_t base = 0;  // the number of the current batch's first row
};

// An algorithm adds candidates for the rows of a left batch, in the rows' order, and asks for the
// output of them now and then. Left rows are named by their number in the batch (as plan.left has
// it), right ones by their place in a store (of plan.right) of which parts() was called.
class JoinPairs {
 public:
  // `plan` outlives it. Left rows with a partner are noted in `found`, unless it is null.
  explicit JoinPairs(const JoinPlan& plan, FoundRows* found = nullptr)
      : plan_(plan), found_(found) {}

  // A right row's part of -1 says that the left row has no partner, which only those may say that
  // have no condition to ask.
  void add(int64_t left_row, PartRow right_row) {
    left_rows_.push_back(static_cast<RowIndex>(left_row));
    right_rows_.push_back(right_row);
  }
  int64_t size() const { return static_cast<int64_t>(left_rows_.size()); }

  // Whether a further candidate of the row last tried could change nothing.
  bool is_settled() const { return has_partner_ && !plan_.gives_right(); }

  // What comes out of the candidates added since the last call: they are all that there are for the
  // left rows from `first` (where the last call ended) up to `end`, and perhaps some of row `end`.
  // Right rows that found a partner are marked. Empty when nothing comes out.
  std::optional<Batch> output(const Batch& left, int64_t first, int64_t end, const RowStore& right,
                              RowMarks& marks);

  // In steps, for who keeps book of partners itself: drops the pairs that are no partners; those
  // that are; their output, as a kInner join's, which leaves no pairs.
  void keep_partners(const Batch& left, const RowStore& right);
  std::span<const RowIndex> left_rows() const { return left_rows_; }
  std::span<const PartRow> right_rows() const { return right_rows_; }
  std::optional<Batch> output_of_pairs(const Batch& left, const RowStore& right);
  void clear() {
    left_rows_.clear();
    right_rows_.clear();
  }

  // The output of all rows of `left` in kInner and kLeft, kRight and kFull, each with one partner.
  Batch output_of_all(const Batch& left, const RowStore& right,
                      std::span<const PartRow> right_rows) const;
  // Of right rows without partner.
  Batch right_alone(const RowStore& right, std::span<const PartRow> right_rows) const;
  // Of left rows in kSemi and kAnti.
  Batch left_alone(const Batch& left, std::span<const RowIndex> left_rows) const;

 private:
  void settle(int64_t first, int64_t end);
  template <typename TakeLeft>
  Batch make(TakeLeft take_left, const RowStore& right, std::span<const PartRow> right_rows) const;

  const JoinPlan& plan_;
  FoundRows* found_;
  std::vector<RowIndex> left_rows_;
  std::vector<PartRow> right_rows_;
  bool has_partner_ = false;  // the row that the last call ended at
  std::vector<RowIndex> settled_left_;
  std::vector<PartRow> settled_right_;
};

}  // namespace penstock
