#include <deque>
#include <memory>
#include <vector>

#include "libcore/arrow/c_data/c_data.h"
#include "libcore/arrow/c_data/layout.h"
#include "libcore/data/column.h"

namespace penstock {
namespace {

// What an exported structure owns. A child that the receiver moved out and released itself is
// released no more.
template <typename Structure>
struct Parts {
  std::deque<Structure> children;
  std::vector<Structure*> pointers;
  std::unique_ptr<Structure> dictionary;

  Structure* add_child() {
    children.push_back({});
    pointers.push_back(&children.back());
    return &children.back();
  }

  void release_all() {
    for (Structure& child : children) {
      if (child.release != nullptr) child.release(&child);
    }
    if (dictionary != nullptr && dictionary->release != nullptr) {
      dictionary->release(dictionary.get());
    }
  }
};

struct SchemaParts : Parts<ArrowSchema> {
  std::string format;
  std::string name;
  std::string metadata;
};

struct ArrayParts : Parts<ArrowArray> {
  ColumnPtr column;
  std::vector<const void*> buffers;
};

// A column of length 0 may lack its offsets, of which the interface demands one.
constexpr int64_t kNoOffset = 0;

template <typename PartsOf, typename Structure>
void release(Structure* structure) {
  auto* parts = static_cast<PartsOf*>(structure->private_data);
  parts->release_all();
  delete parts;
  structure->release = nullptr;
}

void append_int32(std::string& out, size_t value) {
  const auto number = static_cast<int32_t>(value);
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::string encode(const Metadata& metadata) {
  std::string out;
  if (metadata.empty()) return out;
  append_int32(out, metadata.size());
  for (const auto& [key, value] : metadata) {
    append_int32(out, key.size());
    out += key;
    append_int32(out, value.size());
    out += value;
  }
  return out;
}

void export_field(const Field& field, ArrowSchema* out);

void fill(const Field& field, const std::vector<Field>& children, const std::string& format,
          ArrowSchema* out) {
  auto parts = std::make_unique<SchemaParts>();
  parts->format = format;
  parts->name = field.name;
  parts->metadata = encode(field.metadata);
  for (const Field& child : children)
    export_field(child, parts->add_child());
  const Type* type = field.type.get();
  int64_t flags = field.nullable ? kArrowFlagNullable : 0;
  if (type != nullptr && type->id == TypeId::kDictionary) {
    parts->dictionary = std::make_unique<ArrowSchema>();
    export_field({"", type->value_type, true, {}}, parts->dictionary.get());
    flags |= type->ordered ? kArrowFlagOrdered : 0;
  }
  if (type != nullptr && type->keys_sorted) flags |= kArrowFlagKeysSorted;
  *out = {parts->format.c_str(),
          parts->name.c_str(),
          parts->metadata.empty() ? nullptr : parts->metadata.data(),
          flags,
          std::ssize(children),
          parts->pointers.data(),
          parts->dictionary.get(),
          release<SchemaParts, ArrowSchema>,
          parts.get()};
  parts.release();
}

void export_field(const Field& field, ArrowSchema* out) {
  fill(field, field.type->children, format_of_type(*field.type), out);
}

void export_column(const ColumnPtr& column, ArrowArray* out) {
  const Type& type = *column->type;
  auto parts = std::make_unique<ArrayParts>();
  parts->column = column;
  auto add = [&](const Buffer& buffer) { parts->buffers.push_back(buffer.data()); };
  const bool has_offsets = has_offsets32(type.id) || has_offsets64(type.id);
  const bool has_values = !has_offsets && type.id != TypeId::kFixedSizeList &&
                          type.id != TypeId::kStruct && type.id != TypeId::kNull;
  if (type.id != TypeId::kNull && !has_type_codes(type.id)) {
    parts->buffers.push_back(column->null_count == 0 ? nullptr : column->validity.data());
  }
  if (has_values) add(column->values);
  if (has_offsets) {
    parts->buffers.push_back(column->offsets.empty() ? static_cast<const void*>(&kNoOffset)
                                                     : column->offsets.data());
  }
  if (type.id == TypeId::kDenseUnion) add(column->offsets);
  if (is_variable_bytes(type.id)) add(column->values);
  for (const ColumnPtr& child : column->children)
    export_column(child, parts->add_child());
  if (column->dictionary != nullptr) {
    parts->dictionary = std::make_unique<ArrowArray>();
    export_column(column->dictionary, parts->dictionary.get());
  }
  *out = {column->length,
          column->null_count,
          0,
          std::ssize(parts->buffers),
          std::ssize(column->children),
          parts->buffers.data(),
          parts->pointers.data(),
          parts->dictionary.get(),
          release<ArrayParts, ArrowArray>,
          parts.get()};
  parts.release();
}

}  // namespace

void export_schema(const Schema& schema, ArrowSchema* out) {
  fill({"", nullptr, false, schema.metadata()}, schema.fields(), "+s", out);
}

void export_batch(const Batch& batch, ArrowArray* out) {
  auto rows = std::make_shared<Column>();
  rows->type = struct_type(batch.schema->fields());
  rows->length = batch.rows;
  rows->children = batch.columns;
  export_column(rows, out);
}

}  // namespace penstock
