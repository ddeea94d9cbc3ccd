// The registers of HyperLogLog: how many different hashes there were, about.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace penstock {

// 2^12 registers, of which only those that are set are held while they are few. sketch/distinct.h
// has the estimate and its error. The registers do not depend on the order of the hashes.
class DistinctRegisters {
 public:
  void add_hash(uint64_t hash) {
    const auto index = static_cast<uint32_t>(hash >> kRankBits);
    const uint64_t rest = hash << kIndexBits;
    const uint32_t zeros = rest == 0 ? kRankBits : static_cast<uint32_t>(std::countl_zero(rest));
    add(index, zeros + 1);
  }

  bool is_empty() const { return entries_.empty() && registers_.empty(); }

  // Returns about how many different hashes were added. REQUIRES not is_empty().
  double estimate() const;

  // Returns the registers as aggregate/STATE.md describes them. The view is valid until the next
  // change.
  std::string_view bytes() const;
  // Adds registers of bytes(). Throws Error for bytes that are not such.
  void merge(std::string_view bytes);

  // Memory in bytes, by capacity.
  int64_t held() const {
    return static_cast<int64_t>(entries_.capacity() * 4 + registers_.capacity());
  }

 private:
  static constexpr uint32_t kIndexBits = 12;
  static constexpr size_t kRegisters = size_t{1} << kIndexBits;
  static constexpr uint32_t kRankBits = 64 - kIndexBits;  // the most zeros that a rank counts
  static constexpr size_t kMostEntries = 512;  // in the short form; above it, all registers
  static constexpr uint32_t kRankMask = 0xFF;

  void add(uint32_t index, uint32_t rank) {
    if (registers_.empty()) return add_entry(index, rank);
    registers_[index] = std::max(registers_[index], static_cast<uint8_t>(rank));
  }
  void add_entry(uint32_t index, uint32_t rank);
  void add_checked(uint32_t index, uint32_t rank);
  void expand();

  // In the short form entries index << 8 | rank, ascending by index; else one byte for each
  // register.
  std::vector<uint32_t> entries_;
  std::vector<uint8_t> registers_;
};

}  // namespace penstock
