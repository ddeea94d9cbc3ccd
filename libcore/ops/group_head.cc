#include "libcore/ops/group_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/window/functions.h"
#include "libcore/expr/window/list.h"
#include "libcore/keys/group_table.h"
#include "libcore/keys/value.h"
#include "libcore/ops/aggregate/sorted.h"
#include "libcore/ops/window/beside_rows.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr char kSeen[] = "#seen";

// The number of each batch's rows' groups, and how many of their rows came before.
struct SeenGroups {
  std::vector<size_t> columns;  // the keys
  GroupTable table;
  std::vector<int64_t> counts;  // of each group, up to the limit
};

std::vector<ColumnPtr> keys_of(const Batch& batch, const std::vector<size_t>& columns) {
  std::vector<ColumnPtr> keys;
  for (size_t column : columns)
    keys.push_back(plain(batch.columns[column]));
  return keys;
}

// Rows, and how many rows of their groups were seen before.
class BesideSeen : public Operator {
 public:
  BesideSeen(OperatorPtr input, SeenGroups groups)
      : input_(std::move(input)), groups_(std::move(groups)) {
    std::vector<Field> fields = input_->schema()->fields();
    fields.push_back({kSeen, int64_type(), false, {}});
    schema_ = make_schema(std::move(fields), input_->schema()->metadata());
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    std::vector<int32_t> numbers(static_cast<size_t>(batch->rows));
    groups_.table.find(keys_of(*batch, groups_.columns), batch->rows, numbers.data(), scratch_);
    MutableBuffer seen;
    for (int32_t number : numbers)
      seen.push(number == GroupIndex::kNone ? int64_t{0}
                                            : groups_.counts[static_cast<size_t>(number)]);
    batch->columns.push_back(make_column(int64_type(), batch->rows, seen.freeze()));
    batch->schema = schema_;
    return batch;
  }

 private:
  OperatorPtr input_;
  SeenGroups groups_;
  SchemaPtr schema_;
  GroupTable::Scratch scratch_;
};

// Returns the rows of `input` with the number of rows of the group that were seen before, and of
// those that are in it, so far. This spills.
OperatorPtr numbered_rows(OperatorPtr input, SeenGroups groups, const SpillOptions& spill) {
  RowWindow window;
  for (size_t column : groups.columns) {
    window.partition.push_back(
        make_expression(std::make_shared<ColumnNode>(column, (*input->schema())[column].type)));
  }
  WindowCall number;
  number.function = find_window_function("row_number");
  number.type = int64_type();
  input = std::make_unique<BesideSeen>(std::move(input), std::move(groups));
  return make_windows_beside_rows(std::move(input), {window}, {{number}}, spill);
}

class GroupHead : public Operator {
 public:
  GroupHead(OperatorPtr input, const std::vector<std::string>& keys, int64_t rows,
            const SpillOptions& spill)
      : input_(std::move(input)),
        schema_(without_dictionaries(input_->schema())),
        spill_(spill),
        columns_(group_columns(*input_->schema(), keys)),
        limit_(rows),
        is_sorted_(known_key_order(*input_->schema(), keys).has_value()) {
    PENSTOCK_CHECK(!keys.empty() && rows >= 0);
    for (size_t column : columns_)
      types_.push_back(plain((*input_->schema())[column].type));
    groups_.emplace(types_);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (limit_ == 0) return std::nullopt;
    for (;;) {
      if (!numbered_ && is_full()) number_rest();
      std::optional<Batch> batch = numbered_ ? numbered_->next() : input_->next();
      if (!batch) return std::nullopt;
      std::vector<RowIndex> rows = numbered_ ? rows_by_number(*batch) : first_rows(*batch);
      if (rows.empty()) continue;
      batch->columns.resize(schema_->size());
      batch->schema = schema_;
      if (static_cast<int64_t>(rows.size()) != batch->rows) batch = take(*batch, rows);
      for (ColumnPtr& column : batch->columns)
        column = decode_dictionary(column);
      return batch;
    }
  }

 private:
  bool is_full() const {
    const int64_t counts = static_cast<int64_t>(counts_.capacity() * sizeof(counts_[0]));
    return static_cast<double>(groups_->bytes() + counts) >
           static_cast<double>(spill_.memory) * kHeldShare;
  }

  void number_rest() {
    SpillOptions rest = spill_;
    rest.memory = std::max(spill_.memory / 2, kLeastMemory);
    numbered_ =
        numbered_rows(std::move(input_),
                      {columns_, *std::exchange(groups_, std::nullopt), std::move(counts_)}, rest);
  }

  // Behind the columns of the input are the counts of numbered_rows().
  std::vector<RowIndex> rows_by_number(const Batch& batch) const {
    const auto* seen = batch.columns[schema_->size()]->data<int64_t>();
    const auto* number = batch.columns[schema_->size() + 1]->data<int64_t>();
    std::vector<RowIndex> rows;
    for (int64_t i = 0; i < batch.rows; ++i)
      if (number[i] <= limit_ - seen[i]) rows.push_back(static_cast<RowIndex>(i));
    return rows;
  }

  // Those of the batch that are among the first of their group.
  std::vector<RowIndex> first_rows(const Batch& batch) {
    std::vector<ColumnPtr> keys = keys_of(batch, columns_);
    numbers_.resize(static_cast<size_t>(batch.rows));
    new_.clear();
    groups_->insert(keys, batch.rows, numbers_.data(), new_);
    counts_.resize(static_cast<size_t>(groups_->size()));
    std::vector<RowIndex> rows;
    for (size_t i = 0; i < numbers_.size(); ++i) {
      int64_t& count = counts_[static_cast<size_t>(numbers_[i])];
      if (count == limit_) continue;
      ++count;
      rows.push_back(static_cast<RowIndex>(i));
    }
    if (is_sorted_) keep_last_group(keys, batch.rows);
    return rows;
  }

  // Of sorted rows only the last group can go on.
  void keep_last_group(std::vector<ColumnPtr>& keys, int64_t rows) {
    const int64_t count = counts_[static_cast<size_t>(numbers_.back())];
    for (ColumnPtr& key : keys)
      key = slice(key, rows - 1, 1);
    groups_.emplace(types_);
    int32_t number = 0;
    new_.clear();
    groups_->insert(keys, 1, &number, new_);
    counts_.assign(1, count);
  }

  OperatorPtr input_;
  SchemaPtr schema_;
  SpillOptions spill_;
  std::vector<size_t> columns_;
  int64_t limit_;
  bool is_sorted_;
  std::vector<TypePtr> types_;
  std::optional<GroupTable> groups_;
  std::vector<int64_t> counts_;  // of each group, up to the limit
  std::vector<int32_t> numbers_;
  std::vector<RowIndex> new_;
  OperatorPtr numbered_;  // the rest of the input, once the groups do not fit into the memory
};

}  // namespace

std::vector<size_t> group_columns(const Schema& schema, const std::vector<std::string>& keys) {
  std::vector<size_t> columns;
  for (const std::string& key : keys) {
    const size_t column = schema.index_of(key);
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) {
      throw Error(fmt::format("key '{}' is named twice", key), Error::Kind::kUsage);
    }
    const Field& field = schema[column];
    require_key_type({field.name, plain(field.type), field.nullable, {}});
    columns.push_back(column);
  }
  return columns;
}

OperatorPtr make_group_head(OperatorPtr input, const std::vector<std::string>& keys, int64_t rows,
                            const SpillOptions& spill) {
  return std::make_unique<GroupHead>(std::move(input), keys, rows, spill);
}

}  // namespace penstock
