#include <utility>

#include "libcore/ops/scan/scan.h"

namespace penstock {
namespace {

class SelectColumns : public Operator {
 public:
  SelectColumns(OperatorPtr input, const std::vector<std::string>& columns)
      : input_(std::move(input)) {
    SchemaPtr from = input_->schema();
    std::vector<Field> fields;
    for (const std::string& name : columns) {
      size_t at = from->index_of(name);
      picked_.push_back(at);
      fields.push_back((*from)[at]);
    }
    schema_ = make_schema(std::move(fields), from->metadata());
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    Batch out{schema_, batch->rows, {}, std::move(batch->metadata)};
    out.columns.reserve(picked_.size());
    for (size_t at : picked_)
      out.columns.push_back(batch->columns[at]);
    return out;
  }

 private:
  OperatorPtr input_;
  SchemaPtr schema_;
  std::vector<size_t> picked_;
};

}  // namespace

OperatorPtr select_columns(OperatorPtr input, const std::vector<std::string>& columns) {
  return std::make_unique<SelectColumns>(std::move(input), columns);
}

}  // namespace penstock
