// Sorts rows by keys of any length: by eight bytes at a time, then equal ones by the next eight.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/keys/normalized_key.h"
#include "libcore/keys/radix_sort.h"

namespace penstock {

// Sorts items by key_of(item), a std::string_view, compared as unsigned bytes (or in reverse);
// overwrites the items' own `key`. Stable. Bytes that all keys have in common at the beginning are
// looked at once: times, paths and numbers of a small range differ only after them.
template <typename KeyOf>
class ItemSorter {
 public:
  ItemSorter(KeyOf key_of, bool descending)
      : key_of_(std::move(key_of)), invert_(descending ? ~uint64_t{0} : 0) {}

  // Sorts `items`. `scratch` has the same size; its contents are undefined afterwards.
  void sort(std::span<SortItem> items, std::span<SortItem> scratch) const {
    if (items.size() > 1) sort_from(items, scratch, common_prefix(items));
  }

 private:
  // The first bytes of keys are looked at eight at a time; keys that are equal so far are then
  // compared.
  static constexpr size_t kWordBytes = sizeof(uint64_t);
  static constexpr size_t kMostWords = 8;
  static constexpr size_t kFewItems = 16;

  size_t common_prefix(std::span<const SortItem> items) const {
    std::string_view first = key_of_(items[0]);
    size_t size = first.size();
    for (size_t i = 1; i < items.size() && size != 0; ++i) {
      std::string_view key = key_of_(items[i]);
      size = std::min(size, key.size());
      if (size == 0) break;
      if (std::memcmp(first.data(), key.data(), size) == 0) continue;
      size = static_cast<size_t>(std::mismatch(first.begin(),
                                               first.begin() + static_cast<std::ptrdiff_t>(size),
                                               key.begin())
                                     .first -
                                 first.begin());
    }
    return size;
  }

  void sort_from(std::span<SortItem> items, std::span<SortItem> scratch, size_t depth,
                 size_t words = 1) const {
    for (SortItem& item : items)
      item.key = key_word(key_of_(item), depth) ^ invert_;
    radix_sort(items, scratch);
    for (size_t begin = 0; begin < items.size();) {
      size_t end = begin + 1;
      while (end < items.size() && items[end].key == items[begin].key)
        ++end;
      if (end - begin > 1) {
        sort_tie(items.subspan(begin, end - begin), scratch.subspan(begin, end - begin), depth,
                 words);
      }
      begin = end;
    }
  }

  // Items whose keys are equal in the word at `depth`, where bytes after the end of a key count as
  // zeros.
  void sort_tie(std::span<SortItem> items, std::span<SortItem> scratch, size_t depth,
                size_t words) const {
    std::string_view first = key_of_(items[0]).substr(depth);
    bool all_long = true;
    bool all_equal = true;
    for (const SortItem& item : items) {
      std::string_view rest = key_of_(item).substr(depth);
      all_long &= rest.size() > kWordBytes;
      all_equal = all_equal && rest == first;
      if (!all_equal && !all_long) break;
    }
    if (all_equal) return;
    if (all_long && items.size() > kFewItems && words < kMostWords) {
      return sort_from(items, scratch, depth + kWordBytes, words + 1);
    }
    std::stable_sort(items.begin(), items.end(), [&](const SortItem& a, const SortItem& b) {
      std::string_view left = key_of_(a).substr(depth);
      std::string_view right = key_of_(b).substr(depth);
      return invert_ != 0 ? right < left : left < right;
    });
  }

  KeyOf key_of_;
  uint64_t invert_;
};

}  // namespace penstock
