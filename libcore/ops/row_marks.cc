#include "libcore/ops/row_marks.h"

namespace penstock {

void RowMarks::begin(RowStore& store) {
  marked_.clear();
  next_ = {0, 0};
  for (const Batch& part : store.parts())
    marked_.emplace_back(static_cast<size_t>(part.rows));
}

void RowMarks::mark(std::span<const PartRow> rows) {
  for (PartRow row : rows) {
    if (row.part >= 0) marked_[static_cast<size_t>(row.part)][static_cast<size_t>(row.row)] = true;
  }
}

std::vector<PartRow> RowMarks::next_unmarked(int64_t most) {
  std::vector<PartRow> rows;
  while (static_cast<size_t>(next_.part) < marked_.size()) {
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

}  // namespace penstock
