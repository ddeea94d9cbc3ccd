#include "libcore/ops/join/right.h"

#include <algorithm>
#include <utility>

#include "libcore/ops/join/hash.h"
#include "libcore/ops/only_rows.h"
#include "libcore/rows/store.h"

namespace penstock {

void JoinTableSize::add(const Batch& batch) {
  rows_ += batch.rows;
  // A key that is a stored column too is held once.
  Batch distinct{batch.schema, batch.rows, {}};
  for (const ColumnPtr& column : batch.columns) {
    if (std::find(distinct.columns.begin(), distinct.columns.end(), column) ==
        distinct.columns.end()) {
      distinct.columns.push_back(column);
    }
  }
  bytes_ += row_bytes(distinct) + std::ssize(distinct.columns) * kColumnBytes;
}

bool GatheredRight::hold(int64_t bytes) {
  while (std::optional<Batch> batch = read()) {
    size_.add(*batch);
    held_.push_back(*std::move(batch));
    if (size_.bytes() > bytes && !drop_repeated(bytes)) return false;
  }
  return true;
}

std::optional<Batch> GatheredRight::next() {
  if (held_.empty()) return read();
  Batch batch = std::move(held_.front());
  held_.pop_front();
  return batch;
}

std::optional<Batch> GatheredRight::read() {
  if (!right_) return std::nullopt;
  std::optional<Batch> batch = right_->next();
  if (!batch) {
    right_.reset();
    return std::nullopt;
  }
  return held_alone(gathered_right(*batch, plan_, gathered_), *batch);
}

// Whether that made enough room to go on holding.
bool GatheredRight::drop_repeated(int64_t bytes) {
  if (plan_.gives_right() || plan_.right->size() != 0) return false;
  JoinTable table = make_join_table(plan());
  for (; !held_.empty(); held_.pop_front()) {
    table.add(key_columns(held_.front(), plan().right_keys, plan()),
              right_rows(held_.front(), plan()));
  }
  Batch keys{gathered_.right, table.key_count(), table.keys()};
  size_ = {};
  if (keys.rows != 0) {
    size_.add(keys);
    held_.push_back(std::move(keys));
  }
  return size_.bytes() <= bytes / 2;
}

namespace {

class GatheringJoin : public Operator {
 public:
  GatheringJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, const SpillOptions& spill,
                HeldJoin held, SpilledJoin spilled)
      : left_(std::move(left)),
        right_(std::make_unique<GatheredRight>(std::move(right), plan)),
        plan_(std::move(plan)),
        spill_(spill),
        held_(held),
        spilled_(spilled) {}

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    if (!join_) join_ = choose();
    return join_->next();
  }

 private:
  OperatorPtr choose() {
    if (right_->hold(held_bytes(spill_))) {
      JoinPlan gathered = right_->plan();
      gathered.right_rows = right_->rows();
      return held_(std::move(left_), std::move(right_), std::move(gathered), nullptr);
    }
    if (plan_.tell) plan_.tell("the right input does not fit into the memory: joining from disk");
    // Some rows of a left batch come out at the end: no place among the rows is behind all of them.
    return spilled_(only_rows(std::move(left_)), std::move(right_), plan_, spill_);
  }

  OperatorPtr left_;
  std::unique_ptr<GatheredRight> right_;
  JoinPlan plan_;
  SpillOptions spill_;
  HeldJoin held_;
  SpilledJoin spilled_;
  OperatorPtr join_;
};

}  // namespace

OperatorPtr make_gathering_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                const SpillOptions& spill, HeldJoin held, SpilledJoin spilled) {
  return std::make_unique<GatheringJoin>(std::move(left), std::move(right), std::move(plan), spill,
                                         held, spilled);
}

}  // namespace penstock
