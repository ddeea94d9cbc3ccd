#include "libcore/keys/radix_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <numeric>
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
// Evenly spread keys are split into buckets of about so many items or more: with 100 in each, the
// rest by comparing, psort of 1e7 prices took 1.4 times as long.
constexpr size_t kSplitItems = 2048;
constexpr int kDigitBits = 8;
// For fewer items, threads cost more than they save.
constexpr size_t kItemsForPieces = 100'000;

constexpr uint64_t kSplitMask = (uint64_t{1} << kSplitBits) - 1;
using SplitPlaces = std::array<size_t, kSplitMask + 1>;

uint64_t key_of(const SortItem& item) {
  return item.key;
}
uint64_t key_of(uint64_t word) {
  return word;
}

// Sorts items by the bits of their keys from `low_bits` on.
template <typename Item>
class RadixSort {
 public:
  explicit RadixSort(int low_bits) : low_bits_(low_bits) {}

  uint64_t differing(const Item& a, const Item& b) const {
    return (key_of(a) ^ key_of(b)) >> low_bits_ << low_bits_;
  }

  // The bits by which many items are split: the highest of those that vary, from this one on.
  int split_shift(uint64_t varying, size_t count) const {
    const int bits = std::min(static_cast<int>(std::bit_width(count / kSplitItems)), kSplitBits);
    return std::max(static_cast<int>(std::bit_width(varying)) - bits, low_bits_);
  }

  // Sorts what lies in `items` into `items`, or into `other`.
  void sort(Item* items, Item* other, size_t count, bool into_other) const {
    uint64_t varying = 0;
    for (size_t i = 1; i < count; ++i)
      varying |= differing(items[i], items[0]);
    bool in_other = false;
    if (varying == 0) {
      // Nothing to do.
    } else if (count <= kFewItems) {
      sort_few(items, count);
    } else if (count <= kCachedItems || varying >> low_bits_ <= 0xFFFF) {
      in_other = sort_cached(items, other, count, varying);
    } else {
      const int shift = split_shift(varying, count);
      SplitPlaces ends{};
      for (size_t i = 0; i < count; ++i)
        ++ends[(key_of(items[i]) >> shift) & kSplitMask];
      size_t at = 0;
      for (size_t& end : ends)
        at += std::exchange(end, at);
      scatter(items, other, count, shift, ends.data(), kSplitMask);
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

  // Scatters by `mask` bits from `shift` on, keeping order; cursors[d] is where digit d starts.
  static void scatter(const Item* from, Item* to, size_t count, int shift, size_t* cursors,
                      uint64_t mask) {
    for (size_t i = 0; i < count; ++i)
      to[cursors[(key_of(from[i]) >> shift) & mask]++] = from[i];
  }

 private:
  void sort_few(Item* items, size_t count) const {
    std::stable_sort(items, items + count, [this](const Item& a, const Item& b) {
      return key_of(a) >> low_bits_ < key_of(b) >> low_bits_;
    });
  }

  // Least significant digit first (Knuth 5.2.5, algorithm R); the last pass's side holds the
  // result. Returns whether that is `other`.
  bool sort_cached(Item* items, Item* other, size_t count, uint64_t varying) const {
    bool in_other = false;
    for (int shift = low_bits_; shift < 64; shift += kDigitBits) {
      if (((varying >> shift) & 0xFF) == 0) continue;
      Item* from = in_other ? other : items;
      Item* to = in_other ? items : other;
      std::array<size_t, 256> counts{};
      for (size_t i = 0; i < count; ++i)
        ++counts[(key_of(from[i]) >> shift) & 0xFF];
      size_t at = 0;
      for (size_t& digit : counts)
        at += std::exchange(digit, at);
      scatter(from, to, count, shift, counts.data(), 0xFF);
      in_other = !in_other;
    }
    return in_other;
  }

  int low_bits_;
};

// The same for many items, in pieces of work.
template <typename Item>
class SortInPieces {
 public:
  SortInPieces(std::span<Item> items, std::span<Item> scratch, int low_bits, const PieceRunner& run)
      : items_(items), scratch_(scratch), run_(run), radix_(low_bits), places_(kScatterPieces) {}

  void sort_all() {
    std::array<uint64_t, kScatterPieces> varying{};
    run_(kScatterPieces, [&](size_t piece) {
      for (size_t i = begin_of(piece); i < begin_of(piece + 1); ++i)
        varying[piece] |= radix_.differing(items_[i], items_[0]);
    });
    const uint64_t all =
        std::accumulate(varying.begin(), varying.end(), uint64_t{0}, std::bit_or());
    shift_ = radix_.split_shift(all, items_.size());
    run_(kScatterPieces, [this](size_t piece) { count(piece); });
    find_places();
    run_(kScatterPieces, [this](size_t piece) {
      const size_t begin = begin_of(piece);
      radix_.scatter(items_.data() + begin, scratch_.data(), begin_of(piece + 1) - begin, shift_,
                     places_[piece].data(), kSplitMask);
    });
    run_(kSortPieces, [this](size_t piece) { sort_buckets(piece); });
  }

 private:
  // More than there are cores, so that none waits long for the others.
  static constexpr size_t kScatterPieces = 16;
  static constexpr size_t kSortPieces = 64;

  size_t begin_of(size_t piece) const { return items_.size() * piece / kScatterPieces; }

  void count(size_t piece) {
    places_[piece].fill(0);
    for (size_t i = begin_of(piece); i < begin_of(piece + 1); ++i)
      ++places_[piece][(key_of(items_[i]) >> shift_) & kSplitMask];
  }

  // A piece's items of a bucket come behind those of the pieces before it, so equal keys stay in
  // order.
  void find_places() {
    size_t at = 0;
    for (size_t bucket = 0; bucket <= kSplitMask; ++bucket) {
      bucket_begins_[bucket] = at;
      for (SplitPlaces& places : places_)
        at += std::exchange(places[bucket], at);
    }
  }

  // Those that begin in a part of all items.
  void sort_buckets(size_t piece) {
    const size_t from = items_.size() * piece / kSortPieces;
    const size_t to = items_.size() * (piece + 1) / kSortPieces;
    const size_t* found = std::lower_bound(bucket_begins_.begin(), bucket_begins_.end(), from);
    for (; found != bucket_begins_.end() && *found < to; ++found) {
      const size_t end = found + 1 == bucket_begins_.end() ? items_.size() : found[1];
      if (end == *found) continue;
      radix_.sort(scratch_.data() + *found, items_.data() + *found, end - *found, true);
    }
  }

  std::span<Item> items_;
  std::span<Item> scratch_;
  const PieceRunner& run_;
  RadixSort<Item> radix_;
  std::vector<SplitPlaces> places_;
  SplitPlaces bucket_begins_{};
  int shift_ = 0;
};

template <typename Item>
void sort_all(std::span<Item> items, std::span<Item> scratch, int low_bits,
              const PieceRunner& run) {
  if (run != nullptr && items.size() > kItemsForPieces) {
    return SortInPieces<Item>(items, scratch, low_bits, run).sort_all();
  }
  RadixSort<Item>(low_bits).sort(items.data(), scratch.data(), items.size(), false);
}

}  // namespace

void radix_sort(std::span<SortItem> items, std::span<SortItem> scratch, const PieceRunner& run) {
  sort_all(items, scratch, 0, run);
}

void radix_sort(std::span<uint64_t> words, std::span<uint64_t> scratch, int low_bits,
                const PieceRunner& run) {
  sort_all(words, scratch, low_bits, run);
}

}  // namespace penstock
