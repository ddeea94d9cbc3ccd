// Keys as rows of bytes, equal exactly when the keys are: for keys of any types and lengths.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// The key rows of a batch. A row has its columns one after the other: a byte that is 1 for a value
// and 0 for a null, then for a value its bits (keys/value.h), or its length as uint32 and its
// bytes. Reused for each batch, so that rows do not allocate memory.
class KeyRows {
 public:
  // Encodes `rows` rows. REQUIRES plain columns of types that can be keys.
  void encode(std::span<const ColumnPtr> keys, int64_t rows);

  // The view is valid until the next encode().
  std::string_view row(int64_t i) const {
    auto at = static_cast<size_t>(i);
    return {reinterpret_cast<const char*>(bytes_.data()) + starts_[at],
            starts_[at + 1] - starts_[at]};
  }

 private:
  std::vector<size_t> starts_;   // rows + 1
  std::vector<size_t> cursors_;  // where writing continues in each row
  MutableBuffer bytes_;
};

// Decodes rows of encode() column by column: each call reads the next column of every row and moves
// the views past it.
ColumnPtr decode_next_column(const TypePtr& type, std::span<std::string_view> rows);

}  // namespace penstock
