// Counts the numbers of one column for their quartiles.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/ops/aggregate/sketch/buckets.h"

namespace penstock {

// The buckets of sketch/buckets.h, found by two look-ups instead of a search: buckets of one sign
// and exponent are side by side, and most columns have few of these. Not thread-safe.
class NumberCounts {
 public:
  // Adds the numbers of a float64 column that are not null.
  void add(const Column& numbers);
  // Adds a bucket of others. Throws Error when there are over 2^63 - 1 numbers.
  void add(const NumberBucket& bucket);

  // Returns the buckets that have numbers.
  NumberBuckets buckets() const;

 private:
  static constexpr size_t kBlockBits = 8;
  static constexpr size_t kBlocks = size_t{1} << (20 - kBlockBits);
  using Block = std::array<NumberBucket, size_t{1} << kBlockBits>;

  NumberBucket& bucket(int32_t number) {
    uint16_t& place = places_[static_cast<size_t>(number) >> kBlockBits];
    if (place == 0) {
      blocks_.push_back(std::make_unique<Block>());
      place = static_cast<uint16_t>(blocks_.size());
    }
    return (*blocks_[place - 1U])[static_cast<size_t>(number) & ((size_t{1} << kBlockBits) - 1)];
  }
  void add_number(double value);

  // Of each block in blocks_, and 1; 0 where there is none.
  std::vector<uint16_t> places_ = std::vector<uint16_t>(kBlocks);
  std::vector<std::unique_ptr<Block>> blocks_;
};

}  // namespace penstock
