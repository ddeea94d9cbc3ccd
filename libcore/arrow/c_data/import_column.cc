#include <fmt/format.h>

#include <memory>
#include <utility>

#include "libcore/arrow/c_data/c_data.h"
#include "libcore/arrow/c_data/layout.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

using Owner = std::shared_ptr<const void>;

// Moves the array, so that the last copy of the owner releases it.
std::shared_ptr<ArrowArray> take_over(ArrowArray* from) {
  auto release = [](ArrowArray* array) {
    if (array->release != nullptr) array->release(array);
    delete array;
  };
  std::shared_ptr<ArrowArray> owner(new ArrowArray(*from), release);
  from->release = nullptr;
  return owner;
}

int64_t buffers_of(TypeId id) {
  if (id == TypeId::kNull) return 0;
  if (id == TypeId::kStruct || id == TypeId::kFixedSizeList || id == TypeId::kSparseUnion) return 1;
  return is_variable_bytes(id) ? 3 : 2;
}

void require(bool holds, const char* what) {
  if (!holds) throw Error(what);
}

// Makes columns of arrays, all of which `owner` keeps.
class ColumnImport {
 public:
  ColumnImport(Owner owner, bool shares) : owner_(std::move(owner)), shares_(shares) {}

  // Returns rows [from.offset, from.offset + from.length).
  ColumnPtr column(const ArrowArray& from, const TypePtr& type, int depth) const {
    require(depth <= kMaxNesting, "it is nested too deep");
    require(from.length >= 0 && from.offset >= 0 && from.length <= kMaxBatchRows &&
                from.offset <= kMaxBatchRows && from.offset + from.length <= kMaxBatchRows,
            "its length is out of range");
    require(
        from.n_buffers == buffers_of(type->id) && (from.n_buffers == 0 || from.buffers != nullptr),
        "it has a wrong number of buffers");
    require(from.n_children == std::ssize(type->children) &&
                (from.n_children == 0 || from.children != nullptr),
            "it has a wrong number of children");
    ColumnPtr whole = all_rows(from, type, depth);
    return from.offset == 0 ? whole : slice(whole, from.offset, from.length);
  }

 private:
  // Returns rows [0, from.offset + from.length).
  ColumnPtr all_rows(const ArrowArray& from, const TypePtr& type, int depth) const {
    auto column = std::make_shared<Column>();
    column->type = type;
    column->length = from.offset + from.length;
    if (type->id == TypeId::kNull) {
      column->null_count = column->length;
      return column;
    }
    if (!has_type_codes(type->id)) read_validity(from, *column);
    read_buffers(from, *column);
    read_children(from, *column, depth);
    if (type->id != TypeId::kDictionary) return column;
    require(from.dictionary != nullptr, "it has no dictionary");
    column->dictionary = this->column(*from.dictionary, type->value_type, depth + 1);
    return column;
  }

  void read_validity(const ArrowArray& from, Column& column) const {
    if (from.buffers[0] == nullptr || from.null_count == 0 || column.length == 0) return;
    const auto* bits = static_cast<const uint8_t*>(from.buffers[0]);
    column.null_count = column.length - count_set_bits(bits, column.length);
    if (column.null_count == 0) return;
    const Buffer whole = bytes(bits, bitmap_bytes(column.length), 1);
    // Without bits after the end.
    column.validity = slice_bitmap(whole, 0, column.length);
  }

  void read_buffers(const ArrowArray& from, Column& column) const {
    const TypeId id = column.type->id;
    if (has_offsets32(id)) {
      read_offsets<int32_t>(from, column);
    } else if (has_offsets64(id)) {
      read_offsets<int64_t>(from, column);
    } else if (id == TypeId::kBool) {
      column.values = bytes(from.buffers[1], bitmap_bytes(column.length), 1);
    } else if (has_type_codes(id)) {
      column.values = bytes(from.buffers[0], column.length, 1);
      if (id == TypeId::kDenseUnion) {
        column.offsets = bytes(from.buffers[1], column.length * 4, alignof(int32_t));
      }
    } else if (id != TypeId::kStruct && id != TypeId::kFixedSizeList) {
      const int64_t width = fixed_width(*column.type);
      require(width == 0 || column.length <= kMaxMessageBodyBytes / width, "it is too large");
      column.values = bytes(from.buffers[1], column.length * width, alignment_of(width));
    }
  }

  template <typename Offset>
  void read_offsets(const ArrowArray& from, Column& column) const {
    if (column.length == 0) return;
    column.offsets =
        bytes(from.buffers[1], (column.length + 1) * int64_t{sizeof(Offset)}, alignof(Offset));
    if (!is_variable_bytes(column.type->id)) return;
    const auto end = static_cast<int64_t>(column.offsets.as<Offset>()[column.length]);
    require(end >= 0 && end <= kMaxMessageBodyBytes, "its offsets are out of range");
    column.values = bytes(from.buffers[2], end, 1);
  }

  void read_children(const ArrowArray& from, Column& column, int depth) const {
    const Type& type = *column.type;
    for (size_t i = 0; i < type.children.size(); ++i) {
      require(from.children[i] != nullptr, "it lacks a child");
      ColumnPtr child = this->column(*from.children[i], type.children[i].type, depth + 1);
      // Those of a fixed number may be longer than what refers to them.
      int64_t rows = child->length;
      if (type.id == TypeId::kStruct || type.id == TypeId::kSparseUnion) rows = column.length;
      if (type.id == TypeId::kFixedSizeList) rows = column.length * type.width;
      require(rows <= child->length, "a child is too short");
      column.children.push_back(rows == child->length ? child : slice(child, 0, rows));
    }
  }

  static size_t alignment_of(int64_t width) {
    if (width == 16 || width == 32) return alignof(int128_t);
    return width == 2 || width == 4 || width == 8 ? static_cast<size_t>(width) : 1;
  }

  Buffer bytes(const void* data, int64_t size, size_t alignment) const {
    if (size == 0) return {};
    require(data != nullptr, "it lacks a buffer");
    const bool is_aligned = reinterpret_cast<uintptr_t>(data) % alignment == 0;
    if (!shares_ || !is_aligned) return Buffer::copy(data, size);
    return Buffer::wrap(owner_, static_cast<const uint8_t*>(data), size);
  }

  Owner owner_;
  bool shares_;
};

}  // namespace

Batch import_batch(ArrowArray* from, const SchemaPtr& schema, const ImportPromises& promises) {
  const std::shared_ptr<ArrowArray> owner = take_over(from);
  require(owner->release != nullptr, "the rows were released before");
  require(owner->length >= 0 && owner->offset >= 0 && owner->length <= kMaxBatchRows &&
              owner->offset <= kMaxBatchRows - owner->length,
          "the number of rows is out of range");
  require(owner->n_children == std::ssize(schema->fields()) &&
              (owner->n_children == 0 || owner->children != nullptr),
          "the rows have another number of columns than their schema");
  const bool has_nulls =
      owner->n_buffers == 1 && owner->buffers[0] != nullptr && owner->null_count != 0;
  require(
      !has_nulls || count_set_bits(static_cast<const uint8_t*>(owner->buffers[0]),
                                   owner->offset + owner->length) == owner->offset + owner->length,
      "rows are null as a whole");
  const ColumnImport import(owner, promises.padding >= kBufferPadding);
  Batch batch{schema, owner->length, {}};
  for (size_t i = 0; i < schema->size(); ++i) {
    const Field& field = (*schema)[i];
    try {
      require(owner->children[i] != nullptr, "it is missing");
      ColumnPtr column = import.column(*owner->children[i], field.type, 1);
      require(column->length >= owner->offset + owner->length, "it has too few rows");
      if (owner->offset != 0 || column->length != batch.rows) {
        column = slice(column, owner->offset, batch.rows);
      }
      validate(*column);
      batch.columns.push_back(std::move(column));
    } catch (const Error& error) {
      throw Error(fmt::format("column '{}': {}", printable(field.name), error.message()));
    }
  }
  return batch;
}

}  // namespace penstock
