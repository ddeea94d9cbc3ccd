#include "libcore/ops/join/side.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/ops/join/key.h"

namespace penstock {

void JoinSideRows::add(std::span<const ColumnPtr> keys, const Batch& rows,
                       const std::vector<bool>& found) {
  if (store_.rows() + rows.rows > kMaxGroups) {
    throw Error("more rows than a symmetric join can number; use --algorithm hash");
  }
  std::vector<RowIndex> with_key = rows_with_key(keys, rows.rows);
  std::vector<ColumnPtr> valid;
  for (const ColumnPtr& key : keys)
    valid.push_back(std::ssize(with_key) == rows.rows ? key : take(*key, with_key));
  std::vector<int32_t> numbers(with_key.size());
  std::vector<RowIndex> first_rows;
  keys_.insert(valid, std::ssize(with_key), numbers.data(), first_rows);
  last_.resize(static_cast<size_t>(keys_.size()), GroupIndex::kNone);
  auto begin = static_cast<int32_t>(store_.rows());
  before_.resize(static_cast<size_t>(begin + rows.rows), GroupIndex::kNone);
  for (size_t i = 0; i < with_key.size(); ++i) {
    int32_t row = begin + with_key[i];
    int32_t& last = last_[static_cast<size_t>(numbers[i])];
    before_[static_cast<size_t>(row)] = last;
    last = row;
  }
  found_.insert(found_.end(), found.begin(), found.end());
  store_.add(rows);
  begins_.clear();
  int32_t at = 0;
  for (const Batch& part : store_.parts_while_growing()) {
    begins_.push_back(at);
    at += static_cast<int32_t>(part.rows);
  }
}

void JoinSideRows::find(std::span<const ColumnPtr> keys, int64_t rows, int32_t* numbers) {
  keys_.find(keys, rows, numbers, scratch_);
  for (int64_t row : rows_without_key(keys, rows))
    numbers[row] = GroupIndex::kNone;
}

PartRow JoinSideRows::place(int32_t row) const {
  auto part = std::upper_bound(begins_.begin(), begins_.end(), row) - begins_.begin() - 1;
  return {static_cast<int32_t>(part), row - begins_[static_cast<size_t>(part)]};
}

int64_t JoinSideRows::bytes() const {
  // A key's slots in the index, its value and its last row; a row's predecessor.
  constexpr int64_t kBytesOfAKey = 48;
  constexpr int64_t kBytesOfARow = 5;
  return store_.memory_bytes() + keys_.size() * kBytesOfAKey + rows() * kBytesOfARow;
}

}  // namespace penstock
