#include "libcore/ops/join/symmetric.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/side.h"
#include "libcore/ops/join/spill/plan.h"
#include "libcore/ops/join/spill/symmetric.h"
#include "libcore/ops/merge/arrivals.h"
#include "libcore/rows/marks.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// The same pairs with the sides exchanged, for right rows that look for left ones.
JoinPlan mirrored(const JoinPlan& plan) {
  JoinPlan mirror = plan;
  std::swap(mirror.left, mirror.right);
  for (JoinPlan::Operand& operand : mirror.operands)
    operand.is_left = !operand.is_left;
  for (JoinPlan::Output& output : mirror.outputs) {
    if (output.left) output.right.reset();
    std::swap(output.left, output.right);
  }
  return mirror;
}

// The plan for pairs alone.
JoinPlan pairs_of(JoinPlan plan) {
  plan.type = JoinType::kInner;
  return plan;
}

std::vector<OperatorPtr> both(OperatorPtr left, OperatorPtr right) {
  std::vector<OperatorPtr> inputs;
  inputs.push_back(std::move(left));
  inputs.push_back(std::move(right));
  return inputs;
}

// Returns the output of rows of one side that have no partner. REQUIRES a type of join that keeps
// such rows.
std::optional<Batch> lonely_output(size_t side, const Batch& rows, const JoinPlan& plan,
                                   const GatheredPlan& gathered) {
  if (side == kLeftSide && !plan.gives_right()) {
    Batch batch = rows;
    batch.schema = plan.output;
    return batch;
  }
  JoinPlan without_condition = gathered.plan;
  without_condition.condition = nullptr;
  JoinPairs pairs(without_condition);
  RowStore store(gathered.right);
  if (side == kRightSide) {
    store.add(rows);
    std::vector<PartRow> all;
    for (int64_t i = 0; i < rows.rows; ++i)
      all.push_back({0, static_cast<RowIndex>(i)});
    store.parts();
    return pairs.right_alone(store, all);
  }
  RowMarks marks;
  for (int64_t i = 0; i < rows.rows; ++i)
    pairs.add(i, PartRow{-1, 0});
  return pairs.output(rows, 0, rows.rows, store, marks);
}

class SymmetricJoin : public Operator {
 public:
  SymmetricJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, const SpillOptions& spill)
      : plan_(std::move(plan)),
        gathered_(make_gathered_plan(plan_)),
        held_bytes_(held_bytes(spill)),
        plans_{pairs_of(gathered_.plan), mirrored(pairs_of(gathered_.plan))},
        pairs_{JoinPairs(plans_[kLeftSide]), JoinPairs(plans_[kRightSide])},
        alone_(plan_),
        arrivals_(both(std::move(left), std::move(right))),
        sides_{JoinSideRows(plan_.key_types, plan_.left),
               JoinSideRows(plan_.key_types, gathered_.right)},
        spill_(plan_, spill) {}

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    while (ready_.empty() && !is_over_) {
      if (row_ < batch_.rows) {
        probe();
      } else if (!next_arrival()) {
        is_over_ = true;
        if (spill_.is_begun()) spill_.join();
      }
    }
    if (!ready_.empty()) return take_ready();
    return spill_.is_begun() ? spill_.next() : next_lonely();
  }

 private:
  void give(std::optional<Batch> batch) {
    if (batch) ready_.push_back(*std::move(batch));
  }
  std::optional<Batch> take_ready() {
    if (ready_.empty()) return std::nullopt;
    Batch batch = std::move(ready_.front());
    ready_.pop_front();
    return batch;
  }

  // False when both inputs have ended.
  bool next_arrival() {
    std::optional<Arrivals::Arrival> arrival = arrivals_.next();
    if (!arrival) return false;
    side_ = arrival->input;
    if (!arrival->batch) {
      has_ended_[side_] = true;
      return true;
    }
    if (side_ == kLeftSide) {
      batch_ = left_rows(*std::move(arrival->batch), plan_);
      keys_ = key_columns(batch_, plan_.left_keys, plan_);
    } else {
      batch_ = held_alone(gathered_right(*arrival->batch, plan_, gathered_), *arrival->batch);
      keys_ = key_columns(batch_, gathered_.plan.right_keys, gathered_.plan);
    }
    row_ = batch_.rows;
    if (spill_.is_begun()) {
      spill_.add(side_, batch_);
    } else {
      begin();
    }
    return true;
  }

  void begin() {
    row_ = 0;
    numbers_.resize(static_cast<size_t>(batch_.rows));
    found_.assign(static_cast<size_t>(batch_.rows), false);
    JoinSideRows& other = sides_[1 - side_];
    other.find(keys_, batch_.rows, numbers_.data());
    most_pairs_ =
        std::min(other.store().output_rows(), output_rows(row_bytes(batch_), batch_.rows));
    partner_ = GroupIndex::kNone;
  }

  // Looks up rows of the arrived batch, up to a batch of candidates.
  void probe() {
    JoinSideRows& other = sides_[1 - side_];
    JoinPairs& pairs = pairs_[side_];
    while (row_ < batch_.rows && pairs.size() < most_pairs_) {
      int32_t number = numbers_[static_cast<size_t>(row_)];
      if (partner_ == GroupIndex::kNone && number != GroupIndex::kNone) {
        partner_ = other.last_of(number);
      }
      for (; partner_ != GroupIndex::kNone && pairs.size() < most_pairs_;
           partner_ = other.before(partner_)) {
        pairs.add(row_, other.place(partner_));
      }
      if (partner_ == GroupIndex::kNone) ++row_;
    }
    pairs.keep_partners(batch_, other.store());
    // Asks which rows had been found before; then notes those of now.
    if (plan_.type == JoinType::kSemi) give_found_left();
    note_found();
    if (plan_.gives_right()) give(pairs.output_of_pairs(batch_, other.store()));
    pairs.clear();
    if (row_ == batch_.rows) keep_batch();
  }

  void note_found() {
    for (RowIndex row : pairs_[side_].left_rows())
      found_[static_cast<size_t>(row)] = true;
    JoinSideRows& other = sides_[1 - side_];
    for (PartRow row : pairs_[side_].right_rows())
      other.set_found(other.number(row));
  }

  // Left rows that have their first partner now.
  void give_found_left() {
    if (side_ == kLeftSide) {
      std::vector<RowIndex> rows;
      for (RowIndex row : pairs_[side_].left_rows()) {
        bool is_new = !found_[static_cast<size_t>(row)];
        if (is_new && (rows.empty() || rows.back() != row)) rows.push_back(row);
      }
      if (!rows.empty()) give(alone_.left_alone(batch_, rows));
      return;
    }
    JoinSideRows& left = sides_[kLeftSide];
    std::vector<PartRow> rows;
    for (PartRow row : pairs_[side_].right_rows()) {
      if (left.is_found(left.number(row))) continue;
      left.set_found(left.number(row));
      rows.push_back(row);
    }
    if (rows.empty()) return;
    Batch batch = left.store().take(rows);
    batch.schema = plan_.output;
    give(std::move(batch));
  }

  bool keeps_lonely(size_t side) const {
    if (side == kRightSide) return plan_.keeps_right();
    return plan_.keeps_left() || plan_.type == JoinType::kAnti;
  }

  // Keeps the batch for later rows of the other side; if there will be none, returns its rows
  // without a partner instead.
  void keep_batch() {
    // When the other side has ended, nothing will look these rows up.
    if (!has_ended_[1 - side_]) {
      sides_[side_].add(keys_, batch_, found_);
      if (sides_[kLeftSide].bytes() + sides_[kRightSide].bytes() > held_bytes_) put_aside();
    } else if (keeps_lonely(side_)) {
      std::vector<RowIndex> lonely;
      for (size_t i = 0; i < found_.size(); ++i) {
        if (!found_[i]) lonely.push_back(static_cast<RowIndex>(i));
      }
      if (!lonely.empty()) give(lonely_output(side_, take(batch_, lonely), plan_, gathered_));
    }
  }

  // Returns the rows kept to the end that found no partner. If the other side ended first, the rows
  // of this side that were not kept are done.
  std::optional<Batch> next_lonely() {
    while (lonely_side_ <= kRightSide && ready_.empty()) {
      JoinSideRows& side = sides_[lonely_side_];
      auto end = static_cast<int32_t>(keeps_lonely(lonely_side_) ? side.rows() : 0);
      std::vector<PartRow> rows;
      auto most = static_cast<size_t>(side.store().output_rows());
      for (; lonely_row_ < end && rows.size() < most; ++lonely_row_) {
        if (!side.is_found(lonely_row_)) rows.push_back(side.place(lonely_row_));
      }
      if (!rows.empty()) {
        give(lonely_output(lonely_side_, side.store().take(rows), plan_, gathered_));
      } else {
        ++lonely_side_;
        lonely_row_ = 0;
      }
    }
    return take_ready();
  }

  // Moves the kept rows to disk, where the rows that come later follow them.
  void put_aside() {
    spill_.begin(sides_);
    sides_ = {JoinSideRows(plan_.key_types, plan_.left),
              JoinSideRows(plan_.key_types, gathered_.right)};
  }

  JoinPlan plan_;
  GatheredPlan gathered_;
  int64_t held_bytes_;
  std::array<JoinPlan, 2> plans_;   // for rows that arrive left, right
  std::array<JoinPairs, 2> pairs_;  // the same
  JoinPairs alone_;
  Arrivals arrivals_;
  std::array<JoinSideRows, 2> sides_;
  SymmetricSpill spill_;
  std::array<bool, 2> has_ended_ = {false, false};
  bool is_over_ = false;            // both inputs have ended
  size_t lonely_side_ = kLeftSide;  // then rows without a partner are returned, from this side on
  int32_t lonely_row_ = 0;
  std::deque<Batch> ready_;  // to be returned

  size_t side_ = kLeftSide;  // that the batch arrived on, of which row_ rows have been looked up,
  Batch batch_;
  std::vector<ColumnPtr> keys_;
  int64_t row_ = 0;
  int32_t partner_ = GroupIndex::kNone;  // and the next with partners up to this one
  int64_t most_pairs_ = 0;               // that are looked up at once
  std::vector<int32_t> numbers_;
  std::vector<bool> found_;
};

}  // namespace

OperatorPtr make_symmetric_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                const SpillOptions& spill) {
  Metadata metadata;
  for (const auto& entry : plan.output->metadata()) {
    if (entry.first != kOrderKey) metadata.push_back(entry);
  }
  plan.output = make_schema(plan.output->fields(), std::move(metadata));
  return std::make_unique<SymmetricJoin>(std::move(left), std::move(right), std::move(plan), spill);
}

}  // namespace penstock
