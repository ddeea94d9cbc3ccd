#include "libcore/ops/join_table.h"

#include <utility>

namespace penstock {
namespace {

bool has_null(std::span<const ColumnPtr> keys) {
  for (const ColumnPtr& key : keys) {
    if (key->null_count != 0) return true;
  }
  return false;
}

bool is_null(std::span<const ColumnPtr> keys, int64_t row) {
  for (const ColumnPtr& key : keys) {
    if (key->is_null(row)) return true;
  }
  return false;
}

}  // namespace

void JoinTable::add(std::span<const ColumnPtr> keys, const Batch& rows, bool keep_rows) {
  std::vector<RowIndex> scratch;
  if (has_null(keys)) {
    for (int64_t i = 0; i < rows.rows; ++i) {
      if (!is_null(keys, i)) scratch.push_back(static_cast<RowIndex>(i));
    }
    std::vector<ColumnPtr> valid;
    for (const ColumnPtr& key : keys) {
      ColumnPtr taken = take(*key, scratch);
      valid.push_back(std::move(taken));
    }
    if (!scratch.empty()) add(valid, take(rows, scratch), keep_rows);
    return;
  }
  size_t begin = keep_rows ? numbers_.size() : 0;
  numbers_.resize(begin + static_cast<size_t>(rows.rows));
  keys_.insert(keys, rows.rows, numbers_.data() + begin, scratch);
  if (keep_rows) store_.add(rows);
}

void JoinTable::finish() {
  if (store_.rows() == 0) return;
  is_unique_ = keys_.size() == store_.rows();
  std::vector<size_t> cursors;
  if (!is_unique_) {
    begins_.assign(static_cast<size_t>(keys_.size()) + 1, 0);
    for (int32_t number : numbers_)
      ++begins_[static_cast<size_t>(number) + 1];
    for (size_t i = 1; i < begins_.size(); ++i)
      begins_[i] += begins_[i - 1];
    cursors.assign(begins_.begin(), begins_.end() - 1);
  }
  partners_.resize(numbers_.size());
  size_t row = 0;
  std::span<const Batch> parts = store_.parts();
  for (size_t part = 0; part < parts.size(); ++part) {
    for (int64_t i = 0; i < parts[part].rows; ++i) {
      auto number = static_cast<size_t>(numbers_[row++]);
      size_t at = is_unique_ ? number : cursors[number]++;
      partners_[at] = {static_cast<int32_t>(part), static_cast<RowIndex>(i)};
    }
  }
  numbers_ = {};
}

void JoinTable::find(std::span<const ColumnPtr> keys, int64_t rows, int32_t* numbers) {
  keys_.find(keys, rows, numbers, scratch_);
  if (!has_null(keys)) return;
  for (int64_t i = 0; i < rows; ++i) {
    if (is_null(keys, i)) numbers[i] = GroupIndex::kNone;
  }
}

}  // namespace penstock
