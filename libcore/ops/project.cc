#include "libcore/ops/project.h"

#include <algorithm>
#include <string>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/ops/known_order.h"

namespace penstock {
namespace {

SchemaPtr output_schema(const Schema& input, const SelectList& list) {
  std::vector<std::optional<size_t>> passed = list.passed_columns();
  SchemaPtr output = list.schema();
  auto new_name = [&](std::string_view name) -> std::optional<std::string> {
    for (size_t i = 0; i < passed.size(); ++i) {
      if (passed[i] && input[*passed[i]].name == name) return (*output)[i].name;
    }
    return std::nullopt;
  };
  return make_schema(output->fields(), passed_metadata(input.metadata(), new_name));
}

class Project : public Operator {
 public:
  Project(OperatorPtr input, std::string_view list)
      : input_(std::move(input)),
        list_(bind_select_list(list, input_->schema())),
        schema_(output_schema(*input_->schema(), *list_)) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> result = list_->is_row_by_row() ? next_whole() : next_slice();
    if (result) result->schema = schema_;
    return result;
  }

 private:
  std::optional<Batch> next_whole() {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    return list_->evaluate(*batch);
  }

  std::optional<Batch> next_slice() {
    while (made_at_ == made_.rows) {
      if (!make_more()) return std::nullopt;
    }
    int64_t rows = std::min(kBatchRows, made_.rows - made_at_);
    Batch result = rows == made_.rows ? made_ : slice(made_, made_at_, rows);
    made_at_ += rows;
    return result;
  }

  // Computes the next few input rows. How many follows from what the last ones gave, so that one
  // step makes about a batch.
  bool make_more() {
    if (taken_ == taken_from_.rows) {
      std::optional<Batch> batch = input_->next();
      if (!batch) return false;
      taken_from_ = *std::move(batch);
      taken_ = 0;
    }
    int64_t rows = std::min(step_, taken_from_.rows - taken_);
    made_ = list_->evaluate(slice(taken_from_, taken_, rows));
    made_at_ = 0;
    taken_ += rows;
    int64_t rows_each = made_.rows / rows + 1;
    step_ = std::clamp<int64_t>(kBatchRows / rows_each, 1, step_ * 4);
    return true;
  }

  OperatorPtr input_;
  std::shared_ptr<const SelectList> list_;
  SchemaPtr schema_;
  // Of lists that make rows:
  Batch taken_from_;  // the input's batch, of which `taken_` rows are computed
  int64_t taken_ = 0;
  Batch made_;  // computed rows, of which `made_at_` have been handed out
  int64_t made_at_ = 0;
  int64_t step_ = 64;  // input rows to compute at a time
};

}  // namespace

OperatorPtr make_project(OperatorPtr input, std::string_view list) {
  return std::make_unique<Project>(std::move(input), list);
}

}  // namespace penstock
