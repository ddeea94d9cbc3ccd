#include "libcore/ops/join/symmetric.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/join/hash.h"
#include "libcore/ops/join/pairs.h"
#include "libcore/ops/join/side.h"
#include "libcore/ops/join/spill/plan.h"
#include "libcore/ops/merge/arrivals.h"
#include "libcore/rows/run.h"

namespace penstock {
namespace {

constexpr size_t kLeft = 0;
constexpr size_t kRight = 1;

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

class SymmetricJoin : public Operator {
 public:
  SymmetricJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, const SpillOptions& spill)
      : plan_(std::move(plan)),
        gathered_(make_gathered_plan(plan_)),
        spilled_(make_spilled_plan(plan_)),
        spill_(spill),
        plans_{pairs_of(gathered_.plan), mirrored(pairs_of(gathered_.plan))},
        pairs_{JoinPairs(plans_[kLeft]), JoinPairs(plans_[kRight])},
        alone_(plan_),
        arrivals_(both(std::move(left), std::move(right))),
        sides_{JoinSideRows(plan_.key_types, plan_.left),
               JoinSideRows(plan_.key_types, gathered_.right)},
        file_(spill.directory) {}

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    while (ready_.empty() && !is_over_) {
      if (row_ < batch_.rows) {
        probe();
      } else if (!next_arrival()) {
        is_over_ = true;
        if (writers_[kLeft]) join_rest();
      }
    }
    if (!ready_.empty()) return take_ready();
    return rest_ ? next_of_rest() : next_lonely();
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
    if (side_ == kLeft) {
      batch_ = left_rows(*std::move(arrival->batch), plan_);
      keys_ = key_columns(batch_, plan_.left_keys, plan_);
    } else {
      batch_ = held_alone(gathered_right(*arrival->batch, plan_, gathered_), *arrival->batch);
      keys_ = key_columns(batch_, gathered_.plan.right_keys, gathered_.plan);
    }
    row_ = batch_.rows;
    if (writers_[side_]) {
      write(side_, batch_);
      return true;
    }
    begin();
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
    if (side_ == kLeft) {
      std::vector<RowIndex> rows;
      for (RowIndex row : pairs_[side_].left_rows()) {
        bool is_new = !found_[static_cast<size_t>(row)];
        if (is_new && (rows.empty() || rows.back() != row)) rows.push_back(row);
      }
      if (!rows.empty()) give(alone_.left_alone(batch_, rows));
      return;
    }
    JoinSideRows& left = sides_[kLeft];
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
    if (side == kRight) return plan_.keeps_right();
    return plan_.keeps_left() || plan_.type == JoinType::kAnti;
  }

  // Keeps the batch for later rows of the other side; if there will be none, returns its rows
  // without a partner instead.
  void keep_batch() {
    // When the other side has ended, nothing will look these rows up.
    if (!has_ended_[1 - side_]) {
      sides_[side_].add(keys_, batch_, found_);
      if (sides_[kLeft].bytes() + sides_[kRight].bytes() > held_bytes(spill_)) put_aside();
    } else if (keeps_lonely(side_)) {
      std::vector<RowIndex> lonely;
      for (size_t i = 0; i < found_.size(); ++i) {
        if (!found_[i]) lonely.push_back(static_cast<RowIndex>(i));
      }
      if (!lonely.empty()) give_lonely(side_, take(batch_, lonely));
    }
  }

  void give_lonely(size_t side, const Batch& rows) {
    JoinPlan plan = gathered_.plan;
    plan.condition = nullptr;
    JoinPairs pairs(plan);
    RowStore store(gathered_.right);
    RowMarks marks;
    if (side == kRight) {
      store.add(rows);
      std::vector<PartRow> all;
      for (int64_t i = 0; i < rows.rows; ++i)
        all.push_back({0, static_cast<RowIndex>(i)});
      store.parts();
      give(pairs.right_alone(store, all));
    } else if (!plan_.gives_right()) {
      Batch batch = rows;
      batch.schema = plan_.output;
      give(std::move(batch));
    } else {
      for (int64_t i = 0; i < rows.rows; ++i)
        pairs.add(i, PartRow{-1, 0});
      give(pairs.output(rows, 0, rows.rows, store, marks));
    }
  }

  // Returns the rows kept to the end that found no partner. If the other side ended first, the rows
  // of this side that were not kept are done.
  std::optional<Batch> next_lonely() {
    while (lonely_side_ <= kRight && ready_.empty()) {
      JoinSideRows& side = sides_[lonely_side_];
      auto end = static_cast<int32_t>(keeps_lonely(lonely_side_) ? side.rows() : 0);
      std::vector<PartRow> rows;
      auto most = static_cast<size_t>(side.store().output_rows());
      for (; lonely_row_ < end && rows.size() < most; ++lonely_row_) {
        if (!side.is_found(lonely_row_)) rows.push_back(side.place(lonely_row_));
      }
      if (!rows.empty()) {
        give_lonely(lonely_side_, side.store().take(rows));
      } else {
        ++lonely_side_;
        lonely_row_ = 0;
      }
    }
    return take_ready();
  }

  // Moves the kept rows to disk, and from now on those that come, numbered by arrival.
  void put_aside() {
    if (plan_.tell)
      plan_.tell("the inputs do not fit into the memory: what follows joins from disk");
    // Both sides go at one moment: then a pair was returned exactly when both of its rows were
    // among the kept ones, and was_given() needs nothing but their numbers.
    for (size_t side : {kLeft, kRight}) {
      const SchemaPtr& schema = side == kLeft ? spilled_.left : spilled_.right;
      writers_[side] = std::make_unique<RunWriter>(file_, schema);
      kept_[side] = sides_[side].rows();
      std::span<const Batch> parts = sides_[side].parts();
      for (const Batch& part : parts)
        write(side, part);
      for (int32_t row = 0; side == kLeft && row < kept_[kLeft]; ++row)
        left_found_.push_back(sides_[kLeft].is_found(row));
    }
    sides_ = {JoinSideRows(plan_.key_types, plan_.left),
              JoinSideRows(plan_.key_types, gathered_.right)};
  }

  void write(size_t side, const Batch& rows) {
    int64_t first = written_[side];
    written_[side] += rows.rows;
    Batch batch =
        side == kLeft ? spilled_left(rows, first, spilled_) : spilled_right(rows, first, spilled_);
    write_pieces(batch, spill_.memory / 16, *writers_[side]);
  }

  void join_rest() {
    SpilledRun left = writers_[kLeft]->finish();
    SpilledRun right = writers_[kRight]->finish();
    spilled_.plan.tell = nullptr;
    rest_ = make_hash_join(read_run(file_, left), read_run(file_, right), spilled_.plan, spill_);
  }

  // Leaves out what was returned before: pairs of which both rows were kept, left rows of kSemi.
  std::optional<Batch> next_of_rest() {
    while (std::optional<Batch> batch = rest_->next()) {
      std::vector<RowIndex> rows;
      for (int64_t i = 0; i < batch->rows; ++i) {
        if (!was_given(*batch, i)) rows.push_back(static_cast<RowIndex>(i));
      }
      if (rows.empty()) continue;
      return without_ordinals(take(*batch, rows), plan_);
    }
    return std::nullopt;
  }

  bool was_given(const Batch& batch, int64_t row) const {
    const Column& left = *batch.columns[plan_.output->size()];
    if (left.is_null(row)) return false;
    int64_t number = left.data<int64_t>()[row];
    if (number >= kept_[kLeft]) return false;
    if (!plan_.gives_right()) return left_found_[static_cast<size_t>(number)];
    const Column& right = *batch.columns[plan_.output->size() + 1];
    return right.is_valid(row) && right.data<int64_t>()[row] < kept_[kRight];
  }

  JoinPlan plan_;
  GatheredPlan gathered_;
  SpilledJoinPlan spilled_;
  SpillOptions spill_;
  std::array<JoinPlan, 2> plans_;   // for rows that arrive left, right
  std::array<JoinPairs, 2> pairs_;  // the same
  JoinPairs alone_;
  Arrivals arrivals_;
  std::array<JoinSideRows, 2> sides_;
  std::array<bool, 2> has_ended_ = {false, false};
  bool is_over_ = false;        // both inputs have ended
  size_t lonely_side_ = kLeft;  // then rows without a partner are returned, from this side on
  int32_t lonely_row_ = 0;
  std::deque<Batch> ready_;  // to be returned

  size_t side_ = kLeft;  // that the batch arrived on, of which row_ rows have been looked up,
  Batch batch_;
  std::vector<ColumnPtr> keys_;
  int64_t row_ = 0;
  int32_t partner_ = GroupIndex::kNone;  // and the next with partners up to this one
  int64_t most_pairs_ = 0;               // that are looked up at once
  std::vector<int32_t> numbers_;
  std::vector<bool> found_;

  // Once it does not fit.
  SpillFile file_;
  std::array<std::unique_ptr<RunWriter>, 2> writers_;
  std::array<int64_t, 2> written_ = {0, 0};
  std::array<int64_t, 2> kept_ = {0, 0};  // rows that were looked up among each other
  std::vector<bool> left_found_;          // of those
  OperatorPtr rest_;
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
