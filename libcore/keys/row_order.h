// Sorts rows in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/take.h"
#include "libcore/keys/normalized_key.h"

namespace penstock {

// Key columns of rows that lie in several parts.
struct KeyPart {
  std::vector<ColumnPtr> columns;  // one for each key, plain, each `rows` long
  int64_t rows = 0;
};

// Returns the rows of all parts in order (compare.h), stable. Empty when they are in order already.
// REQUIRES at least one part, a direction for each key, and types that have an order. Uses 16 bytes
// of memory for each row, the same again while it sorts, and the normalized keys if they do not fit
// 8 bytes and are not one text column.
std::optional<std::vector<PartRow>> sorted_rows(std::span<const KeyPart> parts,
                                                std::span<const KeyDirection> directions);

}  // namespace penstock
