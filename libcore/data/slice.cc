#include <utility>

#include "libcore/data/take.h"

namespace penstock {
namespace {

void slice_offsets(Column& column, int64_t offset, int64_t width) {
  column.offsets = column.offsets.slice(offset * width, (column.length + 1) * width);
}

void slice_children(Column& column, int64_t offset, int64_t rows_each) {
  for (ColumnPtr& child : column.children) {
    child = slice(child, offset * rows_each, column.length * rows_each);
  }
}

}  // namespace

ColumnPtr slice(const ColumnPtr& column, int64_t offset, int64_t length) {
  if (offset == 0 && length == column->length) return column;
  if (column->type->id == TypeId::kNull) return make_null_column(column->type, length);
  auto result = std::make_shared<Column>(*column);
  result->length = length;
  if (column->null_count != 0) {
    result->validity = slice_bitmap(column->validity, offset, length);
    result->null_count = length - count_set_bits(result->validity.data(), length);
    if (result->null_count == 0) result->validity = {};
  }
  const Type& type = *column->type;
  if (has_offsets32(type.id)) {
    slice_offsets(*result, offset, 4);
    return result;
  }
  if (has_offsets64(type.id)) {
    slice_offsets(*result, offset, 8);
    return result;
  }
  switch (type.id) {
    case TypeId::kBool:
      result->values = slice_bitmap(column->values, offset, length);
      break;
    case TypeId::kStruct:
      slice_children(*result, offset, 1);
      break;
    case TypeId::kFixedSizeList:
      slice_children(*result, offset, type.width);
      break;
    case TypeId::kSparseUnion:
      result->values = column->values.slice(offset, length);
      slice_children(*result, offset, 1);
      break;
    case TypeId::kDenseUnion:
      result->values = column->values.slice(offset, length);
      result->offsets = column->offsets.slice(offset * 4, length * 4);
      break;
    default: {
      int64_t width = fixed_width(type);
      result->values = column->values.slice(offset * width, length * width);
    }
  }
  return result;
}

Batch slice(const Batch& batch, int64_t offset, int64_t length) {
  Batch result{batch.schema, length, {}};
  result.columns.reserve(batch.columns.size());
  for (const ColumnPtr& column : batch.columns) {
    result.columns.push_back(slice(column, offset, length));
  }
  return result;
}

Batch batch_without_rows(const SchemaPtr& schema, BatchMetadataPtr metadata) {
  Batch batch{schema, 0, {}, std::move(metadata)};
  batch.columns.reserve(schema->size());
  for (const Field& field : schema->fields())
    batch.columns.push_back(make_null_column(field.type, 0));
  return batch;
}

}  // namespace penstock
