// What computes the results of one call, a block of rows after the other.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/window/list.h"
#include "libcore/ops/window/frame.h"
#include "libcore/ops/window/sorted_rows.h"

namespace penstock {

// The columns of the sorted rows that a call uses.
struct CallColumns {
  // The arguments, then what an aggregate's own order is by; null where its filter is not true.
  std::vector<size_t> arguments;
  std::optional<size_t> filter;
  bool has_range = false;
  RangeColumns range;
};

// Not thread-safe.
class WindowRunner {
 public:
  virtual ~WindowRunner() = default;
  // Returns the results of the block's rows. Blocks must come in order. Throws Error when a result
  // cannot be computed.
  virtual ColumnPtr run(const WindowBlock& block) = 0;
};
using WindowRunnerPtr = std::unique_ptr<WindowRunner>;

// Returns what computes the call. `rows` must outlive it.
WindowRunnerPtr make_window_runner(const WindowCall& call, const CallColumns& columns,
                                   const SortedRows& rows);

// Defined in the file of the name.
// row_number, rank, dense_rank, percent_rank, cume_dist, ntile.
WindowRunnerPtr make_ranks(const WindowCall& call, const CallColumns& columns,
                           const SortedRows& rows);
// lag, lead, first_value, last_value, nth_value.
WindowRunnerPtr make_values(const WindowCall& call, const CallColumns& columns,
                            const SortedRows& rows);
// An aggregate over frames that are whole partitions.
WindowRunnerPtr make_whole(const WindowCall& call, const CallColumns& columns,
                           const SortedRows& rows);
// count, sum, avg, min and max over frames without exclusion, whose bounds do not descend: values
// are added as they come into the frame and taken out as they leave it. Null for other calls.
WindowRunnerPtr make_moving(const WindowCall& call, const CallColumns& columns,
                            const SortedRows& rows);
// Any aggregate over any frames.
WindowRunnerPtr make_tree(const WindowCall& call, const CallColumns& columns,
                          const SortedRows& rows);

// The call of an aggregate whose arguments, order and filter are columns 0, 1, … of a batch, in
// this order.
AggregateCall call_of_columns(const WindowCall& call, const CallColumns& columns);

// What a frame has after its exclusion: rows [begin, end), one after the other, some empty.
struct FramePiece {
  int64_t begin;
  int64_t end;
};
std::array<FramePiece, 3> frame_pieces(const FrameBounds& bounds, const WindowBlock& block,
                                       size_t i, FrameShape::Exclude exclude);

// A column of int64.
ColumnPtr int64_column(const std::vector<int64_t>& values);

}  // namespace penstock
