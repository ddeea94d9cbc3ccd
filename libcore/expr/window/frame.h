// The frame of a window, without its offsets: as in SQL's `rows between 1 preceding and current row
// exclude ties`.
#pragma once

#include <cstdint>

namespace penstock {

struct FrameShape {
  enum class Mode : uint8_t { kRange, kRows, kGroups };
  enum class Bound : uint8_t {
    kUnboundedPreceding,
    kPreceding,  // by an offset
    kCurrentRow,
    kFollowing,  // by an offset
    kUnboundedFollowing,
  };
  enum class Exclude : uint8_t { kNothing, kCurrentRow, kGroup, kTies };

  Mode mode = Mode::kRange;
  Bound start = Bound::kUnboundedPreceding;
  Bound end = Bound::kCurrentRow;
  Exclude exclude = Exclude::kNothing;

  bool operator==(const FrameShape&) const = default;

  // Whether every row's frame is its partition.
  bool is_whole() const {
    return start == Bound::kUnboundedPreceding && end == Bound::kUnboundedFollowing &&
           exclude == Exclude::kNothing;
  }
};

}  // namespace penstock
