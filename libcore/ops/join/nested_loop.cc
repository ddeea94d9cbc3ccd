#include "libcore/ops/join/nested_loop.h"

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/ops/carried_metadata.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/right.h"
#include "libcore/ops/join/spill/nested_loop.h"
#include "libcore/rows/marks.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

class MemoryNestedLoopJoin : public Operator {
 public:
  MemoryNestedLoopJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, FoundRows* found)
      : left_(std::move(left)),
        right_(std::move(right)),
        plan_(std::move(plan)),
        store_(plan_.right),
        pairs_(plan_, found),
        found_(found),
        carried_(plan_.output) {
    if (found_ != nullptr) found_->base = 0;
  }

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    if (right_) read_right();
    while (left_) {
      std::optional<Batch> batch = carried_.next([this] { return next_of_batch(); });
      if (batch) return batch;
      std::optional<Batch> left = left_->next();
      if (!left) {
        left_.reset();
        break;
      }
      if (left->rows == 0) return batch_without_rows(plan_.output, std::move(left->metadata));
      carried_.begin(std::move(left->metadata));
      start(left_rows(*std::move(left), plan_));
    }
    if (!plan_.keeps_right()) return std::nullopt;
    std::vector<PartRow> lonely = marks_.next_unmarked(store_.output_rows());
    if (lonely.empty()) return std::nullopt;
    return pairs_.right_alone(store_, lonely);
  }

 private:
  void read_right() {
    while (std::optional<Batch> batch = right_->next())
      store_.add(right_rows(*batch, plan_));
    right_.reset();
    parts_ = store_.parts();
    if (plan_.keeps_right()) marks_.begin(store_);
  }

  void start(Batch left) {
    if (found_ != nullptr) found_->base += batch_.rows;
    batch_ = std::move(left);
    row_ = 0;
    most_rows_ = std::min(store_.output_rows(), output_rows(row_bytes(batch_), batch_.rows));
  }

  // The next rows of output; empty after the last ones of the left batch.
  std::optional<Batch> next_of_batch() {
    while (row_ < batch_.rows) {
      if (std::optional<Batch> batch = try_some()) return batch;
    }
    return std::nullopt;
  }

  std::optional<Batch> try_some() {
    bool adds_lonely = plan_.keeps_left() && !plan_.condition && parts_.empty();
    int64_t first = row_;
    while (row_ < batch_.rows && pairs_.size() < most_rows_) {
      bool is_begun = partner_.part > 0 || partner_.row > 0;
      bool is_done = is_begun && pairs_.is_settled();
      if (is_done || static_cast<size_t>(partner_.part) == parts_.size()) {
        if (adds_lonely) pairs_.add(row_, PartRow{-1, 0});
        partner_ = {0, 0};
        ++row_;
        continue;
      }
      int64_t rows = parts_[static_cast<size_t>(partner_.part)].rows;
      int64_t end = std::min(rows, partner_.row + most_rows_ - pairs_.size());
      for (; partner_.row < end; ++partner_.row)
        pairs_.add(row_, partner_);
      if (partner_.row == rows) partner_ = {partner_.part + 1, 0};
    }
    return pairs_.output(batch_, first, row_, store_, marks_);
  }

  OperatorPtr left_;   // until it is read
  OperatorPtr right_;  // until it is read
  JoinPlan plan_;
  RowStore store_;
  std::span<const Batch> parts_;
  RowMarks marks_;
  JoinPairs pairs_;
  FoundRows* found_;
  CarriedMetadata carried_;  // of the left batch

  Batch batch_;  // of the left, of which row_ rows are done,
  int64_t row_ = 0;
  PartRow partner_{0, 0};  // and the next row is to be tried with this one
  int64_t most_rows_ = 0;
};

}  // namespace

OperatorPtr make_memory_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                         FoundRows* found) {
  return std::make_unique<MemoryNestedLoopJoin>(std::move(left), std::move(right), std::move(plan),
                                                found);
}

OperatorPtr make_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                  const SpillOptions& spill) {
  // Keys are not used, so they are not gathered.
  plan.left_keys.clear();
  plan.right_keys.clear();
  plan.key_types.clear();
  SpilledJoin spilled = plan.condition ? make_spilled_nested_loop_join : make_spilled_cross_join;
  return make_gathering_join(std::move(left), std::move(right), std::move(plan), spill,
                             make_memory_nested_loop_join, spilled);
}

}  // namespace penstock
