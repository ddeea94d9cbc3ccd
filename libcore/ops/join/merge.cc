#include "libcore/ops/join/merge.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/right_groups.h"
#include "libcore/ops/join/scan.h"
#include "libcore/ops/join/sorted_input.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

class MergeJoin : public Operator {
 public:
  MergeJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, const MergeJoinOptions& options)
      : plan_(std::move(plan)),
        left_(std::move(left), options.left_name, plan_.left_keys, plan_.key_types, options.left),
        pairs_(plan_),
        right_({std::move(right), options.right_name, plan_.right_keys, plan_.key_types,
                options.right},
               plan_, pairs_, options.spill) {}

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    while (ready_.empty()) {
      if (left_group_) {
        std::optional<Batch> batch = left_group_->next_lonely();
        if (batch) return batch;
        left_group_.reset();
      } else if (is_done_) {
        return std::nullopt;
      } else {
        step();
      }
    }
    Batch batch = std::move(ready_.front());
    ready_.pop_front();
    return batch;
  }

 private:
  void give(std::optional<Batch> batch) {
    if (batch) ready_.push_back(*std::move(batch));
  }

  void step() {
    if (row_ == batch_.rows) {
      flush();
      if (!next_left()) finish();
      return;
    }
    std::string_view key = left_.key(row_);
    if (!key.empty() && right_.must_move_to(key)) return move_group(key);
    if (key.empty() || !right_.has(key)) return pass_left_row();
    if (RunPartners* group = right_.spilled()) {
      flush();
      std::optional<Batch> batch = group->next(batch_, row_);
      if (!batch) first_ = ++row_;
      return give(std::move(batch));
    }
    add_group();
  }

  bool next_left() {
    if (!left_.next_batch()) return false;
    batch_ = left_rows(left_.batch(), plan_);
    row_ = 0;
    first_ = 0;
    most_rows_ =
        std::min(right_.window().output_rows(), output_rows(row_bytes(batch_), batch_.rows));
    return true;
  }

  void pass_left_row() {
    if (plan_.keeps_left() && !plan_.condition) pairs_.add(row_, PartRow{-1, 0});
    ++row_;
    if (pairs_.size() >= most_rows_) flush();
  }

  // Adds the group's rows as candidates, or as many as fit into a batch of output.
  void add_group() {
    if (!is_begun_row_) partner_ = right_.begin();
    is_begun_row_ = true;
    std::span<const Batch> parts = right_.window().parts();
    while (!is_at(right_.end()) && pairs_.size() < most_rows_) {
      if (partner_.row == parts[static_cast<size_t>(partner_.part)].rows) {
        partner_ = {partner_.part + 1, 0};
        continue;
      }
      pairs_.add(row_, partner_);
      ++partner_.row;
    }
    bool is_done = is_at(right_.end());
    if (is_done) {
      is_begun_row_ = false;
      ++row_;
    }
    if (pairs_.size() >= most_rows_) flush();
    if (!is_done && pairs_.is_settled()) {
      is_begun_row_ = false;
      ++row_;
    }
  }
  bool is_at(PartRow end) const {
    return partner_.part > end.part || (partner_.part == end.part && partner_.row >= end.row);
  }

  // The output of the candidates so far.
  void flush() {
    if (row_ == first_ && pairs_.size() == 0) return;
    right_.window().parts();
    give(pairs_.output(batch_, first_, row_, right_.window(), right_.marks()));
    first_ = row_;
  }

  // Moves the group towards `key`, to its end or until another right batch has come.
  void move_group(std::string_view key) {
    if (right_.is_whole()) left_group_ = right_.leave();
    if (right_.move_to(key)) return;
    if (right_.is_full()) flush();
    right_.next_batch(ready_);
  }

  // The left input has ended.
  void finish() {
    if (right_.spilled()) {
      left_group_ = right_.leave();
    } else {
      is_done_ = !plan_.keeps_right() || !right_.pass_window(ready_);
    }
  }

  JoinPlan plan_;
  JoinSortedInput left_;
  JoinPairs pairs_;
  RightGroups right_;
  std::unique_ptr<RunPartners> left_group_;  // the last group, if it is on disk
  std::deque<Batch> ready_;                  // to be returned
  bool is_done_ = false;

  Batch batch_;  // of the left, of which row_ rows have their candidates,
  int64_t row_ = 0;
  int64_t first_ = 0;          // and those before first_ their output;
  bool is_begun_row_ = false;  // the next row has some candidates,
  PartRow partner_{0, 0};      // those before this one
  int64_t most_rows_ = kBatchRows;
};

}  // namespace

OperatorPtr make_merge_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                            const MergeJoinOptions& options) {
  return std::make_unique<MergeJoin>(std::move(left), std::move(right), std::move(plan), options);
}

}  // namespace penstock
