#include "libcore/ops/sort.h"

#include <algorithm>
#include <string>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/key_value.h"
#include "libcore/ops/normalized_key.h"
#include "libcore/ops/row_order.h"
#include "libcore/ops/row_store.h"

namespace penstock {
namespace {

// With a limit, rows beyond it are thrown away when at least this many are held.
constexpr int64_t kCutRows = 65536;

SchemaPtr with_order(const SchemaPtr& schema, std::span<const SortKey> keys) {
  Metadata metadata = schema->metadata();
  std::erase_if(metadata, [](const auto& entry) { return entry.first == kOrderKey; });
  metadata.emplace_back(kOrderKey, to_string(keys));
  return make_schema(schema->fields(), std::move(metadata));
}

class Sort : public Operator {
 public:
  Sort(OperatorPtr input, SortOptions options)
      : input_(std::move(input)), limit_(options.limit), store_(input_->schema()) {
    PENSTOCK_CHECK(!options.keys.empty());
    PENSTOCK_CHECK(limit_.value_or(0) >= 0);
    for (const SortKey& key : options.keys) {
      size_t column = input_->schema()->index_of(key.name);
      Field field = (*input_->schema())[column];
      field.type = plain(field.type);
      require_key_type("sort", field);
      key_columns_.push_back(column);
      directions_.push_back({key.descending, key.nulls_first});
      codings_.emplace_back(field.type, directions_.back());
    }
    schema_ = with_order(store_.schema(), options.keys);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (!is_sorted_) sort_all();
    std::optional<Batch> batch = order_ ? next_picked() : next_part();
    if (batch) batch->schema = schema_;
    return batch;
  }

 private:
  void sort_all() {
    is_sorted_ = true;
    left_ = limit_.value_or(INT64_MAX);
    if (left_ == 0) return;
    while (std::optional<Batch> batch = input_->next()) {
      if (bound_.empty()) {
        store_.add(*batch);
      } else {
        add_below_bound(*batch);
      }
      if (limit_ && store_.rows() >= std::max(kCutRows, 2 * std::min(*limit_, INT64_MAX / 2)))
        cut();
    }
    parts_ = store_.parts();
    if (!parts_.empty()) order_ = sorted_rows(key_parts(), directions_);
    left_ = std::min(left_, store_.rows());
    output_rows_ = store_.output_rows();
  }

  std::vector<ColumnPtr> key_columns(const Batch& batch) const {
    std::vector<ColumnPtr> columns;
    for (size_t column : key_columns_)
      columns.push_back(plain(batch.columns[column]));
    return columns;
  }

  std::vector<KeyPart> key_parts() {
    std::vector<KeyPart> parts;
    for (const Batch& part : store_.parts())
      parts.push_back({key_columns(part), part.rows});
    return parts;
  }

  // Adds what comes before the last of the first limit_ rows so far. Of equal keys the earlier row
  // is first, so that equal is not before.
  void add_below_bound(const Batch& batch) {
    keys_.encode(codings_, key_columns(batch), batch.rows);
    std::vector<RowIndex> rows;
    for (int64_t i = 0; i < batch.rows; ++i) {
      if (keys_.row(i) < bound_) rows.push_back(static_cast<RowIndex>(i));
    }
    if (!rows.empty()) store_.add(take(batch, rows));
  }

  // Keeps the first limit_ rows of those stored, in order.
  void cut() {
    std::span<const Batch> parts = store_.parts();
    std::optional<std::vector<PartRow>> order = sorted_rows(key_parts(), directions_);
    std::vector<Batch> first;
    int64_t left = *limit_;
    for (size_t p = 0; !order && left > 0; ++p) {
      first.push_back(slice(parts[p], 0, std::min(left, parts[p].rows)));
      left -= first.back().rows;
    }
    for (int64_t begin = 0; order && begin < *limit_; begin += kBatchRows) {
      auto rows = static_cast<size_t>(std::min(kBatchRows, *limit_ - begin));
      first.push_back(store_.take(std::span(*order).subspan(static_cast<size_t>(begin), rows)));
    }
    store_.clear();
    for (const Batch& batch : first)
      store_.add(batch);
    Batch last = slice(first.back(), first.back().rows - 1, 1);
    keys_.encode(codings_, key_columns(last), 1);
    bound_ = keys_.row(0);
  }

  std::optional<Batch> next_picked() {
    int64_t rows = std::min(output_rows_, left_);
    if (rows == 0) return std::nullopt;
    auto picked = std::span(*order_).subspan(at_, static_cast<size_t>(rows));
    at_ += static_cast<size_t>(rows);
    left_ -= rows;
    return store_.take(picked);
  }

  std::optional<Batch> next_part() {
    if (left_ == 0 || at_ == parts_.size()) return std::nullopt;
    const Batch& part = parts_[at_++];
    int64_t rows = std::min(part.rows, left_);
    left_ -= rows;
    return rows == part.rows ? part : slice(part, 0, rows);
  }

  OperatorPtr input_;
  std::optional<int64_t> limit_;
  RowStore store_;
  SchemaPtr schema_;
  std::vector<size_t> key_columns_;
  std::vector<KeyDirection> directions_;
  std::vector<KeyCoding> codings_;  // for comparing with bound_
  NormalizedKeys keys_;
  std::string bound_;  // the key of the last row that the limit lets in, once that many are known

  bool is_sorted_ = false;
  std::optional<std::vector<PartRow>> order_;  // empty: as stored
  std::span<const Batch> parts_;
  size_t at_ = 0;  // in order_ or parts_
  int64_t left_ = 0;
  int64_t output_rows_ = 0;
};

}  // namespace

OperatorPtr make_sort(OperatorPtr input, SortOptions options) {
  return std::make_unique<Sort>(std::move(input), std::move(options));
}

}  // namespace penstock
