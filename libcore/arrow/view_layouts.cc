#include "libcore/arrow/view_layouts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

// One row's view, as the format lays it.
struct BytesView {
  int32_t size;
  int32_t prefix;
  int32_t buffer;
  int32_t offset;
};
static_assert(sizeof(BytesView) == kBytesViewWidth);

constexpr int32_t kInlineBytes = 12;

const uint8_t* bytes_of(const BytesView& view, std::span<const Buffer> data) {
  if (view.size <= kInlineBytes) return reinterpret_cast<const uint8_t*>(&view) + sizeof view.size;
  if (view.buffer < 0 || static_cast<size_t>(view.buffer) >= data.size() || view.offset < 0 ||
      view.offset > data[static_cast<size_t>(view.buffer)].size() - view.size) {
    throw Error("a view lies outside of its buffer");
  }
  return data[static_cast<size_t>(view.buffer)].data() + view.offset;
}

// Returns the bytes that row i takes when it is repeated once more. Rows of valid columns do not
// overlap, so calling this for each row of a column once is linear in its size.
int64_t row_bytes(const Column& column, int64_t i) {
  const Type& type = *column.type;
  int64_t bytes = 1 + fixed_width(type);
  int64_t begin = i;
  int64_t end = i + 1;
  if (column.length == 0) return bytes;
  if (has_offsets32(type.id)) {
    begin = column.offsets.as<int32_t>()[i];
    end = column.offsets.as<int32_t>()[i + 1];
    bytes += 4;
  } else if (has_offsets64(type.id)) {
    begin = column.offsets.as<int64_t>()[i];
    end = column.offsets.as<int64_t>()[i + 1];
    bytes += 8;
  } else if (type.id == TypeId::kFixedSizeList) {
    begin = i * type.width;
    end = begin + type.width;
  } else if (type.id == TypeId::kDenseUnion) {
    // Offsets may overlap here; a child's whole size is an upper bound that costs nothing to know.
    for (const ColumnPtr& child : column.children)
      bytes += byte_size(*child);
    return bytes;
  }
  if (is_variable_bytes(type.id)) return bytes + (end - begin);
  for (const ColumnPtr& child : column.children) {
    for (int64_t j = begin; j < end; ++j)
      bytes += row_bytes(*child, j);
  }
  return bytes;
}

[[noreturn]] void too_many(int64_t rows) {
  throw Error(
      fmt::format("lists of {} elements in one batch; at most {} are read", rows, kMaxBatchRows));
}

Column shell(const Column& rows) {
  Column column;
  column.type = rows.type;
  column.length = rows.length;
  column.null_count = rows.null_count;
  column.validity = rows.validity;
  return column;
}

template <typename End>
std::vector<RowIndex> run_rows(int64_t length, const Column& ends, const Column& values,
                               ByteBudget& budget) {
  if (ends.null_count != 0) throw Error("run ends that are null");
  if (ends.length > values.length) throw Error("more run ends than values");
  const End* end = ends.data<End>();
  int64_t at = 0;
  int64_t runs = 0;
  for (; at < length; ++runs) {
    if (runs == ends.length || end[runs] <= at) {
      throw Error("run ends that do not ascend to the number of rows");
    }
    int64_t next = std::min<int64_t>(end[runs], length);
    budget.charge(next - at, row_bytes(values, runs) + int64_t{sizeof(RowIndex)});
    at = next;
  }
  std::vector<RowIndex> rows;
  rows.reserve(static_cast<size_t>(length));
  for (int64_t i = 0; i < runs; ++i) {
    auto upto = static_cast<size_t>(std::min<int64_t>(end[i], length));
    rows.resize(upto, static_cast<RowIndex>(i));
  }
  return rows;
}

}  // namespace

ColumnPtr expand_bytes_view(const Column& rows, const Buffer& views, std::span<const Buffer> data,
                            ByteBudget& budget) {
  Column column = shell(rows);
  const BytesView* view = views.as<BytesView>();
  budget.charge(4 * (rows.length + 1));
  MutableBuffer offsets(4 * (rows.length + 1));
  int32_t* offset = offsets.as<int32_t>();
  int64_t total = 0;
  for (int64_t i = 0; i < rows.length; ++i) {
    offset[i] = static_cast<int32_t>(total);
    if (rows.is_null(i)) continue;
    if (view[i].size < 0) throw Error("a view of negative size");
    total += view[i].size;
    if (total > std::numeric_limits<int32_t>::max()) {
      throw Error("more than 2 GiB of bytes in one batch; write smaller batches");
    }
  }
  offset[rows.length] = static_cast<int32_t>(total);
  budget.charge(total);
  MutableBuffer values(total);
  for (int64_t i = 0; i < rows.length; ++i) {
    int32_t size = offset[i + 1] - offset[i];
    if (size == 0) continue;
    std::memcpy(values.data() + offset[i], bytes_of(view[i], data), static_cast<size_t>(size));
  }
  column.offsets = offsets.freeze();
  column.values = values.freeze();
  return std::make_shared<const Column>(std::move(column));
}

template <typename Offset>
ColumnPtr expand_list_view(const Column& rows, const Buffer& offsets, const Buffer& sizes,
                           const ColumnPtr& child, ByteBudget& budget) {
  Column column = shell(rows);
  const Offset* from = offsets.as<Offset>();
  const Offset* size = sizes.as<Offset>();
  budget.charge(int64_t{sizeof(Offset)} * (rows.length + 1));
  MutableBuffer plain(int64_t{sizeof(Offset)} * (rows.length + 1));
  auto* to = plain.as<Offset>();
  int64_t total = 0;
  int64_t begin = 0;
  bool contiguous = true;
  for (int64_t i = 0; i < rows.length; ++i) {
    to[i] = static_cast<Offset>(total);
    if (rows.is_null(i)) continue;
    if (from[i] < 0 || size[i] < 0 || from[i] > child->length ||
        size[i] > child->length - from[i]) {
      throw Error("a list lies outside of its child");
    }
    if (size[i] == 0) continue;
    if (total == 0) begin = from[i];
    contiguous = contiguous && from[i] == begin + total;
    total += size[i];
    if (total > kMaxBatchRows) too_many(total);
  }
  to[rows.length] = static_cast<Offset>(total);
  column.offsets = plain.freeze();
  if (contiguous) {
    column.children.push_back(slice(child, begin, total));
    return std::make_shared<const Column>(std::move(column));
  }
  // Lists may overlap: what each row of the child takes is summed once, so that charging costs one
  // step a list whatever they share.
  budget.charge(child->length + 1, int64_t{sizeof(int64_t)});
  std::vector<int64_t> bytes_before(static_cast<size_t>(child->length) + 1);
  for (int64_t i = 0; i < child->length; ++i) {
    bytes_before[static_cast<size_t>(i) + 1] =
        bytes_before[static_cast<size_t>(i)] + row_bytes(*child, i) + int64_t{sizeof(RowIndex)};
  }
  std::vector<RowIndex> picked;
  for (int64_t i = 0; i < rows.length; ++i) {
    if (rows.is_null(i) || size[i] == 0) continue;
    auto first = static_cast<size_t>(from[i]);
    auto last = first + static_cast<size_t>(size[i]);
    budget.charge(bytes_before[last] - bytes_before[first]);
    size_t at = picked.size();
    picked.resize(at + last - first);
    std::iota(picked.begin() + static_cast<std::ptrdiff_t>(at), picked.end(),
              static_cast<RowIndex>(first));
  }
  column.children.push_back(take(*child, picked));
  return std::make_shared<const Column>(std::move(column));
}

template ColumnPtr expand_list_view<int32_t>(const Column&, const Buffer&, const Buffer&,
                                             const ColumnPtr&, ByteBudget&);
template ColumnPtr expand_list_view<int64_t>(const Column&, const Buffer&, const Buffer&,
                                             const ColumnPtr&, ByteBudget&);

ColumnPtr expand_run_ends(int64_t length, const Column& ends, const Column& values,
                          ByteBudget& budget) {
  switch (ends.type->id) {
    case TypeId::kInt16:
      return take(values, run_rows<int16_t>(length, ends, values, budget));
    case TypeId::kInt32:
      return take(values, run_rows<int32_t>(length, ends, values, budget));
    default:
      return take(values, run_rows<int64_t>(length, ends, values, budget));
  }
}

}  // namespace penstock
