#include "libcore/ops/fill.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/expr/cast.h"
#include "libcore/keys/group_table.h"
#include "libcore/keys/known_order.h"
#include "libcore/keys/value.h"
#include "libcore/ops/places.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// What is known before the first row.
struct FillPlan {
  FillPlan(const SchemaPtr& input, const FillOptions& chosen);

  FillOptions options;
  SchemaPtr schema;
  std::vector<size_t> columns;
  std::vector<size_t> keys;
};

FillPlan::FillPlan(const SchemaPtr& input, const FillOptions& chosen) : options(chosen) {
  const SchemaPtr fields = without_dictionaries(input);
  for (const std::string& name : options.keys) {
    keys.push_back(fields->index_of(name));
    require_key_type((*fields)[keys.back()]);
  }
  auto is_key = [&](size_t i) { return std::find(keys.begin(), keys.end(), i) != keys.end(); };
  if (options.columns) {
    for (const std::string& name : options.columns->choose(fields->names())) {
      columns.push_back(fields->index_of(name));
      if (is_key(columns.back()))
        throw Error("column '" + name + "' is a key and cannot be filled");
    }
  } else {
    for (size_t i = 0; i < fields->size(); ++i) {
      if (!is_key(i)) columns.push_back(i);
    }
  }
  // What was known of the order of the filled columns is so no more.
  Metadata metadata = passed_metadata(fields->metadata(), [&](std::string_view name) {
    const bool is_filled = std::any_of(columns.begin(), columns.end(), [&](size_t column) {
      return (*fields)[column].name == name;
    });
    return is_filled ? std::nullopt : std::optional<std::string>(name);
  });
  schema = make_schema(fields->fields(), std::move(metadata));
}

// The text as one row of a type; null when it is not a value of that type.
ColumnPtr value_of(const std::string& text, const TypePtr& type) {
  if (is_text(type->id)) {
    const auto size = static_cast<int64_t>(text.size());
    const int64_t wide[] = {0, size};
    const int32_t narrow[] = {0, static_cast<int32_t>(size)};
    const bool is_wide = has_offsets64(type->id);
    Buffer ends = is_wide ? Buffer::copy(wide, sizeof(wide)) : Buffer::copy(narrow, sizeof(narrow));
    return make_bytes_column(type, 1, std::move(ends), Buffer::copy(text.data(), size));
  }
  const bool is_read = is_parseable(*type) || type->id == TypeId::kIntervalMonthDayNano;
  return is_read ? parse_constant(text, type) : nullptr;
}

class FillWithText : public Operator {
 public:
  FillWithText(OperatorPtr input, FillPlan plan)
      : input_(std::move(input)), plan_(std::move(plan)) {
    for (size_t column : plan_.columns) {
      const Field& field = (*plan_.schema)[column];
      ColumnPtr value = value_of(plan_.options.text, field.type);
      if (value == nullptr) {
        throw Error("column '" + field.name + "' is " + field.type->to_string() + ", and '" +
                    printable(plan_.options.text) +
                    "' is not such a value; name the columns to fill with -c");
      }
      values_.push_back(std::move(value));
    }
  }

  SchemaPtr schema() const override { return plan_.schema; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    batch->schema = plan_.schema;
    for (ColumnPtr& column : batch->columns)
      column = decode_dictionary(column);
    for (size_t i = 0; i < values_.size(); ++i) {
      ColumnPtr& column = batch->columns[plan_.columns[i]];
      if (column->null_count == 0) continue;
      rows_.clear();
      for (int32_t row = 0; row < column->length; ++row)
        rows_.push_back(column->is_null(row) ? PartRow{1, 0} : PartRow{0, row});
      const ColumnPtr parts[] = {column, values_[i]};
      column = take_from(parts, rows_);
    }
    return batch;
  }

 private:
  OperatorPtr input_;
  FillPlan plan_;
  std::vector<ColumnPtr> values_;  // of one row, for each filled column
  std::vector<PartRow> rows_;
};

// The last values of one column, by key.
class LastValues {
 public:
  // Returns the column with its nulls filled; `groups` has the key of each row, of `count`.
  ColumnPtr fill(const ColumnPtr& column, std::span<const int32_t> groups, int64_t count) {
    last_.resize(static_cast<size_t>(count), PartRow{-1, 0});
    const auto part = static_cast<int32_t>(parts_.size());
    parts_.push_back(column);
    idle_rows_ += column->length;
    held_bytes_ += byte_size(*column) + kColumnBytes;
    rows_.clear();
    for (int32_t row = 0; row < column->length; ++row) {
      PartRow& last = last_[static_cast<size_t>(groups[static_cast<size_t>(row)])];
      if (column->is_valid(row)) last = {part, row};
      rows_.push_back(last);
    }
    ColumnPtr filled = column->null_count == 0 ? column : take_from(parts_, rows_);
    if (idle_rows_ > std::max(count, kBatchRows)) drop_idle();
    return filled;
  }

  // Holds no more than the last values.
  void drop_idle() {
    if (parts_.empty()) return;
    parts_ = {take_from(parts_, last_)};
    for (size_t i = 0; i < last_.size(); ++i) {
      if (last_[i].part >= 0) last_[i] = {0, static_cast<RowIndex>(i)};
    }
    idle_rows_ = 0;
    held_bytes_ = byte_size(*parts_[0]) + kColumnBytes;
  }

  int64_t bytes() const {
    return held_bytes_ + static_cast<int64_t>(last_.capacity() * sizeof(PartRow));
  }

 private:
  std::vector<ColumnPtr> parts_;
  std::vector<PartRow> last_;  // by key, in parts_; part -1 for none yet
  std::vector<PartRow> rows_;  // scratch
  int64_t idle_rows_ = 0;
  int64_t held_bytes_ = 0;
};

class FillFromBefore : public Operator {
 public:
  FillFromBefore(OperatorPtr input, FillPlan plan)
      : input_(std::move(input)), plan_(std::move(plan)), last_(plan_.columns.size()) {
    std::vector<TypePtr> types;
    for (size_t key : plan_.keys)
      types.push_back(plain((*plan_.schema)[key].type));
    if (!types.empty()) table_.emplace(std::move(types));
  }

  SchemaPtr schema() const override { return plan_.schema; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    batch->schema = plan_.schema;
    for (ColumnPtr& column : batch->columns)
      column = decode_dictionary(column);
    if (batch->rows == 0) return batch;
    number(*batch);
    for (size_t i = 0; i < last_.size(); ++i) {
      ColumnPtr& column = batch->columns[plan_.columns[i]];
      column = last_[i].fill(column, groups_, table_ ? table_->size() : 1);
    }
    require_memory();
    return batch;
  }

 private:
  // The key of each row.
  void number(const Batch& batch) {
    groups_.resize(static_cast<size_t>(batch.rows));
    if (!table_) return;
    std::vector<ColumnPtr> keys;
    for (size_t key : plan_.keys)
      keys.push_back(plain(batch.columns[key]));
    first_rows_.clear();
    table_->insert(keys, batch.rows, groups_.data(), first_rows_);
  }

  int64_t bytes() const {
    int64_t bytes = table_ ? table_->bytes() : 0;
    for (const LastValues& last : last_)
      bytes += last.bytes();
    return bytes;
  }

  void require_memory() {
    const int64_t most = plan_.options.spill.memory;
    if (!table_ || bytes() <= most / 2) return;
    for (LastValues& last : last_)
      last.drop_idle();
    if (bytes() <= most) return;
    throw Error("the last values of " + std::to_string(table_->size()) +
                " keys do not fit into the memory; give more with -S");
  }

  OperatorPtr input_;
  FillPlan plan_;
  std::vector<LastValues> last_;  // of each filled column
  std::optional<GroupTable> table_;
  std::vector<int32_t> groups_;  // zeros without keys
  std::vector<RowIndex> first_rows_;
};

// The rows backwards are filled from before, and turned again.
OperatorPtr fill_from_behind(OperatorPtr input, const FillPlan& plan) {
  SpillOptions half = plan.options.spill;
  half.memory = std::max(half.memory / 3, kLeastMemory);
  SortOptions backwards{.keys = {{kPlace, true, false}}, .spill = half};
  SortOptions forwards{.keys = {{kPlace, false, false}}, .spill = half};
  OperatorPtr rows = make_sort(make_placed(std::move(input)), backwards);
  FillPlan inside = plan;
  inside.schema = rows->schema();
  OperatorPtr filled = std::make_unique<FillFromBefore>(std::move(rows), std::move(inside));
  return make_first_columns(make_sort(std::move(filled), forwards), plan.schema);
}

}  // namespace

OperatorPtr make_fill(OperatorPtr input, const FillOptions& options) {
  FillPlan plan(input->schema(), options);
  if (options.from == FillOptions::From::kText) {
    return std::make_unique<FillWithText>(std::move(input), std::move(plan));
  }
  if (options.from == FillOptions::From::kBehind) return fill_from_behind(std::move(input), plan);
  return std::make_unique<FillFromBefore>(std::move(input), std::move(plan));
}

}  // namespace penstock
