// Converts Arrow's newer layouts to the plain ones of our columns: views of bytes and lists, and
// run-end encoding. In these layouts few bytes can stand for many; the size of the result is
// charged to a budget before it is allocated.
#pragma once

#include <cstdint>
#include <span>

#include "libcore/arrow/body_codec.h"
#include "libcore/data/column.h"

namespace penstock {

inline constexpr int64_t kBytesViewWidth = 16;

// Returns a utf8 or binary column. `rows` has the type, the length and the validity. `views` has 16
// bytes for each row: the size, then 12 bytes of data, or a prefix, the number of one of the `data`
// buffers and an offset into it. Throws Error for a view outside of its buffer, and past 2 GiB in
// all.
ColumnPtr expand_bytes_view(const Column& rows, const Buffer& views, std::span<const Buffer> data,
                            ByteBudget& budget);

// Returns a list (int32_t) or large list (int64_t) column. REQUIRES a valid child. Shares the child
// when the lists lie in it one after the other, as most writers arrange them. Throws Error for a
// list outside of the child.
template <typename Offset>
ColumnPtr expand_list_view(const Column& rows, const Buffer& offsets, const Buffer& sizes,
                           const ColumnPtr& child, ByteBudget& budget);

// Returns `length` rows of `values`; value i is repeated up to row ends[i]. REQUIRES valid values,
// and ends of int16, int32 or int64. Throws Error when the ends do not ascend to `length`.
ColumnPtr expand_run_ends(int64_t length, const Column& ends, const Column& values,
                          ByteBudget& budget);

}  // namespace penstock
