// Chooses the widths of the columns of a table for people.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace penstock {

// Spaces between columns.
inline constexpr int64_t kTableGap = 2;
// No column of text is cut to less than this width.
inline constexpr int64_t kNarrowestColumn = 8;

struct ColumnWidths {
  int64_t header = 0;
  int64_t values = 0;    // of the widest value
  bool numeric = false;  // then values are never cut: a cut number is another number
};

// Returns the widths of the first columns that fit `total` (at least one; all when `total` is
// empty). The widest columns of text are narrowed first, all to the same width.
std::vector<int64_t> lay_out_table(const std::vector<ColumnWidths>& columns,
                                   std::optional<int64_t> total);

}  // namespace penstock
