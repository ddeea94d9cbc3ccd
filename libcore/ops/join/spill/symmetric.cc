#include "libcore/ops/join/spill/symmetric.h"

#include <span>

#include "libcore/data/take.h"
#include "libcore/ops/join/hash.h"

namespace penstock {

SymmetricSpill::SymmetricSpill(const JoinPlan& plan, const SpillOptions& spill)
    : plan_(plan), spilled_(make_spilled_plan(plan)), spill_(spill), file_(spill.directory) {}

void SymmetricSpill::begin(std::array<JoinSideRows, 2>& sides) {
  if (plan_.tell) plan_.tell("the inputs do not fit into the memory: what follows joins from disk");
  // Both sides go at one moment: then a pair was returned exactly when both of its rows were
  // among the kept ones, and was_given() needs nothing but their numbers.
  for (size_t side : {kLeftSide, kRightSide}) {
    const SchemaPtr& schema = side == kLeftSide ? spilled_.left : spilled_.right;
    writers_[side] = std::make_unique<RunWriter>(file_, schema);
    kept_[side] = sides[side].rows();
    std::span<const Batch> parts = sides[side].parts();
    for (const Batch& part : parts)
      add(side, part);
    for (int32_t row = 0; side == kLeftSide && row < kept_[kLeftSide]; ++row)
      left_found_.push_back(sides[kLeftSide].is_found(row));
  }
}

void SymmetricSpill::add(size_t side, const Batch& rows) {
  int64_t first = written_[side];
  written_[side] += rows.rows;
  Batch batch = side == kLeftSide ? spilled_left(rows, first, spilled_)
                                  : spilled_right(rows, first, spilled_);
  write_pieces(batch, spill_.memory / 16, *writers_[side]);
}

void SymmetricSpill::join() {
  SpilledRun left = writers_[kLeftSide]->finish();
  SpilledRun right = writers_[kRightSide]->finish();
  spilled_.plan.tell = nullptr;
  rest_ = make_hash_join(read_run(file_, left), read_run(file_, right), spilled_.plan, spill_);
}

std::optional<Batch> SymmetricSpill::next() {
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

// Returns whether row `row` of the output of the stored rows was returned before begin().
bool SymmetricSpill::was_given(const Batch& batch, int64_t row) const {
  const Column& left = *batch.columns[plan_.output->size()];
  if (left.is_null(row)) return false;
  int64_t number = left.data<int64_t>()[row];
  if (number >= kept_[kLeftSide]) return false;
  if (!plan_.gives_right()) return left_found_[static_cast<size_t>(number)];
  const Column& right = *batch.columns[plan_.output->size() + 1];
  return right.is_valid(row) && right.data<int64_t>()[row] < kept_[kRightSide];
}

}  // namespace penstock
