#include "libcore/ops/places.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/data/take.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

class PlacedRows : public Operator {
 public:
  explicit PlacedRows(OperatorPtr input)
      : input_(std::move(input)), schema_(with_place(input_->schema())) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    batch->schema = schema_;
    for (ColumnPtr& column : batch->columns)
      column = decode_dictionary(column);
    MutableBuffer places(batch->rows * static_cast<int64_t>(sizeof(int64_t)));
    for (int64_t i = 0; i < batch->rows; ++i)
      places.as<int64_t>()[i] = place_++;
    batch->columns.push_back(make_column(int64_type(), batch->rows, places.freeze()));
    return batch;
  }

 private:
  OperatorPtr input_;
  SchemaPtr schema_;
  int64_t place_ = 0;
};

class FirstColumns : public Operator {
 public:
  FirstColumns(OperatorPtr input, SchemaPtr schema)
      : input_(std::move(input)), schema_(std::move(schema)) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    batch->columns.resize(schema_->size());
    batch->schema = schema_;
    return batch;
  }

 private:
  OperatorPtr input_;
  SchemaPtr schema_;
};

}  // namespace

SchemaPtr with_place(const SchemaPtr& input) {
  std::vector<Field> fields = without_dictionaries(input)->fields();
  fields.push_back({kPlace, int64_type(), false, {}});
  return make_schema(std::move(fields));
}

OperatorPtr make_placed(OperatorPtr input) {
  return std::make_unique<PlacedRows>(std::move(input));
}

OperatorPtr make_first_columns(OperatorPtr input, SchemaPtr schema) {
  return std::make_unique<FirstColumns>(std::move(input), std::move(schema));
}

}  // namespace penstock
