#include "libcore/ops/window/frame.h"

#include <algorithm>

#include "libcore/data/compare.h"

namespace penstock {
namespace {

using FrameBound = FrameShape::Bound;
using Mode = FrameShape::Mode;

// Sums of row numbers and offsets stay below this.
constexpr int64_t kFar = int64_t{1} << 62;

}  // namespace

bool next_block(const SortedRows& rows, WindowBlock& block) {
  const bool is_first = block.end == 0;
  int64_t partition_begin = is_first ? 0 : block.partition_begin.back();
  int64_t partition_end = is_first ? 0 : block.partition_end.back();
  int64_t peer_begin = is_first ? 0 : block.peer_begin.back();
  int64_t peer_end = is_first ? 0 : block.peer_end.back();
  block.begin = block.end;
  block.end = std::min(block.begin + rows.block_rows(), rows.rows());
  if (block.begin == block.end) return false;
  for (auto* bounds :
       {&block.partition_begin, &block.partition_end, &block.peer_begin, &block.peer_end})
    bounds->resize(block.rows());
  for (int64_t row = block.begin; row < block.end; ++row) {
    if (row == partition_end) {
      partition_begin = row;
      partition_end = rows.next_partition(row);
    }
    if (row == peer_end) {
      peer_begin = row;
      peer_end = rows.next_peers(row);
    }
    const auto i = static_cast<size_t>(row - block.begin);
    block.partition_begin[i] = partition_begin;
    block.partition_end[i] = partition_end;
    block.peer_begin[i] = peer_begin;
    block.peer_end[i] = peer_end;
  }
  return true;
}

const FrameBounds& FrameFinder::find(const WindowBlock& block) {
  find_bound(block, false, bounds_.begin);
  find_bound(block, true, bounds_.end);
  for (size_t i = 0; i < block.rows(); ++i)
    bounds_.end[i] = std::max(bounds_.end[i], bounds_.begin[i]);
  return bounds_;
}

void FrameFinder::find_bound(const WindowBlock& block, bool is_end, std::vector<int64_t>& out) {
  const FrameShape& shape = frame_.shape;
  const FrameBound bound = is_end ? shape.end : shape.start;
  if (bound == FrameBound::kUnboundedPreceding) {
    out = block.partition_begin;
    return;
  }
  if (bound == FrameBound::kUnboundedFollowing) {
    out = block.partition_end;
    return;
  }
  if (bound == FrameBound::kCurrentRow && shape.mode != Mode::kRows) {
    out = is_end ? block.peer_end : block.peer_begin;
    return;
  }
  if (shape.mode == Mode::kRange) return find_by_range(block, is_end, out);
  int64_t by = std::min(is_end ? frame_.end_offset : frame_.start_offset, kFar);
  if (bound == FrameBound::kCurrentRow) by = 0;
  if (bound == FrameBound::kPreceding) by = -by;
  if (shape.mode == Mode::kRows) return find_by_rows(block, by, is_end, out);
  find_by_groups(block, by, is_end, out);
}

void FrameFinder::find_by_rows(const WindowBlock& block, int64_t by, bool is_end,
                               std::vector<int64_t>& out) {
  out.resize(block.rows());
  const int64_t first = block.begin + by + (is_end ? 1 : 0);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = std::clamp(first + static_cast<int64_t>(i), block.partition_begin[i],
                        block.partition_end[i]);
  }
}

// Group k of a partition begins where the place has moved k groups on from the partition's
// beginning.
void FrameFinder::find_by_groups(const WindowBlock& block, int64_t by, bool is_end,
                                 std::vector<int64_t>& out) {
  out.resize(block.rows());
  GroupPlace& place = groups_[is_end ? 1 : 0];
  for (size_t i = 0; i < out.size(); ++i) {
    const int64_t row = block.begin + static_cast<int64_t>(i);
    if (row == block.partition_begin[i]) {
      place = {0, 0, row};
    } else if (row == block.peer_begin[i]) {
      ++place.of_row;
    }
    const int64_t wanted = place.of_row + by + (is_end ? 1 : 0);
    while (place.group < wanted && place.row < block.partition_end[i]) {
      place.row = std::min(rows_.next_peers(place.row), block.partition_end[i]);
      ++place.group;
    }
    out[i] = place.row;
  }
}

bool FrameFinder::is_before(const RowCursor::Place& a, const RowCursor::Place& b) const {
  auto order = compare_rows(*a.column, a.row, *b.column, b.row, range_.nulls_first);
  if (order == 0) return false;
  const bool reversed = range_.descending && a.column->is_valid(a.row) && b.column->is_valid(b.row);
  return (order < 0) != reversed;
}

// The first row of the partition whose key is not before the bound, or, for an end, is behind it.
void FrameFinder::find_by_range(const WindowBlock& block, bool is_end, std::vector<int64_t>& out) {
  out.resize(block.rows());
  RowPlace& place = places_[is_end ? 1 : 0];
  if (!place.keys) {
    place.keys = std::make_unique<RowCursor>(rows_);
    place.bounds = std::make_unique<RowCursor>(rows_);
  }
  for (size_t i = 0; i < out.size(); ++i) {
    const int64_t row = block.begin + static_cast<int64_t>(i);
    if (place.partition != block.partition_begin[i]) {
      place.partition = block.partition_begin[i];
      place.row = place.partition;
    }
    const RowCursor::Place bound = place.bounds->at(is_end ? range_.end : range_.start, row);
    for (; place.row < block.partition_end[i]; ++place.row) {
      const RowCursor::Place key = place.keys->at(range_.key, place.row);
      if (is_end ? is_before(bound, key) : !is_before(key, bound)) break;
    }
    out[i] = place.row;
  }
}

}  // namespace penstock
