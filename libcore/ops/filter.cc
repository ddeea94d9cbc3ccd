#include "libcore/ops/filter.h"

#include <utility>

#include "libcore/data/take.h"
#include "libcore/expr/expression.h"

namespace penstock {
namespace {

class Filter : public Operator {
 public:
  Filter(OperatorPtr input, const ExpressionText& condition)
      : input_(std::move(input)), condition_(bind_predicate(condition, *input_->schema())) {}

  SchemaPtr schema() const override { return input_->schema(); }

  std::optional<Batch> next() override {
    while (std::optional<Batch> batch = input_->next()) {
      if (batch->rows == 0) return batch;
      std::vector<RowIndex> rows = select_rows(*condition_, *batch);
      if (static_cast<int64_t>(rows.size()) == batch->rows) return batch;
      if (rows.empty() && batch->metadata == nullptr) continue;
      Batch selected = take(*batch, rows);
      selected.metadata = std::move(batch->metadata);
      return selected;
    }
    return std::nullopt;
  }

 private:
  OperatorPtr input_;
  ExpressionPtr condition_;
};

}  // namespace

OperatorPtr make_filter(OperatorPtr input, const ExpressionText& condition) {
  return std::make_unique<Filter>(std::move(input), condition);
}

}  // namespace penstock
