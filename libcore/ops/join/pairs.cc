#include "libcore/ops/join/pairs.h"

#include <utility>

#include "libcore/ops/join/key.h"

namespace penstock {
namespace {

// Converts the values of a key on one side to the type that both sides have in the output.
ColumnPtr as_output(const ColumnPtr& column, const TypePtr& type) {
  return equals(*column->type, *type) ? column : to_key_type(plain(column), type);
}

}  // namespace

std::optional<Batch> JoinPairs::output(const Batch& left, int64_t first, int64_t end,
                                       const RowStore& right, RowMarks& marks) {
  keep_partners(left, right);
  if (plan_.keeps_right()) marks.mark(right_rows_);
  if (found_ != nullptr) {
    for (RowIndex row : left_rows_)
      found_->rows[static_cast<size_t>(found_->base + row)] = true;
  }
  bool is_settled = plan_.gives_right() && !(plan_.keeps_left() && plan_.condition);
  if (!is_settled) settle(first, end);
  if (plan_.gives_right()) return output_of_pairs(left, right);
  std::optional<Batch> batch;
  if (!left_rows_.empty()) batch = left_alone(left, left_rows_);
  clear();
  return batch;
}

std::optional<Batch> JoinPairs::output_of_pairs(const Batch& left, const RowStore& right) {
  std::optional<Batch> batch;
  if (!left_rows_.empty()) {
    batch = make([&](size_t column) { return take(*left.columns[column], left_rows_); }, right,
                 right_rows_);
  }
  clear();
  return batch;
}

// Drops the pairs for which the condition does not hold.
void JoinPairs::keep_partners(const Batch& left, const RowStore& right) {
  if (!plan_.condition || left_rows_.empty()) return;
  Batch pairs{nullptr, size(), {}};
  for (const JoinPlan::Operand& operand : plan_.operands) {
    pairs.columns.resize(operand.number + 1);
    pairs.columns[operand.number] = operand.is_left ? take(*left.columns[operand.place], left_rows_)
                                                    : right.take(operand.place, right_rows_);
  }
  std::vector<RowIndex> kept = select_rows(*plan_.condition, pairs);
  for (size_t i = 0; i < kept.size(); ++i) {
    auto from = static_cast<size_t>(kept[i]);
    left_rows_[i] = left_rows_[from];
    right_rows_[i] = right_rows_[from];
  }
  left_rows_.resize(kept.size());
  right_rows_.resize(kept.size());
}

// Turns pairs of partners into output rows: adds the rows that found no partner, or (kSemi, kAnti)
// keeps one pair or none for each left row.
void JoinPairs::settle(int64_t first, int64_t end) {
  settled_left_.clear();
  settled_right_.clear();
  size_t pair = 0;
  for (int64_t row = first;; ++row) {
    for (; pair < left_rows_.size() && left_rows_[pair] == row; ++pair) {
      has_partner_ = true;
      if (!plan_.gives_right()) continue;
      settled_left_.push_back(left_rows_[pair]);
      settled_right_.push_back(right_rows_[pair]);
    }
    if (row == end) break;
    bool comes_out =
        plan_.gives_right() ? !has_partner_ : has_partner_ == (plan_.type == JoinType::kSemi);
    if (comes_out) {
      settled_left_.push_back(static_cast<RowIndex>(row));
      settled_right_.push_back(PartRow{-1, 0});
    }
    has_partner_ = false;
  }
  left_rows_.swap(settled_left_);
  right_rows_.swap(settled_right_);
}

template <typename TakeLeft>
Batch JoinPairs::make(TakeLeft take_left, const RowStore& right,
                      std::span<const PartRow> right_rows) const {
  Batch batch{plan_.output, static_cast<int64_t>(right_rows.size()), {}};
  for (size_t i = 0; i < plan_.outputs.size(); ++i) {
    const JoinPlan::Output& output = plan_.outputs[i];
    if (output.left) {
      batch.columns.push_back(as_output(take_left(*output.left), (*plan_.output)[i].type));
    } else {
      batch.columns.push_back(
          as_output(right.take(*output.right, right_rows), (*plan_.output)[i].type));
    }
  }
  return batch;
}

Batch JoinPairs::output_of_all(const Batch& left, const RowStore& right,
                               std::span<const PartRow> right_rows) const {
  return make([&](size_t column) { return left.columns[column]; }, right, right_rows);
}

Batch JoinPairs::right_alone(const RowStore& right, std::span<const PartRow> right_rows) const {
  Batch batch{plan_.output, static_cast<int64_t>(right_rows.size()), {}};
  for (size_t i = 0; i < plan_.outputs.size(); ++i) {
    const JoinPlan::Output& output = plan_.outputs[i];
    const TypePtr& type = (*plan_.output)[i].type;
    batch.columns.push_back(output.right ? as_output(right.take(*output.right, right_rows), type)
                                         : make_null_column(type, batch.rows));
  }
  return batch;
}

Batch JoinPairs::left_alone(const Batch& left, std::span<const RowIndex> left_rows) const {
  bool all = static_cast<int64_t>(left_rows.size()) == left.rows;
  Batch batch = all ? left : take(left, left_rows);
  batch.schema = plan_.output;
  return batch;
}

}  // namespace penstock
