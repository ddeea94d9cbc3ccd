#include "libcore/ops/row_store.h"

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"

namespace penstock {
namespace {

// A batch with fewer rows waits to be put together with others.
constexpr int64_t kSmallRows = kBatchRows / 4;
constexpr int64_t kTogetherBytes = int64_t{16} << 20;
constexpr int64_t kOutputBytes = int64_t{64} << 20;

}  // namespace

int64_t row_bytes(const Batch& batch) {
  int64_t bytes = 0;
  for (const ColumnPtr& column : batch.columns) {
    if (has_offsets32(column->type->id) && is_variable_bytes(column->type->id)) {
      const int32_t* offsets = column->offsets.as<int32_t>();
      if (batch.rows != 0) bytes += offsets[batch.rows] - offsets[0];
    } else {
      bytes += byte_size(*column);
    }
  }
  return bytes;
}

int64_t output_rows(int64_t bytes, int64_t rows) {
  if (rows == 0) return kBatchRows;
  return std::clamp<int64_t>(kOutputBytes / (bytes / rows + 1), 1, kBatchRows);
}

SchemaPtr without_dictionaries(const SchemaPtr& schema) {
  std::vector<Field> fields = schema->fields();
  for (Field& field : fields) {
    if (field.type->id == TypeId::kDictionary) field.type = field.type->value_type;
  }
  return make_schema(std::move(fields), schema->metadata());
}

void RowStore::add(const Batch& batch) {
  if (batch.rows == 0) return;
  Batch kept = batch;
  kept.schema = schema_;
  for (ColumnPtr& column : kept.columns)
    column = decode_dictionary(column);
  int64_t bytes = row_bytes(kept);
  rows_ += kept.rows;
  bytes_ += bytes;
  bool is_small = kept.rows < kSmallRows && bytes < kTogetherBytes;
  if (!is_small || small_rows_ >= kBatchRows || small_bytes_ >= kTogetherBytes) put_together();
  if (!is_small) {
    parts_.push_back(std::move(kept));
    return;
  }
  small_rows_ += kept.rows;
  small_bytes_ += bytes;
  small_.push_back(std::move(kept));
}

void RowStore::put_together() {
  if (small_.size() == 1) parts_.push_back(std::move(small_[0]));
  if (small_.size() > 1) parts_.push_back(concatenate(small_));
  small_.clear();
  small_rows_ = 0;
  small_bytes_ = 0;
}

std::span<const Batch> RowStore::parts() {
  put_together();
  columns_.resize(schema_->size());
  for (size_t c = 0; c < columns_.size(); ++c) {
    for (size_t p = columns_[c].size(); p < parts_.size(); ++p) {
      columns_[c].push_back(parts_[p].columns[c]);
    }
  }
  return parts_;
}

std::span<const Batch> RowStore::parts_while_growing() {
  constexpr size_t kMostSmallParts = 32;
  parts();
  size_t large = parts_.size();
  while (large > 0 && parts_[large - 1].rows < kSmallRows)
    --large;
  if (parts_.size() - large < kMostSmallParts) return parts_;
  Batch together = concatenate(std::span<const Batch>(parts_).subspan(large));
  parts_.resize(large);
  parts_.push_back(std::move(together));
  for (std::vector<ColumnPtr>& column : columns_)
    column.resize(large);
  return parts();
}

Batch RowStore::take(std::span<const PartRow> rows) const {
  Batch batch{schema_, static_cast<int64_t>(rows.size()), {}};
  for (size_t c = 0; c < schema_->size(); ++c)
    batch.columns.push_back(take(c, rows));
  return batch;
}

ColumnPtr RowStore::take(size_t column, std::span<const PartRow> rows) const {
  if (parts_.empty()) {
    return make_null_column((*schema_)[column].type, static_cast<int64_t>(rows.size()));
  }
  return take_from(columns_[column], rows);
}

void RowStore::clear() {
  parts_.clear();
  columns_.clear();
  small_.clear();
  small_rows_ = 0;
  small_bytes_ = 0;
  rows_ = 0;
  bytes_ = 0;
}

}  // namespace penstock
