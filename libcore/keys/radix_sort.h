// Sorting of 64-bit keys with their rows.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "libcore/data/take.h"

namespace penstock {

struct SortItem {
  uint64_t key;
  PartRow row;
};

// Runs work(0), …, work(count - 1), in any order and maybe several at the same time, and returns
// when all have ended.
using PieceRunner = std::function<void(size_t count, const std::function<void(size_t)>& work)>;

// Sorts items by key; equal keys stay in order. `scratch` has the same size; its contents are
// undefined afterwards. Many items are sorted by pieces of work, for which `run` may use several
// threads; without it all is done by the caller's.
void radix_sort(std::span<SortItem> items, std::span<SortItem> scratch,
                const PieceRunner& run = {});

// The same for words, which are sorted by their bits from `low_bits` on: below these is the row, so
// that half as much memory is moved. 0 <= low_bits < 64.
void radix_sort(std::span<uint64_t> words, std::span<uint64_t> scratch, int low_bits,
                const PieceRunner& run = {});

}  // namespace penstock
