// Sorting of (64-bit key, row) pairs.
#pragma once

#include <cstdint>
#include <span>

#include "libcore/data/take.h"

namespace penstock {

struct SortItem {
  uint64_t key;
  PartRow row;
};

// Sorts items by key; equal keys stay in order. `scratch` has the same size; its contents are
// undefined afterwards.
void radix_sort(std::span<SortItem> items, std::span<SortItem> scratch);

}  // namespace penstock
