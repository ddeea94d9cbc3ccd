#include "libcore/keys/radix_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>
#include <vector>

namespace penstock {
namespace {

// Fewer items are sorted by comparing.
constexpr size_t kFewItems = 128;
// More items than these 256 KiB are first split by their highest bits, into buckets whose passes
// over single bytes stay in a second-level cache.
constexpr size_t kCachedItems = 16384;
constexpr int kSplitBits = 11;
constexpr int kDigitBits = 8;

void sort_few(SortItem* items, size_t count) {
  std::stable_sort(items, items + count,
                   [](const SortItem& a, const SortItem& b) { return a.key < b.key; });
}

// Scatters by `bits` bits from `shift` on, keeping order; begins[d] is where digit d starts.
void scatter(const SortItem* from, SortItem* to, size_t count, int shift, size_t* cursors,
             uint64_t mask) {
  for (size_t i = 0; i < count; ++i)
    to[cursors[(from[i].key >> shift) & mask]++] = from[i];
}

// Least significant digit first (Knuth 5.2.5, algorithm R); the last pass's side holds the result.
// Returns whether that is `other`.
bool sort_cached(SortItem* items, SortItem* other, size_t count, uint64_t varying) {
  bool in_other = false;
  for (int shift = 0; shift < 64; shift += kDigitBits) {
    if (((varying >> shift) & 0xFF) == 0) continue;
    SortItem* from = in_other ? other : items;
    SortItem* to = in_other ? items : other;
    std::array<size_t, 256> counts{};
    for (size_t i = 0; i < count; ++i)
      ++counts[(from[i].key >> shift) & 0xFF];
    size_t at = 0;
    for (size_t& digit : counts)
      at += std::exchange(digit, at);
    scatter(from, to, count, shift, counts.data(), 0xFF);
    in_other = !in_other;
  }
  return in_other;
}

// Sorts what lies in `items` into `items`, or into `other`.
void sort(SortItem* items, SortItem* other, size_t count, bool into_other) {
  uint64_t varying = 0;
  for (size_t i = 1; i < count; ++i)
    varying |= items[i].key ^ items[0].key;
  bool in_other = false;
  if (varying == 0) {
    // Nothing to do.
  } else if (count <= kFewItems) {
    sort_few(items, count);
  } else if (count <= kCachedItems || varying <= 0xFFFF) {
    in_other = sort_cached(items, other, count, varying);
  } else {
    int shift = std::max(static_cast<int>(std::bit_width(varying)) - kSplitBits, 0);
    constexpr uint64_t kMask = (uint64_t{1} << kSplitBits) - 1;
    std::vector<size_t> ends(kMask + 1);
    for (size_t i = 0; i < count; ++i)
      ++ends[(items[i].key >> shift) & kMask];
    size_t at = 0;
    for (size_t& end : ends)
      at += std::exchange(end, at);
    scatter(items, other, count, shift, ends.data(), kMask);
    size_t begin = 0;
    for (size_t end : ends) {
      if (end != begin) sort(other + begin, items + begin, end - begin, !into_other);
      begin = end;
    }
    return;
  }
  if (in_other != into_other) {
    std::copy_n(in_other ? other : items, count, in_other ? items : other);
  }
}

}  // namespace

void radix_sort(std::span<SortItem> items, std::span<SortItem> scratch) {
  sort(items.data(), scratch.data(), items.size(), false);
}

}  // namespace penstock
