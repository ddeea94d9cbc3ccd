#include "libcore/rows/store.h"

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"

namespace penstock {
namespace {

// A batch with fewer rows waits to be combined with others.
constexpr int64_t kSmallRows = kBatchRows / 4;

// Small batches are combined when they take this share of all, within limits: copying them takes
// the same again for a while.
constexpr int64_t kTogetherShare = 8;
constexpr int64_t kLeastTogetherBytes = int64_t{1} << 20;
constexpr int64_t kMostTogetherBytes = int64_t{16} << 20;
constexpr int64_t kLeastTogetherFrames = 4;

int64_t rows_bytes(const Column& column, int64_t begin, int64_t count);

int64_t children_bytes(const Column& column, int64_t begin, int64_t count) {
  int64_t bytes = 0;
  for (const ColumnPtr& child : column.children)
    bytes += rows_bytes(*child, begin, count);
  return bytes;
}

// Of rows whose bytes or elements lie where offsets say.
template <typename Offset>
int64_t reached_bytes(const Column& column, int64_t begin, int64_t count) {
  if (count == 0) return 0;
  const auto* offsets = column.offsets.as<Offset>() + begin;
  int64_t reached = offsets[count] - offsets[0];
  int64_t bytes = (count + 1) * static_cast<int64_t>(sizeof(Offset));
  if (column.children.empty()) return bytes + reached;
  return bytes + children_bytes(column, offsets[0], reached);
}

int64_t rows_bytes(const Column& column, int64_t begin, int64_t count) {
  const Type& type = *column.type;
  int64_t bytes = column.null_count == 0 ? 0 : bitmap_bytes(count);
  if (has_offsets32(type.id)) return bytes + reached_bytes<int32_t>(column, begin, count);
  if (has_offsets64(type.id)) return bytes + reached_bytes<int64_t>(column, begin, count);
  switch (type.id) {
    case TypeId::kNull:
      return 0;
    case TypeId::kBool:
      return bytes + bitmap_bytes(count);
    case TypeId::kStruct:
      return bytes + children_bytes(column, begin, count);
    case TypeId::kSparseUnion:
      return bytes + count + children_bytes(column, begin, count);
    case TypeId::kFixedSizeList:
      return bytes + children_bytes(column, begin * type.width, count * type.width);
    case TypeId::kDenseUnion:  // whose rows may lie anywhere in the members
    case TypeId::kDictionary:
      return byte_size(column);
    default:
      return bytes + count * fixed_width(type);
  }
}

int64_t column_count(std::span<const Field> fields) {
  int64_t count = std::ssize(fields);
  for (const Field& field : fields)
    count += column_count(field.type->children);
  return count;
}

}  // namespace

int64_t row_bytes(const Batch& batch) {
  int64_t bytes = 0;
  for (const ColumnPtr& column : batch.columns)
    bytes += rows_bytes(*column, 0, batch.rows);
  return bytes;
}

int64_t frame_bytes(const Schema& schema) {
  return column_count(schema.fields()) * kColumnBytes;
}

int64_t memory_bytes(const Batch& batch) {
  return row_bytes(batch) + frame_bytes(*batch.schema);
}

Batch copied(const Batch& batch) {
  Batch copy{batch.schema, batch.rows, {}};
  for (size_t c = 0; c < batch.columns.size(); ++c) {
    const ColumnPtr& column = batch.columns[c];
    auto same = std::find(batch.columns.begin(), batch.columns.end(), column);
    if (const auto at = static_cast<size_t>(same - batch.columns.begin()); at < c) {
      copy.columns.push_back(copy.columns[at]);
    } else {
      // Concatenating copies, even if one of the parts is empty.
      copy.columns.push_back(concatenate(std::vector<ColumnPtr>{column, slice(column, 0, 0)}));
    }
  }
  return copy;
}

Batch held_alone(Batch some, const Batch& whole) {
  if (2 * row_bytes(some) < row_bytes(whole)) return copied(some);
  return some;
}

int64_t output_rows(int64_t bytes, int64_t rows, int64_t most) {
  if (rows == 0) return kBatchRows;
  return std::clamp<int64_t>(most / (bytes / rows + 1), 1, kBatchRows);
}

SchemaPtr without_dictionaries(const SchemaPtr& schema) {
  auto is_dictionary = [](const Field& field) { return field.type->id == TypeId::kDictionary; };
  if (std::none_of(schema->fields().begin(), schema->fields().end(), is_dictionary)) return schema;
  std::vector<Field> fields = schema->fields();
  for (Field& field : fields) {
    if (field.type->id == TypeId::kDictionary) field.type = field.type->value_type;
  }
  return make_schema(std::move(fields), schema->metadata());
}

int64_t RowStore::together_bytes() const {
  int64_t share =
      std::clamp(memory_bytes() / kTogetherShare, kLeastTogetherBytes, kMostTogetherBytes);
  return std::max(share, kLeastTogetherFrames * frame_bytes_);
}

void RowStore::add(const Batch& batch) {
  if (batch.rows == 0) return;
  Batch kept = batch;
  kept.schema = schema_;
  for (ColumnPtr& column : kept.columns)
    column = decode_dictionary(column);
  int64_t bytes = row_bytes(kept);
  int64_t taken = bytes + frame_bytes_;
  int64_t most = together_bytes();
  rows_ += kept.rows;
  bytes_ += bytes;
  ++frames_;
  bool is_small = kept.rows < kSmallRows && taken < most;
  if (!is_small || small_rows_ >= kBatchRows || small_bytes_ >= most) put_together();
  if (!is_small) {
    parts_.push_back(std::move(kept));
    return;
  }
  small_rows_ += kept.rows;
  small_bytes_ += taken;
  small_.push_back(std::move(kept));
}

void RowStore::put_together() {
  if (small_.size() == 1) parts_.push_back(std::move(small_[0]));
  if (small_.size() > 1) {
    parts_.push_back(concatenate(small_));
    frames_ -= std::ssize(small_) - 1;
  }
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
  frames_ -= std::ssize(parts_) - static_cast<int64_t>(large) - 1;
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
  frames_ = 0;
}

}  // namespace penstock
