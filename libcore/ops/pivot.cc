#include "libcore/ops/pivot.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/compare.h"
#include "libcore/data/repeated_name.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/keys/group_table.h"
#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

std::string in_double_quotes(const std::string& name) {
  std::string quoted = "\"";
  for (char c : name)
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string text_of(const Column& column, int64_t row) {
  std::string text;
  if (column.is_null(row)) return "null";
  append_text(text, column, row);
  return text;
}

// A part of the budget: for the aggregation, for the cells, and for the keys.
SpillOptions third_of(const SpillOptions& spill) {
  SpillOptions third = spill;
  third.memory = std::max(spill.memory / 3, kLeastMemory);
  return third;
}

// Keys and names of the cells, numbered as they come.
struct PivotNumbers {
  PivotNumbers(std::vector<TypePtr> key_types, TypePtr name_type)
      : keys(std::move(key_types)), names({std::move(name_type)}) {}
  GroupTable keys;
  GroupTable names;
};

// The cells: the number of the key, the number of the name, the value. The input has the keys, the
// name, the value and, unless values are aggregated, the number of rows.
class PivotCells : public Operator {
 public:
  PivotCells(OperatorPtr input, std::shared_ptr<PivotNumbers> numbers, const PivotOptions& options)
      : input_(std::move(input)), numbers_(std::move(numbers)), options_(options) {
    const Schema& schema = *input_->schema();
    schema_ = make_schema({{"key", int32_type(), false, {}},
                           {"name", int32_type(), false, {}},
                           {"value", schema[options_.keys.size() + 1].type, true, {}}});
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    const std::span<const ColumnPtr> columns = batch->columns;
    const size_t keys = options_.keys.size();
    if (options_.aggregate.empty()) require_one_row(*batch);
    Batch cells{schema_, batch->rows, {}};
    cells.columns.push_back(numbered(numbers_->keys, columns.first(keys), batch->rows));
    cells.columns.push_back(numbered(numbers_->names, columns.subspan(keys, 1), batch->rows));
    cells.columns.push_back(columns[keys + 1]);
    if (numbers_->names.size() > kMostPivotColumns) {
      throw Error("column '" + options_.name + "' has over " + std::to_string(kMostPivotColumns) +
                  " different values, and each would become a column; choose some rows first");
    }
    if (numbers_->keys.bytes() > options_.spill.memory) {
      throw Error("the keys of " + std::to_string(numbers_->keys.size()) +
                  " rows do not fit into the memory; give more with -S");
    }
    return cells;
  }

 private:
  ColumnPtr numbered(GroupTable& table, std::span<const ColumnPtr> keys, int64_t rows) {
    MutableBuffer groups(rows * static_cast<int64_t>(sizeof(int32_t)));
    firsts_.clear();
    table.insert(keys, rows, groups.as<int32_t>(), firsts_);
    return make_column(int32_type(), rows, groups.freeze());
  }

  void require_one_row(const Batch& batch) const {
    const auto* counts = batch.columns.back()->data<int64_t>();
    const auto* several =
        std::find_if(counts, counts + batch.rows, [](int64_t count) { return count > 1; });
    const int64_t row = several - counts;
    if (row == batch.rows) return;
    std::string place;
    for (size_t i = 0; i <= options_.keys.size(); ++i) {
      const std::string& name = i < options_.keys.size() ? options_.keys[i] : options_.name;
      place += (i == 0 ? "" : ", ") + name + " " + printable(text_of(*batch.columns[i], row));
    }
    throw Error(std::to_string(*several) + " rows have " + place +
                "; say how to combine their values with --agg");
  }

  OperatorPtr input_;
  std::shared_ptr<PivotNumbers> numbers_;
  PivotOptions options_;
  SchemaPtr schema_;
  std::vector<RowIndex> firsts_;  // scratch
};

class Pivot : public Operator {
 public:
  // `keys` are the fields of the keys.
  Pivot(OperatorPtr cells, std::shared_ptr<PivotNumbers> numbers, std::vector<Field> keys,
        const PivotOptions& options)
      : cells_(std::move(cells)),
        numbers_(std::move(numbers)),
        value_(cells_->schema()->size() - 1) {
    // All have come when the first one has been sorted.
    keep(cells_->next());
    make_columns(std::move(keys), options.name);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    const int64_t rows = std::min(rows_at_once_, numbers_->keys.size() - at_);
    if (rows <= 0) return std::nullopt;
    Batch batch{schema_, rows, numbers_->keys.keys(at_, rows)};
    at_ += rows;
    while (cells_ != nullptr && (parts_.empty() || last_key() < at_))
      keep(cells_->next());
    place_cells(rows);
    for (const std::vector<PartRow>& column : places_)
      batch.columns.push_back(take_from(values_, column));
    drop_parts();
    return batch;
  }

 private:
  int64_t last_key() const {
    const Batch& last = parts_.back();
    return last.columns[0]->data<int32_t>()[last.rows - 1];
  }

  void keep(std::optional<Batch> cells) {
    if (!cells) {
      cells_.reset();
      return;
    }
    values_.push_back(cells->columns[value_]);
    parts_.push_back(*std::move(cells));
  }

  void make_columns(std::vector<Field> fields, const std::string& name) {
    const int64_t count = numbers_->names.size();
    const size_t keys = fields.size();
    columns_.resize(static_cast<size_t>(count));
    if (count != 0) {
      const ColumnPtr names = numbers_->names.keys(0, count)[0];
      std::vector<int32_t> order(columns_.size());
      std::iota(order.begin(), order.end(), 0);
      std::sort(order.begin(), order.end(),
                [&](int32_t a, int32_t b) { return compare_rows(*names, a, *names, b) < 0; });
      const TypePtr& type = parts_.empty() ? null_type() : values_[0]->type;
      for (size_t i = 0; i < order.size(); ++i) {
        columns_[static_cast<size_t>(order[i])] = static_cast<int32_t>(i);
        fields.push_back({text_of(*names, order[i]), type, true, {}});
      }
    }
    if (auto repeated = repeated_name(fields)) {
      throw Error("'" + printable(fields[repeated->second].name) +
                  (repeated->first < keys ? "' is a key and a value of column '"
                                          : "' is the text of two values of column '") +
                  name + "'; rename one of them with pproject");
    }
    places_.resize(columns_.size());
    const int64_t width = std::max<int64_t>(count, 1) * static_cast<int64_t>(sizeof(PartRow));
    rows_at_once_ = std::clamp<int64_t>(kBatchBytes / width, 1, kBatchRows);
    schema_ = make_schema(std::move(fields));
  }

  // Says which cell stands where in the last `rows` rows before at_.
  void place_cells(int64_t rows) {
    for (std::vector<PartRow>& column : places_)
      column.assign(static_cast<size_t>(rows), PartRow{-1, 0});
    const int64_t begin = at_ - rows;
    for (size_t p = 0; p < parts_.size(); ++p) {
      const auto* keys = parts_[p].columns[0]->data<int32_t>();
      const auto* names = parts_[p].columns[1]->data<int32_t>();
      for (int64_t i = p == 0 ? row_ : 0; i < parts_[p].rows && keys[i] < at_; ++i) {
        const auto column = static_cast<size_t>(columns_[static_cast<size_t>(names[i])]);
        places_[column][static_cast<size_t>(keys[i] - begin)] = {static_cast<int32_t>(p),
                                                                 static_cast<RowIndex>(i)};
      }
    }
  }

  // Drops the cells of rows that were given.
  void drop_parts() {
    while (!parts_.empty()) {
      const Batch& first = parts_.front();
      if (first.columns[0]->data<int32_t>()[first.rows - 1] >= at_) break;
      parts_.erase(parts_.begin());
      values_.erase(values_.begin());
      row_ = 0;
    }
    if (parts_.empty()) return;
    const auto* keys = parts_[0].columns[0]->data<int32_t>();
    while (keys[row_] < at_)
      ++row_;
  }

  OperatorPtr cells_;  // sorted by key; null at their end
  std::shared_ptr<PivotNumbers> numbers_;
  size_t value_;
  std::vector<int32_t> columns_;  // of each name, in the order of the names
  SchemaPtr schema_;
  int64_t rows_at_once_ = 1;
  int64_t at_ = 0;                            // rows given
  std::vector<Batch> parts_;                  // cells that are not given yet
  std::vector<ColumnPtr> values_;             // of parts_
  int64_t row_ = 0;                           // of parts_[0]: the first that is not given
  std::vector<std::vector<PartRow>> places_;  // scratch: of each column, in values_
};

void require_columns(const Schema& input, const PivotOptions& options) {
  input.index_of(options.name);
  input.index_of(options.value);
  for (const std::string& key : options.keys) {
    if (key != options.name && key != options.value) continue;
    throw Error("column '" + key + "' cannot be a key as well");
  }
}

}  // namespace

OperatorPtr make_pivot(OperatorPtr input, const PivotOptions& chosen) {
  PivotOptions options = chosen;
  require_columns(*input->schema(), options);
  for (const std::string& name : input->schema()->names()) {
    if (!chosen.keys.empty() || name == options.name || name == options.value) continue;
    options.keys.push_back(name);
  }
  const std::string value = in_double_quotes(options.value);
  const std::string list = options.aggregate.empty()
                               ? "first(" + value + ") as \"#value\", count(*) as \"#rows\""
                               : options.aggregate + "(" + value + ") as \"#value\"";
  AggregateOptions aggregate;
  aggregate.spill = third_of(options.spill);
  std::vector<std::string> keys = options.keys;
  keys.push_back(options.name);
  OperatorPtr groups = make_aggregate(std::move(input), keys, {list, {}}, aggregate);
  std::vector<Field> fields = groups->schema()->fields();
  std::vector<TypePtr> types;
  fields.resize(options.keys.size());
  for (const Field& field : fields)
    types.push_back(field.type);
  auto numbers =
      std::make_shared<PivotNumbers>(types, (*groups->schema())[options.keys.size()].type);
  options.spill = third_of(options.spill);
  SortOptions sort{.keys = {{"key", false, false}}, .spill = options.spill};
  OperatorPtr cells =
      make_sort(std::make_unique<PivotCells>(std::move(groups), numbers, options), sort);
  return std::make_unique<Pivot>(std::move(cells), std::move(numbers), std::move(fields), options);
}

}  // namespace penstock
