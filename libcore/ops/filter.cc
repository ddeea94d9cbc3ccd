#include "libcore/ops/filter.h"

#include <optional>
#include <utility>

#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/ops/select_columns.h"

namespace penstock {
namespace {

class Filter : public Operator {
 public:
  Filter(OperatorPtr input, const ExpressionText& condition,
         const std::vector<std::string>* columns)
      : input_(std::move(input)), condition_(bind_predicate(condition, *input_->schema())) {
    if (columns != nullptr) picked_.emplace(*input_->schema(), *columns);
  }

  SchemaPtr schema() const override { return picked_ ? picked_->schema() : input_->schema(); }

  std::optional<Batch> next() override {
    while (std::optional<Batch> batch = input_->next()) {
      if (batch->rows == 0) return given(*std::move(batch));
      std::vector<RowIndex> rows = select_rows(*condition_, *batch);
      if (rows.empty() && batch->metadata == nullptr) continue;
      const bool has_all = static_cast<int64_t>(rows.size()) == batch->rows;
      Batch from = given(*std::move(batch));
      if (has_all) return from;
      Batch selected = take(from, rows);
      selected.metadata = std::move(from.metadata);
      return selected;
    }
    return std::nullopt;
  }

 private:
  Batch given(Batch batch) const {
    if (picked_) return picked_->of(std::move(batch));
    return batch;
  }

  OperatorPtr input_;
  ExpressionPtr condition_;
  std::optional<PickedColumns> picked_;
};

}  // namespace

OperatorPtr make_filter(OperatorPtr input, const ExpressionText& condition) {
  return std::make_unique<Filter>(std::move(input), condition, nullptr);
}

OperatorPtr make_filter(OperatorPtr input, const ExpressionText& condition,
                        const std::vector<std::string>& columns) {
  return std::make_unique<Filter>(std::move(input), condition, &columns);
}

}  // namespace penstock
