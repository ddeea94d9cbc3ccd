#include "libcore/ops/join/table.h"

#include <algorithm>
#include <utility>

#include "libcore/ops/join/key.h"

namespace penstock {
namespace {

bool has_null(std::span<const ColumnPtr> keys) {
  for (const ColumnPtr& key : keys) {
    if (key->null_count != 0) return true;
  }
  return false;
}

}  // namespace

// When most keys turn out to be different, makes room for all of them: growing by doubling touches
// twice the memory and moves every slot again (1.5M int64 keys: 0.24 s of CPU, and 0.16 with this
// and without counting the partners of keys that have one each).
void JoinTable::prepare() {
  constexpr size_t kTried = size_t{1} << 16;
  if (expected_ == 0 || numbers_.size() < kTried) return;
  if (static_cast<size_t>(keys_.size()) > numbers_.size() / 2) keys_.reserve(expected_);
  expected_ = 0;
}

void JoinTable::add(std::span<const ColumnPtr> keys, const Batch& rows) {
  if (nulls_ == Nulls::kDiffer && has_null(keys)) return add_with_nulls(keys, rows);
  std::vector<RowIndex> first_rows;
  prepare();
  size_t begin = keep_ == Keep::kKeys ? 0 : numbers_.size();
  numbers_.resize(begin + static_cast<size_t>(rows.rows));
  keys_.insert(keys, rows.rows, numbers_.data() + begin, first_rows);
  if (keep_ != Keep::kKeys) store_.add(rows);
}

void JoinTable::add_with_nulls(std::span<const ColumnPtr> keys, const Batch& rows) {
  std::vector<RowIndex> valid = rows_with_key(keys, rows.rows);
  std::vector<ColumnPtr> valid_keys;
  for (const ColumnPtr& key : keys)
    valid_keys.push_back(take(*key, valid));
  if (keep_ != Keep::kAll) {
    if (!valid.empty()) add(valid_keys, take(rows, valid));
    return;
  }
  std::vector<RowIndex> first_rows;
  std::vector<int32_t> numbers(valid.size());
  keys_.insert(valid_keys, static_cast<int64_t>(valid.size()), numbers.data(), first_rows);
  size_t begin = numbers_.size();
  numbers_.resize(begin + static_cast<size_t>(rows.rows));
  std::fill(numbers_.begin() + begin, numbers_.end(), GroupIndex::kNone);
  for (size_t i = 0; i < valid.size(); ++i)
    numbers_[begin + static_cast<size_t>(valid[i])] = numbers[i];
  store_.add(rows);
}

// Where each key's partners begin.
void JoinTable::count_partners() {
  begins_.assign(static_cast<size_t>(keys_.size()) + 1, 0);
  for (int32_t number : numbers_) {
    if (number != GroupIndex::kNone) ++begins_[static_cast<size_t>(number) + 1];
  }
  for (size_t i = 1; i < begins_.size(); ++i)
    begins_[i] += begins_[i - 1];
}

void JoinTable::finish() {
  std::span<const Batch> parts = store_.parts();
  if (store_.rows() == 0) return;
  size_t lost = 0;
  if (keep_ == Keep::kAll) {
    lost = static_cast<size_t>(std::count(numbers_.begin(), numbers_.end(), GroupIndex::kNone));
  }
  partners_.resize(numbers_.size() - lost);
  is_unique_ = static_cast<size_t>(keys_.size()) == partners_.size();
  std::vector<size_t> cursors;
  if (!is_unique_) {
    count_partners();
    cursors.assign(begins_.begin(), begins_.end() - 1);
  }
  size_t row = 0;
  for (size_t part = 0; part < parts.size(); ++part) {
    for (int64_t i = 0; i < parts[part].rows; ++i) {
      int32_t number = numbers_[row++];
      if (number == GroupIndex::kNone) continue;
      auto key = static_cast<size_t>(number);
      size_t at = is_unique_ ? key : cursors[key]++;
      partners_[at] = {static_cast<int32_t>(part), static_cast<RowIndex>(i)};
    }
  }
  numbers_ = {};
}

void JoinTable::find(std::span<const ColumnPtr> keys, int64_t rows, int32_t* numbers) {
  keys_.find(keys, rows, numbers, scratch_);
  if (nulls_ == Nulls::kMatch) return;
  for (RowIndex row : rows_without_key(keys, rows))
    numbers[row] = GroupIndex::kNone;
}

}  // namespace penstock
