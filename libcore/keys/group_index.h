// From hashes to numbers: open addressing with linear probing (Knuth 6.4), 8 bytes a slot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace penstock {

// Finds the numbers 0, 1, 2, … that things were added under, by their hash; the caller compares the
// things. A slot holds the hash's upper half and the number + 1, so that most slots of others are
// told apart without a look at the thing, and growing needs no hash anew.
//
// The home slot is the hash's highest bits: when the slots double, everything moves to about twice
// its place, in order, and growing is one pass over memory instead of a random access for each.
class GroupIndex {
 public:
  static constexpr int32_t kNone = -1;

  // Makes room for `count` numbers without further growth.
  void reserve(int64_t count);

  // The cache line where a search for the hash begins.
  void prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[home(hash)]); }

  // The first number under this hash (its upper half) that `equal` takes; kNone when there is none.
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

  // REQUIRES reserved room, and that find() gives kNone for it.
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
