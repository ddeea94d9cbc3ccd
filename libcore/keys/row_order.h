// Sorts rows in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/growing_array.h"
#include "libcore/data/take.h"
#include "libcore/keys/normalized_key.h"
#include "libcore/keys/radix_sort.h"

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

// Rows in order, each with its key as a word: as words that hold the number of the row too, where
// both fit, else as items.
struct SortedWords {
  GrowingArray<uint64_t> words;  // the key, and in the lowest `row_bits` the number of the row
  int row_bits = 0;              // 0: there are items
  GrowingArray<SortItem> items;
  uint64_t prefix_mask = 0;  // the bits of a key in which the first keys are, 0 without such

  size_t size() const { return row_bits > 0 ? words.size() : items.size(); }
  uint64_t key(size_t i) const { return row_bits > 0 ? words[i] >> row_bits : items[i].key; }
};

// Returns the rows of all parts as sorted_rows() does, also those that are in order already. Empty
// when a key does not fit 8 bytes. `prefix` of the keys are the first ones. `run` is what
// radix_sort() may use. REQUIRES what sorted_rows() does, and at least one row.
std::optional<SortedWords> sorted_words(std::span<const KeyPart> parts,
                                        std::span<const KeyDirection> directions, size_t prefix,
                                        const PieceRunner& run = {});

}  // namespace penstock
