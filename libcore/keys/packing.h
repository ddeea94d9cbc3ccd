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

// How keys lie in a word, the first column highest. A column takes its width in bytes (text: as
// many as the longest, and one for the length) and, where nulls may come, one more that is 1 for a
// value. Of a null all bytes are 0.
class PackedLayout {
 public:
  // The layout for keys so far laid out as `before` (if any) that also holds all rows of `keys`.
  // Empty when 128 bits are too few.
  static std::optional<PackedLayout> choose(std::span<const ColumnPtr> keys,
                                            const PackedLayout* before);

  // 64 or 128.
  int32_t bits() const { return bits_; }

  // Whether every row of `keys` can be packed.
  bool holds(std::span<const ColumnPtr> keys) const;

  // Writes one word a row. REQUIRES Word of bits() bits. Rows that cannot be packed (text too long,
  // an unexpected null) are packed to something and clear their flag in `fits`, unless that is null
  // because holds(keys).
  template <typename Word>
  void pack(std::span<const ColumnPtr> keys, int64_t begin, int64_t rows, Word* out,
            uint8_t* fits) const;

  // Column `c` of packed keys.
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
