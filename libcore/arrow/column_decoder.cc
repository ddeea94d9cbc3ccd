#include "libcore/arrow/column_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/arrow/view_layouts.h"
#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

// Arrow asks for buffers at multiples of 8 in a body; 128-bit integers want 16.
constexpr int64_t kPlainAlignment = 8;
constexpr int64_t kDecimalAlignment = 16;

bool is_union(TypeId id) {
  return id == TypeId::kSparseUnion || id == TypeId::kDenseUnion;
}

// The number of buffers of a column itself, without its children.
size_t buffer_count(const WireField& field, bool version4) {
  TypeId id = field.type->id;
  switch (field.layout) {
    case WireLayout::kRunEndEncoded:
      return version4 ? 1 : 0;
    case WireLayout::kListView:
    case WireLayout::kLargeListView:
      return 3;
    case WireLayout::kDictionary:
    case WireLayout::kNarrowDecimal:
    case WireLayout::kBytesView:
      return 2;
    case WireLayout::kPlain:
      break;
  }
  if (id == TypeId::kNull) return 0;
  if (id == TypeId::kStruct || id == TypeId::kFixedSizeList) return 1;
  if (is_union(id)) return (id == TypeId::kDenseUnion ? 2U : 1U) + (version4 ? 1U : 0U);
  return is_variable_bytes(id) ? 3 : 2;
}

// Buffers are not labelled: which belong to a column follows from the layouts of all columns before
// it. So a projection walks over the others without decoding them.
void advance(const WireField& field, const BatchMetadata& batch, bool version4, ColumnPlace& at) {
  ++at.node;
  at.buffer += buffer_count(field, version4);
  // The values came in a message of their own.
  if (field.layout == WireLayout::kDictionary) return;
  if (field.layout == WireLayout::kBytesView) {
    int64_t count = at.variadic < batch.variadic_counts.size() ? batch.variadic_counts[at.variadic]
                                                               : int64_t{-1};
    if (count < 0 || count > static_cast<int64_t>(batch.buffers.size())) {
      throw Error("a batch whose counts of view buffers are damaged");
    }
    ++at.variadic;
    at.buffer += static_cast<size_t>(count);
  }
  for (const WireField& child : field.children)
    advance(child, batch, version4, at);
}

// Reading at an address that is not a multiple of the type's size is undefined, and faults on some
// processors. Bodies that we wrote are aligned, and are not copied.
Buffer aligned(const Buffer& buffer, int64_t alignment) {
  auto address = reinterpret_cast<uintptr_t>(buffer.data());
  if (address % static_cast<uintptr_t>(alignment) == 0) return buffer;
  return Buffer::copy(buffer.data(), buffer.size());
}

// Returns the bitmap's first `length` bits, with all bits after them clear.
Buffer trimmed_bitmap(const Buffer& bits, int64_t length) {
  // Others count and combine bitmaps by whole words, and rely on zeros after the end.
  Buffer trimmed = bits.slice(0, bitmap_bytes(length));
  int unused = static_cast<int>(8 * trimmed.size() - length);
  uint8_t last = trimmed.data()[trimmed.size() - 1];
  auto kept = static_cast<uint8_t>(last & (0xFF >> unused));
  if (kept == last) return trimmed;
  MutableBuffer copy;
  copy.append(trimmed.data(), trimmed.size());
  copy.data()[copy.size() - 1] = kept;
  return copy.freeze();
}

template <typename T>
Buffer widened(const Buffer& narrow, int64_t length) {
  MutableBuffer wide(length * static_cast<int64_t>(sizeof(int128_t)));
  const T* from = narrow.as<T>();
  auto* to = wide.as<int128_t>();
  for (int64_t i = 0; i < length; ++i)
    to[i] = from[i];
  return wide.freeze();
}

// Cuts a child to the length that its parent needs; writers may leave more.
ColumnPtr fitted(ColumnPtr child, int64_t length) {
  if (child->length == length) return child;
  if (child->length < length) {
    throw Error(fmt::format("a child of {} rows where {} are needed", child->length, length));
  }
  // Before it is cut: the offsets that slice() looks at are a stranger's.
  validate(*child, true);
  return slice(child, 0, length);
}

int64_t value_alignment(const Type& type) {
  return type.id == TypeId::kDecimal128 ? kDecimalAlignment : kPlainAlignment;
}

}  // namespace

std::vector<ColumnPlace> place_columns(std::span<const WireField> fields,
                                       const BatchMetadata& batch, bool version4) {
  std::vector<ColumnPlace> places(fields.size() + 1);
  ColumnPlace at;
  for (size_t i = 0; i < fields.size(); ++i) {
    places[i] = at;
    advance(fields[i], batch, version4, at);
  }
  places[fields.size()] = at;
  if (at.node > batch.nodes.size() || at.buffer > batch.buffers.size()) {
    throw Error("a batch with fewer columns or buffers than its schema needs");
  }
  // Some writers before 1.0 gave null columns a buffer. Later writers with more buffers than the
  // schema needs mean something else by it.
  if (!version4 && (at.node != batch.nodes.size() || at.buffer != batch.buffers.size())) {
    throw Error("a batch with more columns or buffers than its schema needs");
  }
  return places;
}

ColumnPtr ColumnDecoder::decode(const WireField& field, const ColumnPlace& place) {
  at_ = place;
  return next(field);
}

WireNode ColumnDecoder::next_node() {
  PENSTOCK_CHECK(at_.node < batch_.nodes.size());  // place_columns() saw to it
  WireNode node = batch_.nodes[at_.node++];
  if (node.length < 0 || node.length > kMaxBatchRows || node.null_count > node.length) {
    throw Error(fmt::format("{} rows with {} nulls are impossible", node.length, node.null_count));
  }
  return node;
}

Buffer ColumnDecoder::next_buffer() {
  PENSTOCK_CHECK(at_.buffer < batch_.buffers.size());
  BufferRange range = batch_.buffers[at_.buffer++];
  if (range.size == 0) return {};
  // Subtracted, because the sum of both could overflow.
  if (range.offset < 0 || range.size < 0 || range.offset > body_.size() ||
      range.size > body_.size() - range.offset) {
    throw Error(fmt::format("a buffer of {} bytes at {} lies outside of its body of {} bytes",
                            range.size, range.offset, body_.size()));
  }
  Buffer stored = body_.slice(range.offset, range.size);
  if (batch_.compression == BodyCompression::kNone) return stored;
  return decompress_buffer(batch_.compression, stored, budget_);
}

Buffer ColumnDecoder::next_buffer(int64_t count, int64_t width) {
  Buffer buffer = next_buffer();
  // count is below 2^31 + 1 and width below 2^31: no overflow.
  int64_t needed = count * width;
  if (buffer.size() < needed) {
    throw Error(fmt::format("a buffer of {} bytes where {} are needed", buffer.size(), needed));
  }
  return buffer.slice(0, needed);
}

void ColumnDecoder::next_validity(const WireNode& node, Column& column) {
  Buffer bits = next_buffer();
  column.length = node.length;
  if (bits.empty() || node.length == 0) {
    if (node.null_count > 0) throw Error("nulls are counted but no validity bitmap is there");
    return;
  }
  if (bits.size() < bitmap_bytes(node.length)) {
    throw Error(fmt::format("a validity bitmap of {} bytes is too short for {} rows", bits.size(),
                            node.length));
  }
  // Counted and not believed: kernels take the shorter way where null_count is 0, and would show
  // the values under nulls.
  int64_t nulls = node.length - count_set_bits(bits.data(), node.length);
  if (node.null_count >= 0 && node.null_count != nulls) {
    throw Error(fmt::format("{} nulls are declared but the validity bitmap has {}", node.null_count,
                            nulls));
  }
  if (nulls == 0) return;
  column.null_count = nulls;
  column.validity = aligned(trimmed_bitmap(bits, node.length), kPlainAlignment);
}

ColumnPtr ColumnDecoder::next(const WireField& field) {
  WireNode node = next_node();
  switch (field.layout) {
    case WireLayout::kBytesView:
      return next_bytes_view(field, node);
    case WireLayout::kListView:
    case WireLayout::kLargeListView:
      return next_list_view(field, node);
    case WireLayout::kRunEndEncoded:
      return next_run_ends(field, node);
    case WireLayout::kPlain:
    case WireLayout::kDictionary:
    case WireLayout::kNarrowDecimal:
      break;
  }
  return next_plain(field, node);
}

ColumnPtr ColumnDecoder::next_plain(const WireField& field, const WireNode& node) {
  auto column = std::make_shared<Column>();
  const Type& type = *field.type;
  column->type = field.type;
  if (type.id == TypeId::kNull) {
    column->length = column->null_count = node.length;
    return column;
  }
  if (is_union(type.id)) {
    column->length = node.length;
    next_union(field, *column);
    return column;
  }
  next_validity(node, *column);
  if (has_offsets32(type.id) || has_offsets64(type.id)) {
    int64_t width = has_offsets32(type.id) ? 4 : 8;
    int64_t count = node.length == 0 ? 0 : node.length + 1;
    column->offsets = aligned(next_buffer(count, width), kPlainAlignment);
    if (is_variable_bytes(type.id)) column->values = next_buffer();
  } else if (field.layout == WireLayout::kNarrowDecimal) {
    Buffer narrow = aligned(next_buffer(node.length, field.wire_width), kPlainAlignment);
    budget_.charge(16 * node.length);
    column->values = field.wire_width == 4 ? widened<int32_t>(narrow, node.length)
                                           : widened<int64_t>(narrow, node.length);
  } else if (type.id == TypeId::kBool) {
    column->values = aligned(next_buffer(bitmap_bytes(node.length), 1), kPlainAlignment);
  } else if (type.id != TypeId::kStruct && type.id != TypeId::kFixedSizeList) {
    column->values = aligned(next_buffer(node.length, fixed_width(type)), value_alignment(type));
  }
  if (field.layout == WireLayout::kDictionary) {
    // A dictionary may be missing while all of its rows are null; validate() refuses an index into
    // it.
    auto found = dictionaries_.find(field.dictionary_id);
    column->dictionary =
        found != dictionaries_.end() ? found->second : make_null_column(type.value_type, 0);
  } else {
    next_children(field, *column);
  }
  return column;
}

void ColumnDecoder::next_children(const WireField& field, Column& column) {
  for (const WireField& wire : field.children) {
    ColumnPtr child = next(wire);
    if (field.type->id == TypeId::kStruct || field.type->id == TypeId::kSparseUnion) {
      child = fitted(std::move(child), column.length);
    } else if (field.type->id == TypeId::kFixedSizeList) {
      child = fitted(std::move(child), column.length * field.type->width);
    }
    column.children.push_back(std::move(child));
  }
}

// Before V5 unions (and, in files that mix old and new, run ends) had a validity bitmap as well.
void ColumnDecoder::skip_validity4(const WireNode& node) {
  if (!version4_) return;
  Column ignored;
  next_validity(node, ignored);
  if (ignored.null_count != 0) {
    throw Error(
        "nulls where Arrow 1.0 and later allow none; write the data again with a later version of "
        "Arrow");
  }
}

void ColumnDecoder::next_union(const WireField& field, Column& column) {
  skip_validity4({column.length, -1});
  column.values = next_buffer(column.length, 1);
  if (field.type->id == TypeId::kDenseUnion) {
    column.offsets = aligned(next_buffer(column.length, 4), kPlainAlignment);
  }
  next_children(field, column);
}

ColumnPtr ColumnDecoder::next_bytes_view(const WireField& field, const WireNode& node) {
  Column rows;
  rows.type = field.type;
  next_validity(node, rows);
  Buffer views = aligned(next_buffer(node.length, kBytesViewWidth), kPlainAlignment);
  PENSTOCK_CHECK(at_.variadic < batch_.variadic_counts.size());
  int64_t count = batch_.variadic_counts[at_.variadic++];
  std::vector<Buffer> data;
  data.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i)
    data.push_back(next_buffer());
  return expand_bytes_view(rows, views, data, budget_);
}

ColumnPtr ColumnDecoder::next_list_view(const WireField& field, const WireNode& node) {
  bool large = field.layout == WireLayout::kLargeListView;
  Column rows;
  rows.type = field.type;
  next_validity(node, rows);
  Buffer offsets = aligned(next_buffer(node.length, large ? 8 : 4), kPlainAlignment);
  Buffer sizes = aligned(next_buffer(node.length, large ? 8 : 4), kPlainAlignment);
  ColumnPtr child = next(field.children[0]);
  validate(*child, true);
  return large ? expand_list_view<int64_t>(rows, offsets, sizes, child, budget_)
               : expand_list_view<int32_t>(rows, offsets, sizes, child, budget_);
}

ColumnPtr ColumnDecoder::next_run_ends(const WireField& field, const WireNode& node) {
  skip_validity4(node);
  ColumnPtr ends = next(field.children[0]);
  ColumnPtr values = next(field.children[1]);
  validate(*values, true);
  return expand_run_ends(node.length, *ends, *values, budget_);
}

}  // namespace penstock
