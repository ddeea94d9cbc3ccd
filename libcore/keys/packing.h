// Short keys as one integer: all key columns of a row side by side in 64 or 128 bits.
//
// Most grouping and joining is by one integer, a date, or some short codes. Packed, such a key is
// hashed and compared in a few instructions, and rows need no encoding in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// The layout of keys in a word, with the first column highest. A column takes its width in bytes
// (text: that of the longest, and one more for the length) and, where nulls may come, one byte
// more, which is 1 for a value. All bytes of a null are 0.
class PackedLayout {
 public:
  // Returns a layout that holds all rows of `keys`, and all keys that `before` (if any) holds.
  // Empty when 128 bits are too few.
  static std::optional<PackedLayout> choose(std::span<const ColumnPtr> keys,
                                            const PackedLayout* before);

  // Bits of a word: 64 or 128.
  int32_t bits() const { return bits_; }

  // Returns whether every row of `keys` can be packed.
  bool holds(std::span<const ColumnPtr> keys) const;

  // Writes one word for each row. REQUIRES a Word of bits() bits. Rows that cannot be packed (text
  // too long, an unexpected null) get any word, and false in `fits`. `fits` may be null if
  // holds(keys).
  template <typename Word>
  void pack(std::span<const ColumnPtr> keys, int64_t begin, int64_t rows, Word* out,
            uint8_t* fits) const;

  // Returns column `c` of packed keys.
  template <typename Word>
  ColumnPtr unpack(size_t c, const TypePtr& type, std::span<const Word> words) const;

 private:
  struct Slot {
    int32_t value_bytes;  // without length and null bytes
    bool is_variable;
    bool may_be_null;
    int32_t bytes() const { return value_bytes + (is_variable ? 1 : 0) + (may_be_null ? 1 : 0); }
  };
  static int32_t total(std::span<const Slot> slots);

  std::vector<Slot> slots_;
  int32_t bits_ = 64;
};

}  // namespace penstock
