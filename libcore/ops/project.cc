#include "libcore/ops/project.h"

#include <memory>
#include <string>
#include <utility>

#include "libcore/expr/expression.h"
#include "libcore/keys/known_order.h"
#include "libcore/ops/carried_metadata.h"

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
  Project(OperatorPtr input, const ExpressionText& list)
      : input_(std::move(input)),
        list_(bind_select_list(list, input_->schema())),
        schema_(output_schema(*input_->schema(), *list_)),
        carried_(schema_) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> result = list_->is_row_by_row() ? next_whole() : next_made();
    if (result) result->schema = schema_;
    return result;
  }

 private:
  std::optional<Batch> next_whole() {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    if (batch->rows == 0) return batch_without_rows(schema_, std::move(batch->metadata));
    Batch result = list_->evaluate(*batch);
    result.metadata = std::move(batch->metadata);
    return result;
  }

  std::optional<Batch> next_made() {
    while (true) {
      if (made_) {
        if (std::optional<Batch> batch = carried_.next([this] { return made_->next(); })) {
          return batch;
        }
        made_.reset();
      }
      std::optional<Batch> batch = input_->next();
      if (!batch) return std::nullopt;
      if (batch->rows == 0) return batch_without_rows(schema_, std::move(batch->metadata));
      carried_.begin(std::move(batch->metadata));
      made_ = list_->make_rows(*std::move(batch));
    }
  }

  OperatorPtr input_;
  std::shared_ptr<const SelectList> list_;
  SchemaPtr schema_;
  std::unique_ptr<MadeRows> made_;  // of the input's batch, where the list makes rows
  CarriedMetadata carried_;
};

}  // namespace

OperatorPtr make_project(OperatorPtr input, const ExpressionText& list) {
  return std::make_unique<Project>(std::move(input), list);
}

}  // namespace penstock
