// Maps hashes to numbers: open addressing with linear probing (Knuth 6.4), 8 bytes for each slot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace penstock {

// Maps hashes to the numbers 0, 1, 2, … under which things were added; the caller compares the
// things themselves. A slot holds the upper half of the hash and the number + 1. So most slots of
// other things are recognized without looking at the things, and growing does not compute hashes
// again.
//
// The home slot is the hash's highest bits: when the slots double, everything moves to about twice
// its place, in order, so that growing is one pass over memory instead of a random access for each
// thing.
class GroupIndex {
 public:
  static constexpr int32_t kNone = -1;

  // Makes room for `count` numbers, so that they need no further growth.
  void reserve(int64_t count);

  // Prefetches the cache line where a search for the hash begins.
  void prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[home(hash)]); }

  // Returns the first number under this hash (its upper half) for which `equal` is true; kNone when
  // there is none.
  template <typename Equal>
  int32_t find(uint64_t hash, Equal equal) const {
    const uint64_t tag = hash & kTagMask;
    for (size_t at = home(hash);; at = (at + 1) & mask_) {
      const uint64_t slot = slots_[at];
      if (slot == 0) return kNone;
      if ((slot & kTagMask) != tag) continue;
      const int32_t number = number_of(slot);
      if (equal(number)) return number;
    }
  }

  // Adds a number. REQUIRES reserved room, and that find() returns kNone for it.
  void add(uint64_t hash, int32_t number);

  int64_t slot_count() const { return static_cast<int64_t>(slots_.size()); }

 private:
  static constexpr uint64_t kTagMask = ~uint64_t{0} << 32;

  static int32_t number_of(uint64_t slot) {
    return static_cast<int32_t>(static_cast<uint32_t>(slot) - 1);
  }
  size_t home(uint64_t hash) const { return static_cast<size_t>(hash >> shift_); }
  void put(uint64_t slot);

  std::vector<uint64_t> slots_ = std::vector<uint64_t>(2);
  size_t mask_ = 1;
  int shift_ = 63;
};

}  // namespace penstock
