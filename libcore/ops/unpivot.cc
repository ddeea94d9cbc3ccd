#include "libcore/ops/unpivot.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/types.h"
#include "libcore/keys/known_order.h"
#include "libcore/ops/carried_metadata.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

bool is_one_of(const std::vector<size_t>& columns, size_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

// The type that all values have. REQUIRES at least one column.
TypePtr type_of_values(const Schema& input, const std::vector<size_t>& columns) {
  TypePtr type = null_type();
  size_t first = columns[0];
  for (size_t column : columns) {
    const TypePtr next = plain(input[column].type);
    if (next->id == TypeId::kNull) continue;
    TypePtr common = next;
    if (type->id != TypeId::kNull) {
      common = equals(*type, *next) ? type : common_type(*type, *next);
    } else {
      first = column;
    }
    if (common == nullptr) {
      throw Error("columns '" + input[first].name + "' of type " + type_name(*type) + " and '" +
                  input[column].name + "' of type " + type_name(*next) + " have no common type" +
                  mismatch_advice(*type, *next));
    }
    type = std::move(common);
  }
  return type;
}

class Unpivot : public Operator {
 public:
  Unpivot(OperatorPtr input, const UnpivotOptions& options)
      : input_(std::move(input)), drop_nulls_(options.drop_nulls) {
    const SchemaPtr whole = without_dictionaries(input_->schema());
    BytesBuilder names;
    for (const std::string& name : options.columns.choose(whole->names())) {
      columns_.push_back(whole->index_of(name));
      names.append(name);
    }
    names_ = names.finish(utf8_type());
    type_ = type_of_values(*whole, columns_);
    for (size_t column : columns_)
      casts_.push_back(cast_of(plain((*whole)[column].type)));
    make_fields(*whole, options);
    carried_.emplace(schema_);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (;;) {
      if (std::optional<Batch> made = carried_->next([this] { return next_made(); })) return made;
      std::optional<Batch> batch = input_->next();
      if (!batch) return std::nullopt;
      if (batch->rows == 0) return batch_without_rows(schema_, std::move(batch->metadata));
      carried_->begin(std::move(batch->metadata));
      begin(*std::move(batch));
    }
  }

 private:
  void make_fields(const Schema& whole, const UnpivotOptions& options) {
    std::vector<Field> fields;
    for (size_t i = 0; i < whole.size(); ++i) {
      if (is_one_of(columns_, i)) continue;
      others_.push_back(i);
      fields.push_back(whole[i]);
      for (bool is_name : {true, false}) {
        if (whole[i].name != (is_name ? options.name : options.value)) continue;
        throw Error("'" + whole[i].name + "' is a column of the input; choose another with " +
                    (is_name ? "--name" : "--value"));
      }
    }
    Metadata metadata = passed_metadata(whole.metadata(), [&](std::string_view name) {
      const bool stays = std::any_of(others_.begin(), others_.end(),
                                     [&](size_t i) { return whole[i].name == name; });
      return stays ? std::optional<std::string>(name) : std::nullopt;
    });
    fields.push_back({options.name, utf8_type(), false, {}});
    fields.push_back({options.value, type_, true, {}});
    schema_ = make_schema(std::move(fields), std::move(metadata));
  }

  // What makes a column of the values' type of one; null where nothing must be done. Expressions
  // know how: of several values, coalesce() gives the common type.
  ExpressionPtr cast_of(const TypePtr& from) const {
    if (equals(*from, *type_) || from->id == TypeId::kNull) return nullptr;
    const Schema schema({{"x", from, true, {}}, {"y", type_, true, {}}});
    return bind_aggregates({"min(coalesce(x, y))", {}}, schema, {}).calls[0].arguments[0];
  }

  void begin(Batch batch) {
    for (ColumnPtr& column : batch.columns)
      column = decode_dictionary(column);
    values_.clear();
    for (size_t i = 0; i < columns_.size(); ++i) {
      ColumnPtr value = plain(batch.columns[columns_[i]]);
      if (casts_[i] != nullptr) {
        value = casts_[i]->evaluate(
            {nullptr, batch.rows, {value, make_null_column(type_, batch.rows)}});
      } else if (!equals(*value->type, *type_)) {
        value = make_null_column(type_, batch.rows);
      }
      values_.push_back(std::move(value));
    }
    batch_ = std::move(batch);
    at_ = 0;
  }

  // The next rows that the batch's become; empty at its end.
  std::optional<Batch> next_made() {
    const auto width = static_cast<int64_t>(columns_.size());
    while (at_ < batch_.rows) {
      const int64_t rows = std::min(std::max<int64_t>(kBatchRows / width, 1), batch_.rows - at_);
      at_ += rows;
      Batch output = rows_of(at_ - rows, at_);
      if (output.rows != 0) return output;
    }
    return std::nullopt;
  }

  // The rows that those in [begin, end) of the batch become.
  Batch rows_of(int64_t begin, int64_t end) {
    cells_.clear();
    rows_.clear();
    names_of_.clear();
    for (auto row = static_cast<RowIndex>(begin); row < end; ++row) {
      for (size_t i = 0; i < values_.size(); ++i) {
        if (drop_nulls_ && values_[i]->is_null(row)) continue;
        cells_.push_back({static_cast<int32_t>(i), row});
        rows_.push_back(row);
        names_of_.push_back(static_cast<RowIndex>(i));
      }
    }
    Batch output{schema_, static_cast<int64_t>(rows_.size()), {}};
    if (rows_.empty()) return output;
    for (size_t column : others_)
      output.columns.push_back(take(*batch_.columns[column], rows_));
    output.columns.push_back(take(*names_, names_of_));
    output.columns.push_back(take_from(values_, cells_));
    return output;
  }

  OperatorPtr input_;
  bool drop_nulls_;
  std::vector<size_t> columns_;  // that become rows
  std::vector<size_t> others_;
  std::vector<ExpressionPtr> casts_;  // of each of columns_
  TypePtr type_;
  ColumnPtr names_;
  SchemaPtr schema_;
  std::optional<CarriedMetadata> carried_;
  Batch batch_;  // of the input, whose rows before at_ are given
  std::vector<ColumnPtr> values_;
  int64_t at_ = 0;
  std::vector<PartRow> cells_;  // scratch of rows_of()
  std::vector<RowIndex> rows_, names_of_;
};

}  // namespace

OperatorPtr make_unpivot(OperatorPtr input, const UnpivotOptions& options) {
  return std::make_unique<Unpivot>(std::move(input), options);
}

}  // namespace penstock
