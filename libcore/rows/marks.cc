#include "libcore/rows/marks.h"

#include <algorithm>

namespace penstock {

void RowMarks::begin(RowStore& store) {
  marked_.clear();
  next_ = {0, 0};
  extend(store);
}

void RowMarks::extend(RowStore& store) {
  std::span<const Batch> parts = store.parts();
  for (size_t part = marked_.size(); part < parts.size(); ++part)
    marked_.emplace_back(static_cast<size_t>(parts[part].rows));
}

void RowMarks::mark(std::span<const PartRow> rows) {
  for (PartRow row : rows) {
    if (row.part >= 0) marked_[static_cast<size_t>(row.part)][static_cast<size_t>(row.row)] = true;
  }
}

std::vector<PartRow> RowMarks::next_unmarked(int64_t most) {
  return next_unmarked(most, {static_cast<int32_t>(std::ssize(marked_)), 0});
}

std::vector<PartRow> RowMarks::next_unmarked(int64_t most, PartRow end) {
  std::vector<PartRow> rows;
  while (next_.part < end.part || (next_.part == end.part && next_.row < end.row)) {
    if (static_cast<size_t>(next_.part) >= marked_.size()) break;
    const std::vector<bool>& part = marked_[static_cast<size_t>(next_.part)];
    if (static_cast<size_t>(next_.row) == part.size()) {
      next_ = {next_.part + 1, 0};
      continue;
    }
    if (static_cast<int64_t>(rows.size()) == most) break;
    if (!part[static_cast<size_t>(next_.row)]) rows.push_back(next_);
    ++next_.row;
  }
  return rows;
}

void RowMarks::drop(int32_t parts) {
  marked_.erase(marked_.begin(),
                marked_.begin() + std::min<std::ptrdiff_t>(parts, std::ssize(marked_)));
  next_ = next_.part < parts ? PartRow{0, 0} : PartRow{next_.part - parts, next_.row};
}

}  // namespace penstock
