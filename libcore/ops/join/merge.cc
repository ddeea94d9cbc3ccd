#include "libcore/ops/join/merge.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/scan.h"
#include "libcore/ops/join/sorted_input.h"
#include "libcore/ops/join/spill/plan.h"
#include "libcore/rows/run.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// The right batches that are used together: when a further one comes, output is made and old ones
// are freed.
constexpr size_t kWindowParts = 8;

class MergeJoin : public Operator {
 public:
  MergeJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, const MergeJoinOptions& options)
      : plan_(std::move(plan)),
        left_(std::move(left), options.left_name, plan_.left_keys, plan_.key_types, options.left),
        right_(std::move(right), options.right_name, plan_.right_keys, plan_.key_types,
               options.right),
        spill_(options.spill),
        file_(spill_.directory),
        pairs_(plan_),
        window_(plan_.right) {}

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
  // The right rows of one key: [begin, end) of the window, or on disk.
  struct Group {
    std::string key;
    PartRow begin{0, 0};
    PartRow end{0, 0};
    bool is_begun = false;  // its first row is there
    bool is_whole = false;
    std::unique_ptr<RunPartners> spilled;
  };

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
    bool is_past = !key.empty() && (!group_.is_begun || group_.key < key || !group_.is_whole);
    if (is_past && !right_ended_) return move_group(key);
    if (key.empty() || !group_.is_begun || group_.key != key) return pass_left_row();
    if (group_.spilled) {
      flush();
      std::optional<Batch> batch = group_.spilled->next(batch_, row_);
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
    most_rows_ = std::min(window_.output_rows(), output_rows(row_bytes(batch_), batch_.rows));
    return true;
  }

  void pass_left_row() {
    if (plan_.keeps_left() && !plan_.condition) pairs_.add(row_, PartRow{-1, 0});
    ++row_;
    if (pairs_.size() >= most_rows_) flush();
  }

  // Adds the group's rows as candidates, or as many as fit into a batch of output.
  void add_group() {
    if (!is_begun_row_) partner_ = group_.begin;
    is_begun_row_ = true;
    std::span<const Batch> parts = window_.parts();
    while (!is_at(group_.end) && pairs_.size() < most_rows_) {
      if (partner_.row == parts[static_cast<size_t>(partner_.part)].rows) {
        partner_ = {partner_.part + 1, 0};
        continue;
      }
      pairs_.add(row_, partner_);
      ++partner_.row;
    }
    bool is_done = is_at(group_.end);
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
    window_.parts();
    give(pairs_.output(batch_, first_, row_, window_, marks_));
    first_ = row_;
  }

  // Moves the group towards `key`, to its end or until another right batch is needed.
  void move_group(std::string_view key) {
    if (group_.is_begun && group_.is_whole) leave_group();
    while (right_row_ < right_.batch().rows) {
      std::string_view right_key = right_.key(right_row_);
      if (group_.is_begun && right_key != group_.key) {
        group_.is_whole = true;
        return;
      }
      if (!group_.is_begun && !right_key.empty() && right_key >= key) {
        group_.is_begun = true;
        group_.key = std::string(right_key);
        group_.begin = right_place();
      }
      ++right_row_;
      group_.end = right_place();
      if (!group_.is_begun) group_.begin = group_.end;
    }
    next_right();
  }

  PartRow right_place() {
    return {static_cast<int32_t>(std::ssize(window_.parts())) - 1,
            static_cast<RowIndex>(right_row_)};
  }

  void leave_group() {
    left_group_ = std::move(group_.spilled);
    PartRow end = group_.end;
    group_ = {};
    group_.begin = end;
    group_.end = end;
  }

  // Adds another right batch to the window, when there is room.
  void next_right() {
    std::span<const Batch> parts = window_.parts();
    if (parts.size() >= kWindowParts || window_bytes_ > spill_.memory / 4) {
      flush();
      trim(group_.begin);
      if (window_bytes_ > spill_.memory / 2 && group_.is_begun) return spill_group();
    }
    if (!right_.next_batch()) {
      right_ended_ = true;
      group_.is_whole = true;
      return;
    }
    right_row_ = 0;
    Batch rows = held_alone(right_rows(right_.batch(), plan_), right_.batch());
    window_bytes_ += memory_bytes(rows);
    window_.add(rows);
    window_.parts();
    if (plan_.keeps_right()) marks_.extend(window_);
  }

  // Frees the rows before `begin`, all of whose partners have come.
  void trim(PartRow begin) {
    std::span<const Batch> parts = window_.parts();
    if (plan_.keeps_right()) {
      const int64_t most = window_.output_rows();
      std::vector<PartRow> lonely = marks_.next_unmarked(most, begin);
      for (; !lonely.empty(); lonely = marks_.next_unmarked(most, begin))
        give(pairs_.right_alone(window_, lonely));
    }
    std::vector<Batch> kept;
    for (size_t part = static_cast<size_t>(begin.part); part < parts.size(); ++part)
      kept.push_back(parts[part]);
    int32_t dropped = std::min(begin.part, static_cast<int32_t>(parts.size()));
    window_.clear();
    window_bytes_ = 0;
    for (const Batch& batch : kept) {
      window_bytes_ += memory_bytes(batch);
      window_.add(batch);
      window_.parts();
    }
    marks_.drop(dropped);
    group_.begin.part -= dropped;
    group_.end.part -= dropped;
    partner_.part -= dropped;
  }

  // Reads the rest of a group that does not fit, and puts all of it on disk.
  void spill_group() {
    RunWriter writer(file_, plan_.right);
    auto write = [&](const Batch& rows) { write_pieces(rows, spill_.memory / 16, writer); };
    std::vector<Batch> parts(window_.parts().begin(), window_.parts().end());
    for (size_t part = 0; part < parts.size(); ++part) {
      int64_t begin = part == 0 ? group_.begin.row : 0;
      write(slice(parts[part], begin, parts[part].rows - begin));
    }
    parts.clear();
    window_.clear();
    window_bytes_ = 0;
    marks_ = {};
    right_ended_ = true;
    while (right_ended_ && right_.next_batch()) {
      int64_t rows = right_.batch().rows;
      for (right_row_ = 0; right_row_ < rows && right_.key(right_row_) == group_.key;)
        ++right_row_;
      Batch batch = right_rows(right_.batch(), plan_);
      write(slice(batch, 0, right_row_));
      if (right_row_ == rows) continue;
      right_ended_ = false;
      window_bytes_ = memory_bytes(batch);
      window_.add(batch);
      window_.parts();
      if (plan_.keeps_right()) {
        marks_.extend(window_);
        for (int64_t i = 0; i < right_row_; ++i)
          marks_.mark(std::vector<PartRow>{{0, static_cast<RowIndex>(i)}});
      }
    }
    group_.begin = {0, static_cast<RowIndex>(right_ended_ ? 0 : right_row_)};
    group_.end = group_.begin;
    group_.is_whole = true;
    group_.spilled = std::make_unique<RunPartners>(file_, writer.finish(), plan_, pairs_);
  }

  // The left input has ended.
  void finish() {
    if (group_.spilled) return leave_group();
    if (!plan_.keeps_right()) {
      is_done_ = true;
      return;
    }
    trim({static_cast<int32_t>(std::ssize(window_.parts())), 0});
    group_ = {};
    if (right_ended_ || !right_.next_batch()) {
      is_done_ = true;
      return;
    }
    window_.add(right_rows(right_.batch(), plan_));
    window_.parts();
    marks_.extend(window_);
  }

  JoinPlan plan_;
  JoinSortedInput left_;
  JoinSortedInput right_;
  SpillOptions spill_;
  SpillFile file_;
  JoinPairs pairs_;
  std::deque<Batch> ready_;  // to be returned
  bool is_done_ = false;

  Batch batch_;  // of the left, of which row_ rows have their candidates,
  int64_t row_ = 0;
  int64_t first_ = 0;          // and those before first_ their output;
  bool is_begun_row_ = false;  // the next row has some candidates,
  PartRow partner_{0, 0};      // those before this one
  int64_t most_rows_ = kBatchRows;

  RowStore window_;  // right batches; rows of the last one from right_row_ on are not in the group
  int64_t window_bytes_ = 0;
  int64_t right_row_ = 0;
  bool right_ended_ = false;
  RowMarks marks_;
  Group group_;
  std::unique_ptr<RunPartners> left_group_;  // the last group, if it is on disk
};

}  // namespace

OperatorPtr make_merge_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                            const MergeJoinOptions& options) {
  return std::make_unique<MergeJoin>(std::move(left), std::move(right), std::move(plan), options);
}

}  // namespace penstock
