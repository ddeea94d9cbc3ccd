#include "libcore/ops/window/runner.h"

#include <algorithm>
#include <utility>

#include "libcore/data/take.h"

namespace penstock {
namespace {

class ColumnOf : public Expression {
 public:
  ColumnOf(size_t column, const TypePtr& type) : column_(column), type_(plain(type)) {}
  const TypePtr& type() const override { return type_; }
  ColumnPtr evaluate(const Batch& batch) const override { return batch.columns[column_]; }
  void add_columns(std::vector<size_t>& columns) const override { columns.push_back(column_); }

 private:
  size_t column_;
  TypePtr type_;
};

}  // namespace

AggregateCall call_of_columns(const WindowCall& call, const CallColumns& columns) {
  AggregateCall aggregate = call.aggregate;
  for (size_t i = 0; i < aggregate.arguments.size(); ++i) {
    aggregate.arguments[i] = std::make_shared<ColumnOf>(i, aggregate.arguments[i]->type());
  }
  size_t at = aggregate.arguments.size();
  for (AggregateCall::Order& order : aggregate.order_by)
    order.expression = std::make_shared<ColumnOf>(at++, order.expression->type());
  if (columns.filter) aggregate.filter = std::make_shared<ColumnOf>(at, bool_type());
  return aggregate;
}

std::array<FramePiece, 3> frame_pieces(const FrameBounds& bounds, const WindowBlock& block,
                                       size_t i, FrameShape::Exclude exclude) {
  const int64_t begin = bounds.begin[i];
  const int64_t end = bounds.end[i];
  const int64_t row = block.begin + static_cast<int64_t>(i);
  if (exclude == FrameShape::Exclude::kNothing) return {{{begin, end}, {end, end}, {end, end}}};
  const bool alone = exclude == FrameShape::Exclude::kCurrentRow;
  // What is left out, as far as it is in the frame.
  const int64_t out = std::clamp(alone ? row : block.peer_begin[i], begin, end);
  const int64_t back = std::clamp(alone ? row + 1 : block.peer_end[i], begin, end);
  FramePiece self{back, back};
  if (exclude == FrameShape::Exclude::kTies && row >= begin && row < end) self = {row, row + 1};
  return {{{begin, out}, self, {back, end}}};
}

ColumnPtr int64_column(const std::vector<int64_t>& values) {
  const auto rows = static_cast<int64_t>(values.size());
  return make_column(int64_type(), rows,
                     Buffer::copy(values.data(), rows * static_cast<int64_t>(sizeof(int64_t))));
}

WindowRunnerPtr make_window_runner(const WindowCall& call, const CallColumns& columns,
                                   const SortedRows& rows) {
  if (call.function != nullptr) {
    switch (call.function->kind) {
      case WindowKind::kRowNumber:
      case WindowKind::kRank:
      case WindowKind::kDenseRank:
      case WindowKind::kPercentRank:
      case WindowKind::kCumulativeDistribution:
      case WindowKind::kBuckets:
        return make_ranks(call, columns, rows);
      case WindowKind::kBefore:
      case WindowKind::kAfter:
      case WindowKind::kFirstValue:
      case WindowKind::kLastValue:
      case WindowKind::kNthValue:
        return make_values(call, columns, rows);
    }
  }
  if (call.frame.shape.is_whole()) return make_whole(call, columns, rows);
  if (WindowRunnerPtr moving = make_moving(call, columns, rows)) return moving;
  return make_tree(call, columns, rows);
}

}  // namespace penstock
