#include "libcore/data/bitmap.h"

#include <algorithm>
#include <cstring>

namespace penstock {
namespace {

uint64_t load_word(const uint8_t* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Counts bits by a sum tree instead of std::popcount, which without -mpopcnt is a call for each
// word.
int64_t count_word(uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555U;
  word = (word & 0x3333333333333333U) + ((word >> 2) & 0x3333333333333333U);
  word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0FU;
  return static_cast<int64_t>((word * 0x0101010101010101U) >> 56);
}

uint8_t tail_mask(int64_t length) {
  int64_t rest = length & 7;
  return rest == 0 ? uint8_t{0xFF} : static_cast<uint8_t>((1U << rest) - 1);
}

void clear_tail(uint8_t* bits, int64_t length) {
  if ((length & 7) != 0) {
    bits[length >> 3] = static_cast<uint8_t>(bits[length >> 3] & tail_mask(length));
  }
}

}  // namespace

int64_t count_set_bits(const uint8_t* bits, int64_t length) {
  int64_t count = 0;
  int64_t bytes = length / 8;
  int64_t i = 0;
  for (; i + 8 <= bytes; i += 8)
    count += count_word(load_word(bits + i));
  for (; i < bytes; ++i)
    count += count_word(bits[i]);
  if ((length & 7) != 0) count += count_word(bits[bytes] & tail_mask(length));
  return count;
}

MutableBuffer make_bitmap(int64_t length, bool value) {
  MutableBuffer bits(bitmap_bytes(length));
  if (length != 0) {
    std::memset(bits.data(), value ? 0xFF : 0, static_cast<size_t>(bits.size()));
    clear_tail(bits.data(), length);
  }
  return bits;
}

Buffer slice_bitmap(const Buffer& bits, int64_t offset, int64_t length) {
  int64_t bytes = bitmap_bytes(length);
  if (length == 0) return {};
  const uint8_t* from = bits.data() + offset / 8;
  auto shift = static_cast<unsigned>(offset & 7);
  if (shift == 0 && (from[bytes - 1] & ~tail_mask(length) & 0xFF) == 0) {
    return bits.slice(offset / 8, bytes);
  }
  MutableBuffer out(bytes);
  uint8_t* to = out.data();
  int64_t i = 0;
  // Reading a word and a byte past the last one stays inside the buffer's padding.
  for (; i < bytes; i += 8) {
    uint64_t word = load_word(from + i);
    if (shift != 0) word = (word >> shift) | (uint64_t{from[i + 8]} << (64 - shift));
    std::memcpy(to + i, &word, static_cast<size_t>(std::min<int64_t>(8, bytes - i)));
  }
  clear_tail(to, length);
  return out.freeze();
}

void copy_bits(uint8_t* to, int64_t to_offset, const uint8_t* from, int64_t length) {
  int64_t i = 0;
  for (; i < length && ((to_offset + i) & 7) != 0; ++i) {
    assign_bit(to, to_offset + i, get_bit(from, i));
  }
  auto shift = static_cast<unsigned>(i & 7);
  // Whole words begin at a byte; each takes 64 of the 72 bits that were loaded.
  for (; i + 64 <= length; i += 64) {
    uint64_t word = load_word(from + i / 8);
    if (shift != 0) word = (word >> shift) | (uint64_t{from[i / 8 + 8]} << (64 - shift));
    std::memcpy(to + (to_offset + i) / 8, &word, sizeof word);
  }
  for (; i < length; ++i)
    assign_bit(to, to_offset + i, get_bit(from, i));
}

Buffer and_bitmaps(const Buffer& a, const Buffer& b, int64_t length) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  int64_t bytes = bitmap_bytes(length);
  MutableBuffer out(bytes);
  const uint8_t* left = a.data();
  const uint8_t* right = b.data();
  uint8_t* to = out.data();
  for (int64_t i = 0; i < bytes; ++i)
    to[i] = static_cast<uint8_t>(left[i] & right[i]);
  clear_tail(to, length);
  return out.freeze();
}

}  // namespace penstock
