#include "libcore/arrow/column_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "libcore/arrow/body_codec.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

int64_t padded(int64_t size) {
  return (size + kBufferAlignment - 1) & -kBufferAlignment;
}

template <typename T>
Buffer shifted(const Buffer& values, int64_t count, int64_t shift) {
  MutableBuffer out(count * static_cast<int64_t>(sizeof(T)));
  const T* from = values.as<T>();
  T* to = out.as<T>();
  // Indices of nulls may be anything; unsigned arithmetic lets them wrap.
  for (int64_t i = 0; i < count; ++i) {
    to[i] = static_cast<T>(static_cast<uint64_t>(from[i]) + static_cast<uint64_t>(shift));
  }
  return out.freeze();
}

// The largest index that a type holds.
uint64_t largest_index(TypeId id) {
  int bits = 8 * fixed_width(*make_type(id)) - (is_signed_integer(id) ? 1 : 0);
  return std::numeric_limits<uint64_t>::max() >> (64 - bits);
}

Buffer shifted_indices(const Column& column, int64_t shift) {
  TypeId id = column.type->index_type->id;
  auto last = static_cast<uint64_t>(shift + column.dictionary->length);
  if (last != 0 && last - 1 > largest_index(id)) {
    throw Error(fmt::format(
        "dictionaries of {} values together do not fit {} indices; decode the column first", last,
        column.type->index_type->to_string()));
  }
  switch (fixed_width(*column.type)) {
    case 1:
      return shifted<uint8_t>(column.values, column.length, shift);
    case 2:
      return shifted<uint16_t>(column.values, column.length, shift);
    case 4:
      return shifted<uint32_t>(column.values, column.length, shift);
    default:
      return shifted<uint64_t>(column.values, column.length, shift);
  }
}

}  // namespace

int64_t count_dictionaries(const Type& type) {
  if (type.id == TypeId::kDictionary) return 1 + count_dictionaries(*type.value_type);
  int64_t count = 0;
  for (const Field& child : type.children)
    count += count_dictionaries(*child.type);
  return count;
}

ColumnEncoder::ColumnEncoder(int64_t rows, BodyCompression compression, const IndexShift& shifts,
                             int64_t first_dictionary)
    : shifts_(shifts), next_dictionary_(first_dictionary) {
  metadata_.rows = rows;
  metadata_.compression = compression;
}

void ColumnEncoder::add_buffer(const Buffer& buffer) {
  Buffer written = buffer;
  if (metadata_.compression != BodyCompression::kNone) {
    MutableBuffer compressed;
    compress_buffer(metadata_.compression, buffer.span<uint8_t>(), compressed);
    written = compressed.freeze();
  }
  metadata_.buffers.push_back({body_size_, written.size()});
  body_size_ += padded(written.size());
  buffers_.push_back(std::move(written));
}

void ColumnEncoder::add_later(const Type& type) {
  PENSTOCK_CHECK(metadata_.compression == BodyCompression::kNone);
  metadata_.nodes.push_back({metadata_.rows, 0});
  add_buffer({});
  add_buffer(Buffer::wrap(nullptr, nullptr, metadata_.rows * fixed_width(type)));
}

void ColumnEncoder::add(const Column& column) {
  const Type& type = *column.type;
  metadata_.nodes.push_back({column.length, column.null_count});
  if (type.id == TypeId::kNull) return;
  if (type.id == TypeId::kDenseUnion) return add_dense_union(column);
  if (type.id == TypeId::kSparseUnion) {
    add_buffer(column.values.slice(0, column.length));
  } else {
    int64_t bits = column.null_count == 0 ? 0 : bitmap_bytes(column.length);
    add_buffer(column.validity.slice(0, bits));
  }
  if (has_offsets32(type.id)) return add_variable<int32_t>(column);
  if (has_offsets64(type.id)) return add_variable<int64_t>(column);
  if (type.id == TypeId::kDictionary) return add_indices(column);
  if (type.id == TypeId::kBool) {
    add_buffer(column.values.slice(0, bitmap_bytes(column.length)));
  } else if (type.children.empty() && type.id != TypeId::kStruct &&
             type.id != TypeId::kSparseUnion) {
    add_buffer(column.values.slice(0, column.length * fixed_width(type)));
  }
  for (const ColumnPtr& child : column.children)
    add(*child);
}

void ColumnEncoder::add_indices(const Column& column) {
  int64_t id = next_dictionary_;
  next_dictionary_ += count_dictionaries(*column.type);
  int64_t shift = column.dictionary ? shifts_.shift(id, *column.dictionary) : 0;
  int64_t size = column.length * fixed_width(*column.type);
  add_buffer(shift == 0 ? column.values.slice(0, size) : shifted_indices(column, shift));
}

template <typename Offset>
void ColumnEncoder::add_variable(const Column& column) {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t count = column.length + 1;
  auto size = count * static_cast<int64_t>(sizeof(Offset));
  if (column.length == 0) {
    static constexpr std::array<uint8_t, sizeof(Offset) + kBufferPadding> kZero{};
    add_buffer(Buffer::wrap(nullptr, kZero.data(), sizeof(Offset)));
  } else {
    const Offset* offsets = column.offsets.as<Offset>();
    begin = offsets[0];
    end = offsets[column.length];
    if (begin == 0) {
      add_buffer(column.offsets.slice(0, size));
    } else {
      MutableBuffer rebased(size);
      auto* to = rebased.as<Offset>();
      for (int64_t i = 0; i < count; ++i)
        to[i] = static_cast<Offset>(offsets[i] - begin);
      add_buffer(rebased.freeze());
    }
  }
  if (is_variable_bytes(column.type->id)) {
    add_buffer(begin == end ? Buffer() : column.values.slice(begin, end - begin));
    return;
  }
  const ColumnPtr& child = column.children[0];
  bool whole = begin == 0 && end == child->length;
  add(whole ? *child : *slice(child, begin, end - begin));
}

// Children are cut to the range that rows refer to.
void ColumnEncoder::add_dense_union(const Column& column) {
  struct Range {
    int32_t begin = std::numeric_limits<int32_t>::max();
    int32_t end = 0;
  };
  std::array<Range, 128> ranges;
  const uint8_t* codes = column.values.data();  // 0 to 127
  const int32_t* offsets = column.offsets.as<int32_t>();
  for (int64_t i = 0; i < column.length; ++i) {
    Range& range = ranges[codes[i]];
    range.begin = std::min(range.begin, offsets[i]);
    range.end = std::max(range.end, offsets[i] + 1);
  }
  add_buffer(column.values.slice(0, column.length));
  MutableBuffer rebased(4 * column.length);
  for (int64_t i = 0; i < column.length; ++i) {
    rebased.as<int32_t>()[i] = offsets[i] - ranges[codes[i]].begin;
  }
  add_buffer(rebased.freeze());
  for (size_t i = 0; i < column.children.size(); ++i) {
    const Range& range = ranges[static_cast<uint8_t>(column.type->type_codes[i])];
    bool used = range.end != 0;
    add(*slice(column.children[i], used ? range.begin : 0, used ? range.end - range.begin : 0));
  }
}

}  // namespace penstock
