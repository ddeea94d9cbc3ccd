#include "libcore/ops/select_columns.h"

#include <optional>
#include <utility>

namespace penstock {
namespace {

class SelectColumns : public Operator {
 public:
  SelectColumns(OperatorPtr input, const std::vector<std::string>& columns)
      : input_(std::move(input)), picked_(*input_->schema(), columns) {}

  SchemaPtr schema() const override { return picked_.schema(); }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    return picked_.of(*std::move(batch));
  }

 private:
  OperatorPtr input_;
  PickedColumns picked_;
};

}  // namespace

PickedColumns::PickedColumns(const Schema& from, const std::vector<std::string>& columns) {
  std::vector<Field> fields;
  for (const std::string& name : columns) {
    places_.push_back(from.index_of(name));
    fields.push_back(from[places_.back()]);
  }
  schema_ = make_schema(std::move(fields), from.metadata());
}

Batch PickedColumns::of(Batch batch) const {
  Batch picked{schema_, batch.rows, {}, std::move(batch.metadata)};
  picked.columns.reserve(places_.size());
  for (size_t place : places_)
    picked.columns.push_back(batch.columns[place]);
  return picked;
}

OperatorPtr select_columns(OperatorPtr input, const std::vector<std::string>& columns) {
  return std::make_unique<SelectColumns>(std::move(input), columns);
}

}  // namespace penstock
