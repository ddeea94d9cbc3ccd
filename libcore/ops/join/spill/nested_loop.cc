#include "libcore/ops/join/spill/nested_loop.h"

#include <utility>

#include "libcore/ops/join/nested_loop.h"
#include "libcore/ops/join/scan.h"
#include "libcore/ops/join/spill/chunks.h"
#include "libcore/ops/join/spill/plan.h"
#include "libcore/ops/join/spill/spool.h"

namespace penstock {
namespace {

// Right rows with their ordinals.
class NumberedRight : public Operator {
 public:
  NumberedRight(Operator& right, const SpilledJoinPlan& spilled)
      : right_(right), spilled_(spilled) {}

  SchemaPtr schema() const override { return spilled_.right; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = right_.next();
    if (!batch) return std::nullopt;
    int64_t first = rows_;
    rows_ += batch->rows;
    return spilled_right(*std::move(batch), first, spilled_);
  }

 private:
  Operator& right_;
  const SpilledJoinPlan& spilled_;
  int64_t rows_ = 0;
};

class SpilledNestedLoopJoin : public Operator {
 public:
  SpilledNestedLoopJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                        const SpillOptions& spill)
      : left_(std::move(left)),
        right_(std::move(right)),
        plan_(std::move(plan)),
        spilled_(make_spilled_plan(plan_)),
        spill_(spill),
        file_(spill.directory),
        spool_(file_, spilled_.plan.output, spilled_.ordinals, spill.memory / 4) {}

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    if (!output_) {
      SpilledRun left = spill_left();
      NumberedRight right(*right_, spilled_);
      join_by_chunks(file_, left, right, spilled_, held_bytes(spill_), make_memory_nested_loop_join,
                     spool_);
      output_ = spool_.finish();
    }
    std::optional<Batch> batch = output_->next();
    if (!batch) return std::nullopt;
    return without_ordinals(*std::move(batch), plan_);
  }

 private:
  SpilledRun spill_left() {
    RunWriter writer(file_, spilled_.left);
    int64_t rows = 0;
    while (std::optional<Batch> batch = left_->next()) {
      int64_t first = rows;
      rows += batch->rows;
      write_pieces(spilled_left(left_rows(*std::move(batch), plan_), first, spilled_),
                   spill_.memory / 16, writer);
    }
    left_.reset();
    return writer.finish();
  }

  OperatorPtr left_;  // until it is read
  OperatorPtr right_;
  JoinPlan plan_;
  SpilledJoinPlan spilled_;
  SpillOptions spill_;
  SpillFile file_;
  JoinSpool spool_;
  OperatorPtr output_;
};

class SpilledCrossJoin : public Operator {
 public:
  SpilledCrossJoin(OperatorPtr left, OperatorPtr right, JoinPlan plan, const SpillOptions& spill)
      : left_(std::move(left)),
        right_(std::move(right)),
        plan_(std::move(plan)),
        pairs_(plan_),
        spill_(spill),
        file_(spill.directory) {}

  SchemaPtr schema() const override { return plan_.output; }

  std::optional<Batch> next() override {
    if (!partners_) {
      RunWriter writer(file_, plan_.right);
      while (std::optional<Batch> batch = right_->next())
        write_pieces(*batch, spill_.memory / 16, writer);
      partners_.emplace(file_, writer.finish(), plan_, pairs_);
    }
    while (true) {
      for (; row_ < batch_.rows; ++row_) {
        std::optional<Batch> batch = partners_->next(batch_, row_);
        if (batch) return batch;
      }
      std::optional<Batch> left = left_->next();
      if (!left) return std::nullopt;
      batch_ = left_rows(*std::move(left), plan_);
      row_ = 0;
    }
  }

 private:
  OperatorPtr left_;
  OperatorPtr right_;
  JoinPlan plan_;
  JoinPairs pairs_;
  SpillOptions spill_;
  SpillFile file_;
  std::optional<RunPartners> partners_;
  Batch batch_;  // of the left, of which row_ rows are done
  int64_t row_ = 0;
};

}  // namespace

OperatorPtr make_spilled_nested_loop_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                          const SpillOptions& spill) {
  return std::make_unique<SpilledNestedLoopJoin>(std::move(left), std::move(right), std::move(plan),
                                                 spill);
}

OperatorPtr make_spilled_cross_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                                    const SpillOptions& spill) {
  return std::make_unique<SpilledCrossJoin>(std::move(left), std::move(right), std::move(plan),
                                            spill);
}

}  // namespace penstock
