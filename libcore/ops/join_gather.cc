// The hash join's right side, gathered until it is known whether it fits.
#include <deque>
#include <utility>

#include "libcore/ops/join_hash.h"
#include "libcore/ops/join_spill.h"
#include "libcore/ops/join_spill_plan.h"
#include "libcore/ops/row_store.h"

namespace penstock {
namespace {

// Gathered batches as an input; each is let go once it was given.
class GatheredRows : public Operator {
 public:
  GatheredRows(SchemaPtr schema, std::deque<Batch> batches)
      : schema_(std::move(schema)), batches_(std::move(batches)) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (batches_.empty()) return std::nullopt;
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    return batch;
  }

 private:
  SchemaPtr schema_;
  std::deque<Batch> batches_;
};

class HashJoin : public Operator {
 public:
  HashJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, const SpillOptions& spill)
      : left_(std::move(left)),
        right_(std::move(right)),
        plan_(std::move(plan)),
        gathered_(make_gathered_plan(plan_)),
        spill_(spill) {}

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    if (!join_) join_ = choose();
    return join_->next();
  }

 private:
  OperatorPtr choose() {
    // Where only the keys are asked for, each is needed once.
    bool keys_only = !plan_.gives_right() && !plan_.condition;
    std::deque<Batch> held;
    JoinTableSize size;
    while (std::optional<Batch> batch = right_->next()) {
      held.push_back(gathered_right(*batch, plan_, gathered_));
      size.add(held.back());
      if (size.bytes() <= held_bytes(spill_)) continue;
      if (keys_only && drop_repeated(held, size)) continue;
      return make_spilled_hash_join(std::move(left_), std::move(right_), std::move(held), plan_,
                                    spill_);
    }
    right_.reset();
    return make_memory_hash_join(std::move(left_),
                                 std::make_unique<GatheredRows>(gathered_.right, std::move(held)),
                                 gathered_.plan);
  }

  // Leaves each key once. Whether that made enough room to go on so.
  bool drop_repeated(std::deque<Batch>& held, JoinTableSize& size) const {
    JoinTable table = make_join_table(gathered_.plan);
    for (; !held.empty(); held.pop_front()) {
      table.add(key_columns(held.front(), gathered_.plan.right_keys, gathered_.plan),
                right_rows(held.front(), gathered_.plan));
    }
    Batch keys{gathered_.right, table.key_count(), table.keys()};
    size = {};
    if (keys.rows != 0) {
      held.push_back(std::move(keys));
      size.add(held.back());
    }
    return size.bytes() <= held_bytes(spill_) / 2;
  }

  OperatorPtr left_;
  OperatorPtr right_;
  JoinPlan plan_;
  GatheredPlan gathered_;
  SpillOptions spill_;
  OperatorPtr join_;
};

}  // namespace

OperatorPtr make_hash_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                           const SpillOptions& spill) {
  return std::make_unique<HashJoin>(std::move(left), std::move(right), std::move(plan), spill);
}

}  // namespace penstock
