// The frames of rows: which rows of its partition each row looks at.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/expr/window/list.h"
#include "libcore/ops/window/sorted_rows.h"

namespace penstock {

// Some rows, one after the other, and the bounds of their partitions and groups of peers.
struct WindowBlock {
  int64_t begin = 0;
  int64_t end = 0;
  // By row of the block; ends are behind the last row.
  std::vector<int64_t> partition_begin;
  std::vector<int64_t> partition_end;
  std::vector<int64_t> peer_begin;
  std::vector<int64_t> peer_end;

  size_t rows() const { return static_cast<size_t>(end - begin); }
};

// Moves on to the next block of `rows`; false at the end. `block` is that of the call before, or a
// new one for the first.
bool next_block(const SortedRows& rows, WindowBlock& block);

// Where a frame's bounds with an offset in a range are found.
struct RangeColumns {
  size_t key = 0;
  size_t start = 0;
  size_t end = 0;
  bool descending = false;
  bool nulls_first = false;
};

// Rows [begin, end), by row of a block; what the frame excludes is not left out. Within a partition
// neither bound descends.
struct FrameBounds {
  std::vector<int64_t> begin;
  std::vector<int64_t> end;  // at least `begin`
};

// Not thread-safe. `rows` must outlive it.
class FrameFinder {
 public:
  FrameFinder(const SortedRows& rows, const WindowFrame& frame, const RangeColumns& range)
      : rows_(rows), frame_(frame), range_(range) {}

  // Returns the frames of a block. Blocks must come in order. The view is valid until the next
  // call.
  const FrameBounds& find(const WindowBlock& block);

 private:
  // A place that moves through the groups of peers of a partition.
  struct GroupPlace {
    int64_t of_row = 0;  // the number of the group of the row whose bound is sought
    int64_t group = 0;
    int64_t row = 0;
  };
  // A place that moves through the rows of a partition.
  struct RowPlace {
    int64_t partition = -1;
    int64_t row = 0;
    std::unique_ptr<RowCursor> keys;
    std::unique_ptr<RowCursor> bounds;
  };

  void find_bound(const WindowBlock& block, bool is_end, std::vector<int64_t>& out);
  void find_by_rows(const WindowBlock& block, int64_t by, bool is_end, std::vector<int64_t>& out);
  void find_by_groups(const WindowBlock& block, int64_t by, bool is_end, std::vector<int64_t>& out);
  void find_by_range(const WindowBlock& block, bool is_end, std::vector<int64_t>& out);
  bool is_before(const RowCursor::Place& a, const RowCursor::Place& b) const;

  const SortedRows& rows_;
  WindowFrame frame_;
  RangeColumns range_;
  FrameBounds bounds_;
  GroupPlace groups_[2];
  RowPlace places_[2];
};

}  // namespace penstock
