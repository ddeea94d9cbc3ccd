#include "libcore/text/write/table_layout.h"

#include <algorithm>

namespace penstock {
namespace {

int64_t wanted(const ColumnWidths& column) {
  return std::max(column.header, column.values);
}

int64_t least(const ColumnWidths& column) {
  int64_t floor = column.numeric ? std::max(column.values, kNarrowestColumn) : kNarrowestColumn;
  return std::min(floor, wanted(column));
}

std::vector<int64_t> capped(const std::vector<ColumnWidths>& columns, size_t count, int64_t cap) {
  std::vector<int64_t> widths;
  for (size_t i = 0; i < count; ++i) {
    widths.push_back(std::clamp(cap, least(columns[i]), wanted(columns[i])));
  }
  return widths;
}

int64_t total_width(const std::vector<int64_t>& widths) {
  int64_t total = -kTableGap;
  for (int64_t width : widths)
    total += width + kTableGap;
  return total;
}

}  // namespace

std::vector<int64_t> lay_out_table(const std::vector<ColumnWidths>& columns,
                                   std::optional<int64_t> total) {
  int64_t widest = 1;
  for (const ColumnWidths& column : columns)
    widest = std::max(widest, wanted(column));
  size_t count = columns.size();
  if (!total) return capped(columns, count, widest);
  while (count > 1 && total_width(capped(columns, count, 1)) > *total)
    --count;
  // The largest cap that fits, by bisection.
  int64_t low = 1;
  int64_t high = widest;
  while (low < high) {
    int64_t middle = (low + high + 1) / 2;
    if (total_width(capped(columns, count, middle)) <= *total) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return capped(columns, count, low);
}

}  // namespace penstock
