#include "libcore/ops/join/sorted_input.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/ops/join/key.h"

namespace penstock {

JoinSortedInput::JoinSortedInput(OperatorPtr rows, std::string name, std::vector<size_t> columns,
                                 std::vector<TypePtr> types,
                                 const std::vector<KeyDirection>& directions)
    : rows_(std::move(rows)),
      name_(std::move(name)),
      columns_(std::move(columns)),
      types_(std::move(types)) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    TypePtr type = plain((*rows_->schema())[columns_[i]].type);
    // A row with a null has no key to compare, so where an input has its nulls must not show in the
    // others' bytes: the other input may have them at the other end.
    KeyDirection compared{directions[i].descending, false};
    is_converted_ |= !equals(*type, *types_[i]) || directions[i].nulls_first;
    order_codings_.emplace_back(type, directions[i]);
    codings_.emplace_back(types_[i], compared);
  }
}

bool JoinSortedInput::next_batch() {
  rows_before_ += batch_.rows;
  std::optional<Batch> batch = rows_ ? rows_->next() : std::nullopt;
  if (!batch) {
    batch_ = {};
    rows_.reset();
    return false;
  }
  batch_ = *std::move(batch);
  std::vector<ColumnPtr> plain_keys;
  std::vector<ColumnPtr> keys;
  for (size_t i = 0; i < columns_.size(); ++i) {
    plain_keys.push_back(plain(batch_.columns[columns_[i]]));
    keys.push_back(to_key_type(plain_keys.back(), types_[i]));
  }
  keys_.encode(codings_, keys, batch_.rows);
  if (is_converted_) order_keys_.encode(order_codings_, plain_keys, batch_.rows);
  require_order();
  find_keyless(keys);
  return true;
}

void JoinSortedInput::require_order() {
  const NormalizedKeys& keys = is_converted_ ? order_keys_ : keys_;
  std::string_view last = last_;
  for (int64_t i = 0; i < batch_.rows; ++i) {
    std::string_view next = keys.row(i);
    if (next < last) {
      throw Error(
          fmt::format("{}: row {} is not in the order of the key; sort it with psort "
                      "first, or use --algorithm hash",
                      name_, rows_before_ + i + 1));
    }
    last = next;
  }
  last_ = std::string(last);
}

void JoinSortedInput::find_keyless(const std::vector<ColumnPtr>& keys) {
  has_key_.clear();
  for (const ColumnPtr& key : keys) {
    if (key->null_count == 0) continue;
    has_key_.resize(static_cast<size_t>(batch_.rows), true);
    for (int64_t i = 0; i < batch_.rows; ++i) {
      if (key->is_null(i)) has_key_[static_cast<size_t>(i)] = false;
    }
  }
}

}  // namespace penstock
