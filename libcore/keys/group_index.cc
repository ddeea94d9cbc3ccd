#include "libcore/keys/group_index.h"

#include <bit>
#include <utility>

namespace penstock {

void GroupIndex::put(uint64_t slot) {
  size_t at = home(slot & kTagMask);
  while (slots_[at] != 0)
    at = (at + 1) & mask_;
  slots_[at] = slot;
}

void GroupIndex::add(uint64_t hash, int32_t number) {
  put((hash & kTagMask) | (static_cast<uint32_t>(number) + 1));
}

void GroupIndex::reserve(int64_t count) {
  // At most 2 slots of 3 are used: a search that fails then looks at 5 on average (Knuth 6.4, U).
  auto wanted = static_cast<size_t>(count + count / 2);
  if (wanted <= slots_.size()) return;
  std::vector<uint64_t> old(std::bit_ceil(wanted));
  std::swap(old, slots_);
  mask_ = slots_.size() - 1;
  shift_ = 64 - std::countr_zero(slots_.size());
  for (uint64_t slot : old) {
    if (slot != 0) put(slot);
  }
}

}  // namespace penstock
