#include "libcore/ops/group_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/keys/group_table.h"
#include "libcore/keys/value.h"
#include "libcore/ops/aggregate/sorted.h"

namespace penstock {
namespace {

class GroupHead : public Operator {
 public:
  GroupHead(OperatorPtr input, const std::vector<std::string>& keys, int64_t rows)
      : input_(std::move(input)),
        columns_(group_columns(*input_->schema(), keys)),
        limit_(rows),
        is_sorted_(known_key_order(*input_->schema(), keys).has_value()) {
    PENSTOCK_CHECK(!keys.empty() && rows >= 0);
    for (size_t column : columns_)
      types_.push_back(plain((*input_->schema())[column].type));
    groups_.emplace(types_);
  }

  SchemaPtr schema() const override { return input_->schema(); }

  std::optional<Batch> next() override {
    if (limit_ == 0) return std::nullopt;
    while (std::optional<Batch> batch = input_->next()) {
      std::vector<RowIndex> rows = first_rows(*batch);
      if (rows.empty()) continue;
      return static_cast<int64_t>(rows.size()) == batch->rows ? *std::move(batch)
                                                              : take(*batch, rows);
    }
    return std::nullopt;
  }

 private:
  // Those of the batch that are among the first of their group.
  std::vector<RowIndex> first_rows(const Batch& batch) {
    std::vector<ColumnPtr> keys;
    for (size_t column : columns_)
      keys.push_back(plain(batch.columns[column]));
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
  std::vector<size_t> columns_;
  int64_t limit_;
  bool is_sorted_;
  std::vector<TypePtr> types_;
  std::optional<GroupTable> groups_;
  std::vector<int64_t> counts_;  // of each group, up to the limit
  std::vector<int32_t> numbers_;
  std::vector<RowIndex> new_;
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
                            const SpillOptions& /*spill*/) {
  return std::make_unique<GroupHead>(std::move(input), keys, rows);
}

}  // namespace penstock
