// Bitmaps in Arrow's layout: bit i is bit (i mod 8) of byte (i div 8), least significant first. In
// a validity bitmap a set bit is a value, a clear bit a null. Bits after the last row are zero.
#pragma once

#include <cstdint>

#include "libcore/data/buffer.h"

namespace penstock {

inline bool get_bit(const uint8_t* bits, int64_t i) {
  return (bits[i >> 3] >> (i & 7)) & 1;
}
inline void set_bit(uint8_t* bits, int64_t i) {
  bits[i >> 3] = static_cast<uint8_t>(bits[i >> 3] | (1U << (i & 7)));
}
inline void clear_bit(uint8_t* bits, int64_t i) {
  bits[i >> 3] = static_cast<uint8_t>(bits[i >> 3] & ~(1U << (i & 7)));
}
inline void assign_bit(uint8_t* bits, int64_t i, bool value) {
  if (value) {
    set_bit(bits, i);
  } else {
    clear_bit(bits, i);
  }
}
inline int64_t bitmap_bytes(int64_t bits) {
  return (bits + 7) / 8;
}

// Returns the number of set bits among the first `length`.
int64_t count_set_bits(const uint8_t* bits, int64_t length);

// Makes a bitmap of `length` bits, all clear or all set (bits after the end are clear).
MutableBuffer make_bitmap(int64_t length, bool value);

// Returns bits [offset, offset + length) as a bitmap: shared when offset is a multiple of 8 and no
// set bits follow the end, else copied.
Buffer slice_bitmap(const Buffer& bits, int64_t offset, int64_t length);

// Sets bits [to_offset, to_offset + length) of `to` to the first `length` bits of `from`. Other
// bits do not change.
void copy_bits(uint8_t* to, int64_t to_offset, const uint8_t* from, int64_t length);

// Returns a AND b, over `length` bits. An empty buffer stands for all bits set; two empty buffers
// give an empty one.
Buffer and_bitmaps(const Buffer& a, const Buffer& b, int64_t length);

}  // namespace penstock
