#include "libcore/data/column.h"

#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

Buffer zeroed(int64_t bytes) {
  MutableBuffer buffer;
  buffer.resize_zeroed(bytes);
  return buffer.freeze();
}

int64_t valid_rows(const Buffer& validity, int64_t length) {
  return validity.empty() ? length : count_set_bits(validity.data(), length);
}

void fill_null_list(Column& column, int64_t child_length) {
  column.children.push_back(make_null_column(column.type->children[0].type, child_length));
}

// Unions keep no validity: their null is a null of a child, here the first.
void fill_null_union(Column& column) {
  const Type& type = *column.type;
  int64_t length = column.length;
  if (length > 0 && type.children.empty()) {
    throw Error("a union type without members has no null");
  }
  bool dense = type.id == TypeId::kDenseUnion;
  MutableBuffer codes(length);
  if (length > 0) {
    std::memset(codes.data(), static_cast<unsigned char>(type.type_codes[0]),
                static_cast<size_t>(length));
  }
  column.values = codes.freeze();
  column.null_count = 0;
  column.validity = {};
  if (dense) column.offsets = zeroed(length * 4);
  for (size_t i = 0; i < type.children.size(); ++i) {
    int64_t child_length = dense ? (i == 0 && length > 0 ? 1 : 0) : length;
    column.children.push_back(make_null_column(type.children[i].type, child_length));
  }
}

}  // namespace

std::string_view any_bytes_at(const Column& column, int64_t i) {
  switch (column.type->id) {
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return column.bytes_at(i);
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary:
      return column.large_bytes_at(i);
    default:
      break;
  }
  auto width = static_cast<int64_t>(column.type->width);
  return {reinterpret_cast<const char*>(column.values.data()) + i * width,
          static_cast<size_t>(width)};
}

ColumnPtr make_null_column(const TypePtr& type, int64_t length) {
  auto column = std::make_shared<Column>();
  column->type = type;
  column->length = column->null_count = length;
  if (type->id == TypeId::kNull) return column;
  if (length > 0) column->validity = make_bitmap(length, false).freeze();
  switch (type->id) {
    case TypeId::kBool:
      column->values = zeroed(bitmap_bytes(length));
      break;
    case TypeId::kUtf8:
    case TypeId::kBinary:
      column->offsets = zeroed((length + 1) * 4);
      break;
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary:
      column->offsets = zeroed((length + 1) * 8);
      break;
    case TypeId::kList:
    case TypeId::kMap:
      column->offsets = zeroed((length + 1) * 4);
      fill_null_list(*column, 0);
      break;
    case TypeId::kLargeList:
      column->offsets = zeroed((length + 1) * 8);
      fill_null_list(*column, 0);
      break;
    case TypeId::kFixedSizeList:
      if (type->width > 0 && length > kMaxBatchRows / type->width) {
        throw Error("a column of " + type->to_string() + " holds over " +
                    std::to_string(kMaxBatchRows) + " elements in one batch");
      }
      fill_null_list(*column, length * type->width);
      break;
    case TypeId::kStruct:
      for (const Field& field : type->children) {
        column->children.push_back(make_null_column(field.type, length));
      }
      break;
    case TypeId::kSparseUnion:
    case TypeId::kDenseUnion:
      fill_null_union(*column);
      break;
    case TypeId::kDictionary:
      column->dictionary = make_null_column(type->value_type, 0);
      column->values = zeroed(length * fixed_width(*type));
      break;
    default:
      column->values = zeroed(length * fixed_width(*type));
      break;
  }
  return column;
}

ColumnPtr make_column(TypePtr type, int64_t length, Buffer values, Buffer validity) {
  return make_bytes_column(std::move(type), length, {}, std::move(values), std::move(validity));
}

ColumnPtr make_bytes_column(TypePtr type, int64_t length, Buffer offsets, Buffer values,
                            Buffer validity) {
  auto column = std::make_shared<Column>();
  column->type = std::move(type);
  column->length = length;
  column->null_count = length - valid_rows(validity, length);
  if (column->null_count != 0) column->validity = std::move(validity);
  column->offsets = std::move(offsets);
  column->values = std::move(values);
  return column;
}

ColumnPtr with_validity(const ColumnPtr& column, const Buffer& validity) {
  if (validity.empty() || column->type->id == TypeId::kNull) return column;
  auto result = std::make_shared<Column>(*column);
  result->validity = and_bitmaps(column->validity, validity, column->length);
  result->null_count = column->length - count_set_bits(result->validity.data(), column->length);
  if (result->null_count == 0) result->validity = {};
  return result;
}

int64_t byte_size(const Column& column) {
  int64_t size = column.validity.size() + column.offsets.size() + column.values.size();
  for (const ColumnPtr& child : column.children)
    size += byte_size(*child);
  if (column.dictionary != nullptr) size += byte_size(*column.dictionary);
  return size;
}

}  // namespace penstock
