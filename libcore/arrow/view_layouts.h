// Arrow's newer layouts turned into the plain ones that our columns have: views of bytes and lists,
// run-end encoding. All of them can say much with few bytes; what they become is charged to a
// budget before it is allocated.
#pragma once

#include <cstdint>
#include <span>

#include "libcore/arrow/body_codec.h"
#include "libcore/data/column.h"

namespace penstock {

inline constexpr int64_t kBytesViewWidth = 16;

// A utf8 or binary column. `rows` has the type, the length and the validity, `views` 16 bytes a
// row: the size, then 12 bytes of data, or a prefix, the number of one of the `data` buffers and an
// offset into it. Throws Error on a view outside of its buffer and past 2 GiB in all.
ColumnPtr expand_bytes_view(const Column& rows, const Buffer& views, std::span<const Buffer> data,
                            ByteBudget& budget);

// A list (int32_t) or large list (int64_t) column. REQUIRES a valid child. Shares the child when
// the lists lie in it one after the other, as most writers leave them. Throws Error on a list
// outside of the child.
template <typename Offset>
ColumnPtr expand_list_view(const Column& rows, const Buffer& offsets, const Buffer& sizes,
                           const ColumnPtr& child, ByteBudget& budget);

// `length` rows of `values`, of which number i is repeated up to row ends[i]. REQUIRES valid
// values; ends of int16, int32 or int64. Throws Error when the ends do not ascend to `length`.
ColumnPtr expand_run_ends(int64_t length, const Column& ends, const Column& values,
                          ByteBudget& budget);

}  // namespace penstock
